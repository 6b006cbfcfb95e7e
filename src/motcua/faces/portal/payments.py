"""Paying what is owed: choose a bank, scan the QR, see the money arrive, keep the receipt."""

from __future__ import annotations

from uuid import UUID

import segno
from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.domain.payments import queries, services
from motcua.domain.payments.queries import AttemptView, ObligationView
from motcua.domain.payments.rules import FAILURE_NAMES, OPEN_ATTEMPTS, AttemptState, FailureCause, ObligationState
from motcua.faces.downloads import send
from motcua.faces.problems import note
from motcua.faces.signing_in import SignedInRequest, for_applicants, signed_in
from motcua.foundation.clock import now
from motcua.foundation.errors import DomainError


@require_safe
@signed_in
def my_payments(request: SignedInRequest) -> HttpResponse:
    """What the person owes first, then what is paid, newest first."""
    return render(request, "portal/my_payments.html", {"obligations": queries.my_payments(request.principal)})


@require_http_methods(["GET", "HEAD", "POST"])
@for_applicants
def pay(request: SignedInRequest, obligation_id: UUID) -> HttpResponse:
    """The QR of the open transaction, or the choice of a bank; a POST opens a transaction (PAY-04)."""
    obligation = queries.obligation(request.principal, obligation_id)
    error = None
    if request.method == "POST":
        try:
            _start(request, obligation)
            return redirect("portal:pay", obligation_id)
        except DomainError as refused:
            error = refused
            obligation = queries.obligation(request.principal, obligation_id)
    return _page(request, obligation, error)


@require_safe
@for_applicants
def payment_state(request: SignedInRequest, obligation_id: UUID) -> HttpResponse:
    """The part of the pay page that asks again and again; tells the page to load anew once something is decided."""
    obligation = queries.obligation(request.principal, obligation_id)
    answer = render(request, "portal/parts/payment_state.html", {"obligation": obligation, "now": now()})
    if obligation.open_attempt is None:
        answer["HX-Refresh"] = "true"
    return answer


@require_safe
@for_applicants
def back_from_bank(request: SignedInRequest, obligation_id: UUID) -> HttpResponse:
    """The bank sent the browser back. That proves nothing; the bank is asked at once (PAY-10)."""
    obligation = queries.obligation(request.principal, obligation_id)
    if obligation.open_attempt is not None:
        services.payer_returned(obligation.open_attempt.reference)
    return redirect("portal:pay", obligation_id)


@require_safe
@signed_in
def receipt(request: SignedInRequest, receipt_id: UUID) -> FileResponse:
    """The receipt as PDF, any time after the payment (RCP-01)."""
    _row, stored = queries.receipt_to_download(request.principal, receipt_id)
    return send(stored, download=True)


def _start(request: SignedInRequest, obligation: ObligationView) -> None:
    back = settings.PUBLIC_URL + reverse("portal:back_from_bank", args=[obligation.id])
    bank = request.POST.get("bank", "")
    locale = (get_language() or "vi")[:2]
    services.start_own_payment(request.principal, obligation.id, bank=bank, return_url=back, locale=locale)


def _page(request: SignedInRequest, obligation: ObligationView, error: DomainError | None) -> HttpResponse:
    """Chooses what the page is about: the open QR, the choice of a bank, or what became of the payment."""
    attempt = obligation.open_attempt
    if attempt is not None and attempt.state is AttemptState.INITIATED and request.GET.get("chon"):
        attempt = None  # the payer wants another bank; starting there gives this transaction up (PAY-08)
    choosing = obligation.state is ObligationState.UNPAID and attempt is None
    banks = []
    if choosing:
        try:
            banks = services.banks()
        except DomainError as unavailable:
            error = error or unavailable
    context = {
        "obligation": obligation,
        "attempt": attempt,
        "last": _last_failed(obligation),
        "banks": banks,
        "qr": _qr(attempt) if attempt and attempt.qr_payload else "",
        "error": error,
        "reference": note(request, error) if error else None,
        "now": now(),
    }
    return render(request, "portal/pay.html", context, status=error.status if error else 200)


def _qr(attempt: AttemptView) -> SafeString:
    """The payload as SVG in the page: four quiet modules around, no style, a title for who cannot see it."""
    code = segno.make(attempt.qr_payload, error="m", micro=False)
    title = _("Mã QR thanh toán, giao dịch %(reference)s") % {"reference": attempt.reference}
    return mark_safe(code.svg_inline(scale=4, border=4, title=title, svgclass="qr", lineclass=None, omitsize=True))  # noqa: S308 - drawn by us from digits and letters


def _last_failed(obligation: ObligationView) -> str:
    """Why the transaction before came to nothing, in words; empty where there is none to explain."""
    done = [item for item in obligation.attempts if item.state not in OPEN_ATTEMPTS and not item.credited]
    if not done or obligation.open_attempt is not None:
        return ""
    last = done[-1]
    if last.failure_cause:
        return str(FAILURE_NAMES[FailureCause(last.failure_cause)])
    return _("Mã QR trước đã hết thời gian quét mà chưa có tiền chuyển đến")
