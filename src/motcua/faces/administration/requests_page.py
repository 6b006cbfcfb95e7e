"""Requests: for accounts and for rights to administer; asked for by officers and by people without an account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.domain.organisations import account_directory, account_requests, grant_requests, queries, unit_directory
from motcua.domain.organisations.account_rules import REQUEST_STATE_NAMES
from motcua.domain.organisations.holding import actions_held
from motcua.domain.organisations.models import Unit
from motcua.domain.organisations.rules import ROLES, AccountKind, Level
from motcua.faces.administration.guard import administrators
from motcua.faces.signing_in import SignedInRequest, recently_signed_in, signed_in
from motcua.foundation.errors import AccessDenied, DomainError, NotFound


@require_safe
@administrators("account.view")
def pending(request: SignedInRequest) -> HttpResponse:
    """What waits for a decision in the reader's units."""
    return _render(request)


def _render(request: SignedInRequest, error: DomainError | None = None) -> HttpResponse:
    context = {
        "pending": account_directory.pending_requests(request.principal),
        "may_decide": "account.create" in actions_held(request.principal),
        "error": error,
    }
    return render(request, "administration/requests.html", context, status=error.status if error else 200)


_DECISIONS: dict[tuple[str, str], Callable[..., Any]] = {
    ("tai-khoan", "chap-thuan"): account_requests.approve_request,
    ("tai-khoan", "tu-choi"): account_requests.refuse_request,
    ("quyen", "chap-thuan"): grant_requests.confirm_grant,
    ("quyen", "tu-choi"): grant_requests.refuse_grant,
}


@require_POST
@administrators("account.create")
@recently_signed_in
def decide(request: SignedInRequest, kind: str, request_id: UUID, decision: str) -> HttpResponse:
    """Approves or refuses one request."""
    service = _DECISIONS.get((kind, decision))
    if service is None:
        raise NotFound("ACT_UNKNOWN", _("Không có thao tác này"))
    words = {"reason": request.POST.get("reason", "")} if decision == "tu-choi" else {}
    try:
        service(request.principal, request_id, **words)
    except DomainError as error:
        if error.status == 403:
            raise
        return _render(request, error)
    messages.success(request, _("Đã ghi nhận quyết định."))
    return redirect("administration:requests")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask(request: SignedInRequest) -> HttpResponse:
    """A person without an officer's account asks for one: finds the unit, chooses roles, says why."""
    if request.principal.account_kind is not AccountKind.PERSON:
        raise AccessDenied("PERSONS_ONLY", _("Ông/Bà đã đăng nhập bằng tài khoản cán bộ."))
    error: DomainError | None = None
    if request.method == "POST":
        try:
            return _asked(request)
        except DomainError as refusal:
            error = refusal
    given = request.POST or request.GET
    unit = _chosen(given.get("unit", ""))
    context = {
        "error": error,
        "typed": given,
        "chosen_roles": request.POST.getlist("roles"),
        "unit": unit,
        "found": unit_directory.find_existing(given.get("tim", "")) if unit is None else [],
        "roles": [(code, ROLES[code].words) for code in account_directory.roles_to_ask(Level(unit.level))]
        if unit
        else [],
        "own": account_directory.own_requests(request.principal),
        "state_names": REQUEST_STATE_NAMES,
    }
    return render(request, "administration/ask_account.html", context, status=error.status if error else 200)


def _chosen(code: str) -> Unit | None:
    return queries.unit_by_code(code) if code else None


def _asked(request: SignedInRequest) -> HttpResponse:
    account_requests.request_own_account(
        request.principal,
        unit_id=queries.unit_by_code(request.POST.get("unit", "")).pk,
        roles=request.POST.getlist("roles"),
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, _("Đã gửi yêu cầu tới người quản trị của đơn vị."))
    return redirect("administration:ask")


@require_http_methods(["GET", "HEAD", "POST"])
@administrators("account.create")
def ask_for(request: SignedInRequest) -> HttpResponse:
    """An administrator asks for an officer's account; another one approves."""
    error: DomainError | None = None
    if request.method == "POST":
        try:
            return _asked_for(request)
        except DomainError as refusal:
            error = refusal
    context = {
        "error": error,
        "typed": request.POST,
        "chosen_roles": request.POST.getlist("roles"),
        "roles": [(code, role.words) for code, role in ROLES.items() if not role.gives],
    }
    return render(request, "administration/ask_for.html", context, status=error.status if error else 200)


def _asked_for(request: SignedInRequest) -> HttpResponse:
    account_requests.request_account_for(
        request.principal,
        display_name=request.POST.get("display_name", ""),
        unit_id=queries.unit_by_code(request.POST.get("unit", "")).pk,
        roles=request.POST.getlist("roles"),
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, _("Đã gửi yêu cầu tới người quản trị của đơn vị."))
    return redirect("administration:requests")
