"""Requests for an officer's account: asked for by the person or for a colleague, decided by an administrator (ACC-03).

The approval opens the account with the rights asked for; on its event the room `people` lets the person who asked for
oneself sign on to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.access import Acting, require
from motcua.domain.organisations.account_changes import append_event
from motcua.domain.organisations.account_rules import ADMINISTRATOR_ROLES, RequestState
from motcua.domain.organisations.events import AccountOpenedOnRequest
from motcua.domain.organisations.models import Account, AccountRequest
from motcua.domain.organisations.rules import ROLES, AccountKind, Level
from motcua.domain.organisations.scoping import active_accounts
from motcua.domain.organisations.services import (
    Right,
    audited,
    existing_unit,
    give,
    locked_account,
    open_account,
    refuse_beyond_own_rights,
)
from motcua.foundation import audit, clock
from motcua.foundation.actor import Actor
from motcua.foundation.errors import AccessDenied, Conflict, Invalid, NotFound
from motcua.foundation.text import normalise_line


@transaction.atomic
def request_own_account(acting: Acting, *, unit_id: int, roles: Sequence[str], reason: str) -> AccountRequest:
    """A person who signed on as a citizen asks for the officer's account they lack; nobody's right is needed.

    Raises AccessDenied (PERSONS_ONLY), Invalid, NotFound, Conflict (ACCOUNT_ASKED: one open request at a time).
    """
    account = active_accounts().filter(pk=acting.account_id, kind=AccountKind.PERSON.value).first()
    if account is None:
        raise AccessDenied("PERSONS_ONLY", _("Ông/Bà đã đăng nhập bằng tài khoản cán bộ."))
    locked_account(account.pk)
    if AccountRequest.objects.filter(requested_by=account, for_oneself=True, state=RequestState.PENDING.value).exists():
        raise Conflict("ACCOUNT_ASKED", _("Ông/Bà đã gửi yêu cầu và yêu cầu đang chờ quyết định."))
    return _ask(acting.actor(), account, account.display_name, unit_id, roles, reason, for_oneself=True)


@transaction.atomic
def request_account_for(
    acting: Acting, *, display_name: str, unit_id: int, roles: Sequence[str], reason: str
) -> AccountRequest:
    """An administrator asks for an officer's account, with rights that another administrator may give.

    Needs `account.create` over the unit. Raises as `request_own_account`.
    """
    actor = require(acting, "account.create", existing_unit(unit_id))
    account = Account.objects.get(pk=acting.account_id)
    return _ask(actor, account, display_name, unit_id, roles, reason, for_oneself=False)


def _ask(
    actor: Actor,
    by: Account,
    display_name: str,
    unit_id: int,
    roles: Sequence[str],
    reason: str,
    *,
    for_oneself: bool,
) -> AccountRequest:
    unit, name = existing_unit(unit_id), normalise_line(display_name)
    if not name:
        raise Invalid("NAME_REQUIRED", _("Phải nhập họ và tên cán bộ."), field="display_name")
    if not reason.strip():
        raise Invalid("REASON_REQUIRED", _("Phải ghi lý do hoặc văn bản làm căn cứ."), field="reason")
    refuse_unfit_roles(roles, Level(unit.level))
    request = AccountRequest.objects.create(
        display_name=name[:200],
        unit=unit,
        roles=sorted(set(roles)),
        reason=reason.strip()[:500],
        requested_by=by,
        for_oneself=for_oneself,
    )
    audit.record(actor, "account.request", ("account_request", str(request.pk)), details={"unit": unit.code})
    return request


def refuse_unfit_roles(roles: Sequence[str], level: Level) -> None:
    """Raises Invalid unless there are roles, all known, fit for the level, and none that gives rights to others."""
    if not roles:
        raise Invalid("ROLE_REQUIRED", _("Phải chọn ít nhất một vai trò."), field="roles")
    for code in roles:
        if code not in ROLES:
            raise Invalid("ROLE_UNKNOWN", _("Vai trò không tồn tại."), field="roles")
        if code in ADMINISTRATOR_ROLES:
            raise Invalid("ROLE_NEEDS_SECOND", _("Vai trò quản trị được đề nghị riêng, sau khi có tài khoản."))
        if level not in ROLES[code].levels:
            raise Invalid("ROLE_NOT_FOR_LEVEL", _("Vai trò này không cấp tại đơn vị cấp đã chọn."), field="roles")


@transaction.atomic
def approve_request(acting: Acting, request_id: UUID) -> Account:
    """Opens the account with the rights asked for.

    - needs `account.create` over the unit and, for every role, the right to give it there (ACC-03);
    - who asked does not approve.

    Raises AccessDenied (OWN_WORK, BEYOND_OWN_RIGHTS), Conflict (DECIDED, UNIT_ENDED), NotFound.
    """
    request = _pending(request_id)
    unit = existing_unit(request.unit_id)
    actor = require(acting, "account.create", unit)
    if request.requested_by_id == acting.account_id:
        raise AccessDenied("OWN_WORK", _("Người gửi yêu cầu không tự chấp thuận yêu cầu của mình."))
    rights = [Right(role, unit.pk) for role in request.roles]
    for right in rights:
        refuse_beyond_own_rights(acting, right)
    account = open_account(AccountKind.STAFF, request.display_name, unit)
    audit.record(actor, "account.create", ("account", str(account.pk)), details={"unit": unit.code})
    for right in rights:
        grant = give(account, right, reason=request.reason, granted_by=acting.account_id)
        audit.record(actor, "grant.give", ("account", str(account.pk)), details=audited(grant))
    _decide(request, RequestState.APPROVED, acting, account=account)
    audit.record(actor, "account.approve_request", ("account_request", str(request.pk)))
    if request.for_oneself:
        asked = AccountOpenedOnRequest(request_id=request.pk, asked_by=request.requested_by_id)
        append_event(account, actor, asked)
    return account


@transaction.atomic
def refuse_request(acting: Acting, request_id: UUID, *, reason: str) -> None:
    """Ends a request with the reason that the requester reads. Raises AccessDenied, Invalid, Conflict, NotFound."""
    request = _pending(request_id)
    actor = require(acting, "account.create", request.unit)
    if not reason.strip():
        raise Invalid("REASON_REQUIRED", _("Phải ghi lý do từ chối."), field="reason")
    _decide(request, RequestState.REFUSED, acting, text=reason)
    audit.record(actor, "account.refuse_request", ("account_request", str(request.pk)))


def _pending(request_id: UUID) -> AccountRequest:
    request = AccountRequest.objects.select_for_update(of=("self",), no_key=True).filter(pk=request_id).first()
    if request is None:
        raise NotFound("REQUEST_NOT_FOUND", _("Không tìm thấy yêu cầu này."))
    if request.state != RequestState.PENDING:
        raise Conflict("DECIDED", _("Yêu cầu này đã được quyết định."))
    return request


def _decide(
    request: AccountRequest, state: RequestState, acting: Acting, *, text: str = "", account: Account | None = None
) -> None:
    request.state = state.value
    request.decided_by_id = acting.account_id
    request.decided_at = clock.now()
    request.decision_text = text.strip()[:500]
    request.account = account
    request.save(update_fields=["state", "decided_by", "decided_at", "decision_text", "account"])
