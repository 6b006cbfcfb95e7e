"""Where payment gateways report credits: authenticated by signature, acknowledged only once stored (PAY-09)."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from motcua.domain.payments.gateways.base import SignedRequest
from motcua.domain.payments.services import Received, receive_notification

_ANSWERS = {
    Received.STORED: (200, "00", "stored"),
    Received.UNSIGNED: (401, "97", "signature invalid"),
    Received.MALFORMED: (400, "99", "not a notification"),
}


@csrf_exempt  # no session takes part: the gateway's signature over the whole request is the credential
@require_POST
def payment_notification(request: HttpRequest, gateway: str) -> JsonResponse:
    """The gateway's answer codes: 00 stored (also again), 97 not signed by it, 99 not understood."""
    signed = SignedRequest("POST", request.get_full_path(), dict(request.headers), request.body)
    status, code, message = _ANSWERS[receive_notification(gateway, signed)]
    return JsonResponse({"code": code, "message": message}, status=status)
