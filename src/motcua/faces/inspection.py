"""Every access of an inspection account leaves an audit row; outside its period it reaches nothing (ACC-13)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from motcua.domain.organisations.inspection import refuse_outside_period
from motcua.domain.people.principal import Principal
from motcua.faces.problems import answer
from motcua.foundation import audit
from motcua.foundation.errors import AccessDenied

_SIGN_OFF = "/dang-xuat"


def watched(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Looks at who is signed in once; costs an account that is none of inspection no statement of its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
        who: Principal | None = request.principal if signed_in else None  # type: ignore[attr-defined]
        if not who or not who.is_inspection or request.path == _SIGN_OFF:
            return get_response(request)
        try:
            refuse_outside_period(who)
            response = get_response(request)
        except AccessDenied as error:
            response = answer(request, error)
        _record(request, who, response.status_code)
        return response

    return middleware


def _record(request: HttpRequest, who: Principal, status: int) -> None:
    match = request.resolver_match
    names = {name: str(value)[:64] for name, value in match.kwargs.items()} if match else {}
    page = match.view_name if match else "-"
    outcome = "refused" if status in {401, 403, 404} else "done"
    details = {"method": request.method, "status": status, "of": names}
    audit.record(who.actor(), "inspection.access", ("page", page[:64]), outcome=outcome, details=details)
