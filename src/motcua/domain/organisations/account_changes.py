"""The life of an account after it was opened: suspended, active again, moved to another unit, left, back (ACC-14).

Every request asks whether its account may act, so an end holds in running sessions at once. What later rooms lay down
with it they lay down within the same transaction, on this room's events.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.access import Acting, require
from motcua.domain.organisations.account_rules import (
    ACCOUNT_EDGES,
    STATE_NAMES,
    AccountVerb,
    RequestState,
)
from motcua.domain.organisations.events import AccountLeft, AccountSuspended, AccountTransferred
from motcua.domain.organisations.models import Account, Grant, GrantRequest
from motcua.domain.organisations.rules import AccountKind
from motcua.domain.organisations.services import existing_unit, locked_account
from motcua.foundation import audit, clock, events
from motcua.foundation.actor import Actor
from motcua.foundation.errors import AccessDenied, Conflict, Invalid
from motcua.foundation.events import Append, EventBody


@transaction.atomic
def suspend_account(acting: Acting, account_id: UUID, *, reason: str) -> None:
    """Lets an account do nothing, at once; its rights stay for later, its open work is laid down.

    Raises AccessDenied (SUSPEND_ONESELF), Invalid (REASON_REQUIRED), Conflict (ACCOUNT_STATE), NotFound.
    """
    account, actor = _opened(acting, account_id, AccountVerb.SUSPEND, reason)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    _close(account, actor, AccountVerb.SUSPEND, AccountSuspended())


@transaction.atomic
def activate_account(acting: Acting, account_id: UUID, *, reason: str) -> None:
    """Lets a suspended account act again. Raises as `suspend_account`."""
    account, actor = _opened(acting, account_id, AccountVerb.ACTIVATE, reason)
    Account.objects.filter(pk=account.pk).update(is_active=True)
    _close(account, actor, AccountVerb.ACTIVATE)


@transaction.atomic
def transfer_account(acting: Acting, account_id: UUID, *, unit_id: int, reason: str) -> None:
    """Moves an officer to another unit: all rights end, open work is laid down; the new unit gives rights anew.

    Needs the right over the account and `account.create` over the new unit. Raises as `suspend_account`, and
    Invalid (SAME_UNIT), NotFound (UNIT_NOT_FOUND), Conflict (UNIT_ENDED).
    """
    account, actor = _opened(acting, account_id, AccountVerb.TRANSFER, reason)
    unit = existing_unit(unit_id)
    require(acting, "account.create", unit)
    if unit.pk == account.unit_id or account.unit is None:
        raise Invalid("SAME_UNIT", _("Tài khoản đang thuộc đơn vị này."), field="unit")
    _end_rights(account, acting, reason)
    Account.objects.filter(pk=account.pk).update(unit=unit)
    moved = AccountTransferred(from_unit=account.unit.code, to_unit=unit.code)
    _close(account, actor, AccountVerb.TRANSFER, moved, {"from": account.unit.code, "to": unit.code})


@transaction.atomic
def leave_account(acting: Acting, account_id: UUID, *, reason: str) -> None:
    """Ends an officer's account: no session, no right, no open work any more; name and history stay.

    Raises as `suspend_account`.
    """
    account, actor = _opened(acting, account_id, AccountVerb.LEAVE, reason)
    _end_rights(account, acting, reason)
    Account.objects.filter(pk=account.pk).update(is_active=False, left_at=clock.now())
    _close(account, actor, AccountVerb.LEAVE, AccountLeft())


@transaction.atomic
def rejoin_account(acting: Acting, account_id: UUID, *, reason: str) -> None:
    """Opens the account of an officer who came back; it has no right until one is given.

    Raises as `suspend_account`.
    """
    account, actor = _opened(acting, account_id, AccountVerb.REJOIN, reason)
    Account.objects.filter(pk=account.pk).update(is_active=True, left_at=None)
    _close(account, actor, AccountVerb.REJOIN)


def _opened(acting: Acting, account_id: UUID, verb: AccountVerb, reason: str) -> tuple[Account, Actor]:
    """Lock → right → reason → edge of the table."""
    account = locked_account(account_id)
    edge = ACCOUNT_EDGES[verb]
    actor = require(acting, edge.action, account)
    if account.pk == acting.account_id:
        raise AccessDenied("SUSPEND_ONESELF", _("Ông/Bà không thể thay đổi tình trạng tài khoản của chính mình."))
    if account.kind == AccountKind.PERSON:
        raise Invalid("NOT_A_STAFF_ACCOUNT", _("Đây không phải tài khoản cán bộ hoặc hệ thống."), field="account")
    if not reason.strip():
        raise Invalid("REASON_REQUIRED", _("Phải ghi lý do hoặc văn bản làm căn cứ."), field="reason")
    if account.state not in edge.sources:
        raise Conflict(
            "ACCOUNT_STATE",
            _("Không thực hiện được khi tài khoản ở tình trạng “%(state)s”.") % {"state": STATE_NAMES[account.state]},
        )
    return account, actor


def _end_rights(account: Account, acting: Acting, reason: str) -> None:
    now = clock.now()
    Grant.objects.filter(account=account, revoked_at__isnull=True).update(
        revoked_at=now, revoked_by_id=acting.account_id, revoke_reason=reason.strip()[:500]
    )
    GrantRequest.objects.filter(account=account, state=RequestState.PENDING.value).update(
        state=RequestState.WITHDRAWN.value, decided_at=now, decided_by_id=acting.account_id
    )


def _close(
    account: Account,
    actor: Actor,
    verb: AccountVerb,
    body: EventBody | None = None,
    details: dict[str, str] | None = None,
) -> None:
    """Audit row, and the event on which later rooms lay work down."""
    audit.record(actor, f"account.{verb.value}", ("account", str(account.pk)), details=details or {})
    if body is not None:
        append_event(account, actor, body)


def append_event(account: Account, actor: Actor, body: EventBody) -> None:
    """Appends an event of a locked account and counts it."""
    Account.objects.filter(pk=account.pk).update(version=F("version") + 1)
    events.append([Append(account.pk, account.version, [body])], actor=actor)
