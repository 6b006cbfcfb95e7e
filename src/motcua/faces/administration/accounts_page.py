"""Accounts: the list, the periodic review, opening one."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.domain.organisations import account_directory, queries, reviews, services
from motcua.domain.organisations.account_directory import Wanted
from motcua.domain.organisations.account_rules import STATE_NAMES, AccountState
from motcua.domain.organisations.holding import actions_held
from motcua.domain.organisations.policies import DORMANT_DAYS
from motcua.domain.organisations.rules import ROLES, AccountKind
from motcua.domain.people import staffing
from motcua.faces.administration.guard import administrators
from motcua.faces.signing_in import SignedInRequest
from motcua.foundation.errors import DomainError, Invalid


def _wanted(request: HttpRequest) -> Wanted:
    given = request.GET
    role, state, unit = given.get("vai-tro", ""), given.get("trang-thai", ""), given.get("don-vi", "").strip()
    return Wanted(
        search=given.get("tim", "")[:100],
        unit_id=queries.unit_by_code(unit).pk if unit else None,
        role=role if role in ROLES else "",
        state=AccountState(state) if state in set(AccountState) else None,
        only_dormant=given.get("lau-khong-dung") == "1",
    )


def _after(request: HttpRequest) -> UUID | None:
    given = request.GET.get("sau", "")
    try:
        return UUID(given) if given else None
    except ValueError:
        raise Invalid("CURSOR", _("Vị trí trang trong danh sách không đúng")) from None


@require_safe
@administrators("account.view")
def accounts(request: SignedInRequest) -> HttpResponse:
    """Accounts of the reader's units, narrowed by name, unit, role, state, long silence."""
    page = account_directory.find_accounts(request.principal, _wanted(request), after=_after(request))
    kept = {name: value for name, value in request.GET.items() if name != "sau"}
    first = f"{request.path}?{urlencode(kept)}"
    held = actions_held(request.principal)
    context = {
        "page": page,
        "may_open": "account.create" in held,
        "may_review": "account.suspend" in held,
        "typed": request.GET,
        "roles": [(code, role.words) for code, role in ROLES.items()],
        "states": STATE_NAMES.items(),
        "dormant_days": DORMANT_DAYS.get(),
        "first": first if request.GET.get("sau") else "",
        "following": f"{request.path}?{urlencode(kept | {'sau': str(page.following)})}" if page.following else "",
    }
    return render(request, "administration/accounts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators("account.create")
def open_account(request: SignedInRequest) -> HttpResponse:
    """Opens an officer's account, for a person who signs on by VNeID or to be linked later."""
    error: DomainError | None = None
    if request.method == "POST":
        try:
            account_id = _open(request)
        except DomainError as refusal:
            error = refusal
        else:
            messages.success(request, _("Đã mở tài khoản. Ông/Bà cấp quyền cho tài khoản dưới đây."))
            return redirect("administration:account", account_id)
    context = {"error": error, "typed": request.POST or request.GET}
    return render(request, "administration/open_account.html", context, status=error.status if error else 200)


def _open(request: SignedInRequest) -> UUID:
    form = request.POST
    unit_id = queries.unit_by_code(form.get("unit", "")).pk
    name, username, citizen_id = form.get("display_name", ""), form.get("username", ""), form.get("citizen_id", "")
    if citizen_id.strip():
        return staffing.open_officer(
            request.principal, display_name=name, unit_id=unit_id, citizen_id=citizen_id, username=username
        ).pk
    return services.create_account(
        request.principal, kind=AccountKind.STAFF, display_name=name, unit_id=unit_id, username=username
    ).pk


@require_POST
@administrators("account.suspend")
def review(request: SignedInRequest) -> HttpResponse:
    """Records the chosen accounts as looked through (ACC-03)."""
    chosen = [UUID(given) for given in request.POST.getlist("account")[: account_directory.PAGE]]
    for account_id in chosen:
        reviews.review_account(request.principal, account_id, note=request.POST.get("note", ""))
    messages.success(request, _("Đã ghi nhận rà soát %(count)d tài khoản") % {"count": len(chosen)})
    return redirect("administration:accounts")
