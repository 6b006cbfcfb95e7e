"""Sign-on by VNeID, sign-off and the longer session, for citizens and officers alike (IDN-01, IDN-02, SES-01)."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.domain.people import provider_logout, sessions, vneid
from motcua.domain.people.devices import device_words
from motcua.domain.people.refusals import SignOnRefused
from motcua.domain.people.rules import CAUSES, Audience, Cause
from motcua.domain.people.signon import begin_sign_on, complete_sign_on
from motcua.faces.guides import guides_for
from motcua.faces.rate_limit import SIGN_ONS, hold
from motcua.faces.redirects import on_site
from motcua.foundation.correlation import current_correlation_id

RETURN_PATH = "/dang-nhap/tra-ve"
FAILED_PATH = "/dang-nhap/chua-duoc"
_BEGUN, _FAILURE = "sign_on_attempt", "sign_on_failure"


def _audience(value: str | None) -> Audience:
    return Audience.STAFF if value == "can-bo" else Audience.CITIZEN


def _target(wanted: str) -> str:
    """Where to go on: never elsewhere, and never back into sign-on itself."""
    target = on_site(wanted)
    return "/" if target.startswith(("/dang-nhap", "/dang-xuat")) else target


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_on(request: HttpRequest) -> HttpResponse:
    """GET explains and offers VNeID; POST goes there (a GET never starts anything)."""
    given = request.POST if request.method == "POST" else request.GET
    audience, target = _audience(given.get("vai")), _target(given.get("next", "/"))
    level = 2 if given.get("muc") == "2" else None
    if request.method != "POST":
        if request.principal and level is None and not given.get("lai"):  # type: ignore[attr-defined]
            return redirect(target)
        return _offer(request, audience, target, level)
    hold(request, SIGN_ONS)
    try:
        begun = begin_sign_on(
            audience, redirect_uri=settings.PUBLIC_URL + RETURN_PATH, next_path=target, wanted_level=level
        )
    except SignOnRefused as refusal:
        return _failed(request, refusal, audience)
    request.session[_BEGUN] = [str(begun.attempt_id), audience.value]
    return redirect(begun.authorization_url)


def _offer(request: HttpRequest, audience: Audience, target: str, level: int | None) -> HttpResponse:
    again = bool(request.GET.get("lai") and request.principal)  # type: ignore[attr-defined]
    context = {"next": target, "staff": audience is Audience.STAFF, "level": level, "again": again}
    response = render(request, "portal/sign_on.html", context)
    return _allowing_provider(response)


def _allowing_provider(response: HttpResponse) -> HttpResponse:
    """The form on this page ends at VNeID, which a browser lets through only where the page's policy names it."""
    parts = urlsplit(settings.VNEID_ISSUER)
    response.form_targets = f" {parts.scheme}://{parts.netloc}"  # type: ignore[attr-defined]
    return response


@never_cache
@require_safe
def sign_on_return(request: HttpRequest) -> HttpResponse:
    """VNeID sends the browser back here."""
    begun, audience = request.session.pop(_BEGUN, (None, Audience.CITIZEN.value))
    try:
        done = complete_sign_on(request.GET.dict(), begun=UUID(begun) if begun else None)
    except SignOnRefused as refusal:
        return _failed(request, refusal, Audience(audience))
    request.session.pop(_FAILURE, None)
    sessions.open_session(request.session, done, device=device_words(request.headers.get("User-Agent", "")))
    staff_home = done.principal.is_staff and done.next_path == "/"
    return redirect("/can-bo/" if staff_home else done.next_path)


def _failed(request: HttpRequest, refusal: SignOnRefused, audience: Audience) -> HttpResponse:
    """Goes on to the page that tells the cause: neither code nor state stays in the address."""
    request.session[_FAILURE] = [refusal.cause.value, audience.value, current_correlation_id()]
    return redirect(FAILED_PATH)


@never_cache
@require_safe
def sign_on_failed(request: HttpRequest) -> HttpResponse:
    """What happened, what to do, and the reference for the hotline (IDN-02)."""
    failure = request.session.get(_FAILURE)
    if failure is None:
        return redirect("/dang-nhap")
    cause, audience, reference = failure
    words = CAUSES[Cause(cause)]
    context = {"code": cause, "words": words, "staff": audience == Audience.STAFF, "reference": reference}
    context["guides"] = guides_for([cause])
    return render(request, "portal/sign_on_failed.html", context, status=words.status)


@never_cache
@require_POST
def sign_off(request: HttpRequest) -> HttpResponse:
    """Ends the session here and offers to end VNeID's own."""
    id_token = sessions.close_session(request.session, request.principal or None)  # type: ignore[attr-defined]
    at_provider = vneid.logout_url(id_token, return_to=settings.PUBLIC_URL + "/") if id_token else None
    request.principal = None  # type: ignore[attr-defined]
    return render(request, "portal/signed_off.html", {"provider_address": at_provider})


@csrf_exempt
@never_cache
@require_POST
def end_by_vneid(request: HttpRequest) -> HttpResponse:
    """VNeID says, from server to server, that sessions ended (OpenID Connect Back-Channel Logout 1.0 §2.8)."""
    try:
        provider_logout.end_by_provider(request.POST.get("logout_token", ""))
    except provider_logout.LogoutRefused as refusal:
        answer = {"error": "invalid_request", "error_description": refusal.detail}
        return JsonResponse(answer, status=refusal.status)
    return HttpResponse(status=200)


@never_cache
@require_POST
def extend_session(request: HttpRequest) -> HttpResponse:
    """The person goes on working: the session's end slides (SES-01)."""
    signed_in = bool(request.principal)  # type: ignore[attr-defined]
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204 if signed_in else 401)
    return redirect(on_site(request.POST.get("next", "/")) if signed_in else "/dang-nhap")
