"""Where a person or an officer is signed in, and ending a session from afar (SES-04)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from motcua.domain.people import running_sessions
from motcua.domain.people.running_sessions import ROW
from motcua.domain.people.sessions import KEY
from motcua.faces.signing_in import SignedInRequest, signed_in


@require_safe
@signed_in
def overview(request: SignedInRequest) -> HttpResponse:
    """The running sessions of one's own account, the one at hand first."""
    listed = running_sessions.sessions_of(request.principal, current=_current(request))
    context: dict[str, Any] = {"sessions": listed, "others": any(not item.is_this for item in listed)}
    return render(request, "portal/account_security.html", context)


@require_POST
@signed_in
def end_one(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Ends one of one's own sessions; whoever sits there meets the sign-on page at their next step."""
    running_sessions.end_session(request.principal, session_id)
    messages.success(request, _("Đã kết thúc phiên đăng nhập."))
    return redirect("portal:account_security")


@require_POST
@signed_in
def end_others(request: SignedInRequest) -> HttpResponse:
    """Ends every session of one's own but this one."""
    number = running_sessions.end_other_sessions(request.principal, current=_current(request))
    told = ngettext("Đã kết thúc %(n)d phiên đăng nhập khác.", "Đã kết thúc %(n)d phiên đăng nhập khác.", number)
    messages.success(request, told % {"n": number})
    return redirect("portal:account_security")


def _current(request: SignedInRequest) -> str | None:
    return (request.session.get(KEY) or {}).get(ROW)
