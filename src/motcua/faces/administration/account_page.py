"""One account: rights past and present, giving and revoking them, the life of the account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from motcua.domain.organisations import account_changes, account_directory, grant_requests, queries, services
from motcua.domain.organisations.access import can
from motcua.domain.organisations.account_rules import ADMINISTRATOR_ROLES, AccountState, AccountVerb
from motcua.domain.organisations.rules import ROLES, AccountKind
from motcua.domain.people import staffing
from motcua.faces.administration.guard import administrators
from motcua.faces.administration.reading import right_of
from motcua.faces.signing_in import SignedInRequest, recently_signed_in
from motcua.foundation.errors import DomainError, NotFound

VERB_NAMES: dict[AccountVerb, str | Promise] = {
    AccountVerb.SUSPEND: gettext_lazy("Tạm khóa tài khoản"),
    AccountVerb.ACTIVATE: gettext_lazy("Mở khóa tài khoản"),
    AccountVerb.TRANSFER: gettext_lazy("Chuyển đơn vị công tác"),
    AccountVerb.LEAVE: gettext_lazy("Cho thôi việc"),
    AccountVerb.REJOIN: gettext_lazy("Nhận làm việc lại"),
}
_CHANGES: dict[AccountVerb, Callable[..., None]] = {
    AccountVerb.SUSPEND: account_changes.suspend_account,
    AccountVerb.ACTIVATE: account_changes.activate_account,
    AccountVerb.LEAVE: account_changes.leave_account,
    AccountVerb.REJOIN: account_changes.rejoin_account,
}


@require_safe
@administrators("account.view")
def account(request: SignedInRequest, account_id: UUID) -> HttpResponse:
    """The account as an administrator reads it."""
    return _render(request, account_id)


def _render(
    request: SignedInRequest, account_id: UUID, *, error: DomainError | None = None, failed: str = ""
) -> HttpResponse:
    """The page; with `error` after a refused act, what was typed kept in its form."""
    detail = account_directory.account_detail(request.principal, account_id)
    roles = account_directory.roles_to_give(request.principal) if detail.may_grant else []
    context = {
        "detail": detail,
        "account": detail.account,
        "verbs": [(verb.value, VERB_NAMES[verb]) for verb in detail.verbs],
        "roles": [(code, ROLES[code].words, code in ADMINISTRATOR_ROLES) for code in roles],
        "lacks_identity": _lacks_identity(request, detail),
        "error": error,
        "failed": failed,
        "typed": request.POST,
    }
    return render(request, "administration/account.html", context, status=error.status if error else 200)


def _lacks_identity(request: SignedInRequest, detail: account_directory.AccountDetail) -> bool:
    """Whether nobody can sign on to the account yet and the reader may link the person."""
    is_officer = detail.account.kind == AccountKind.STAFF and detail.state is not AccountState.LEFT
    may_link = is_officer and can(request.principal, "account.create", detail.account)
    return may_link and not staffing.has_identity(detail.account.pk)


def _done(request: SignedInRequest, account_id: UUID, failed: str, act: Callable[[], Any], said: str) -> HttpResponse:
    """Does `act` and goes back to the account; a refusal shows the same page, a missing right the page of refusals."""
    try:
        act()
    except DomainError as error:
        if error.status == 403:
            raise
        return _render(request, account_id, error=error, failed=failed)
    messages.success(request, said)
    return redirect("administration:account", account_id)


@require_POST
@administrators("account.suspend")
def change(request: SignedInRequest, account_id: UUID, verb: str) -> HttpResponse:
    """Suspends, activates, transfers, ends or reopens the account."""
    if verb not in set(AccountVerb):
        raise NotFound("ACT_UNKNOWN", _("Không có thao tác này"))
    reason, unit = request.POST.get("reason", ""), request.POST.get("unit", "")

    def act() -> None:
        if verb == AccountVerb.TRANSFER:
            unit_id = queries.unit_by_code(unit).pk
            account_changes.transfer_account(request.principal, account_id, unit_id=unit_id, reason=reason)
        else:
            _CHANGES[AccountVerb(verb)](request.principal, account_id, reason=reason)

    said = _("Đã thực hiện: %(act)s") % {"act": VERB_NAMES[AccountVerb(verb)]}
    return _done(request, account_id, verb, act, said)


@require_POST
@administrators("account.grant")
@recently_signed_in
def give(request: SignedInRequest, account_id: UUID) -> HttpResponse:
    """Gives a right; a right to administer is proposed, for another administrator to confirm (ACC-16)."""
    proposed = request.POST.get("role") in ADMINISTRATOR_ROLES
    service: Callable[..., Any] = grant_requests.propose_grant if proposed else services.grant_role

    def act() -> None:
        service(request.principal, account_id, right_of(request.POST), reason=request.POST.get("reason", ""))

    said = _("Đã gửi đề nghị. Một người quản trị khác phải xác nhận.") if proposed else _("Đã cấp quyền.")
    return _done(request, account_id, "give", act, said)


@require_POST
@administrators("account.grant")
def revoke(request: SignedInRequest, account_id: UUID, grant_id: int) -> HttpResponse:
    """Takes a right back, at once."""

    def act() -> None:
        services.revoke_grant(request.principal, grant_id, reason=request.POST.get("reason", ""))

    return _done(request, account_id, f"revoke-{grant_id}", act, _("Đã thu hồi quyền."))


@require_POST
@administrators("account.create")
def link(request: SignedInRequest, account_id: UUID) -> HttpResponse:
    """Links the account to the person who is to sign on to it."""

    def act() -> None:
        staffing.link_identity(request.principal, account_id, citizen_id=request.POST.get("citizen_id", ""))

    return _done(request, account_id, "link", act, _("Đã liên kết danh tính. Cán bộ đăng nhập được bằng VNeID."))
