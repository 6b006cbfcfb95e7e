"""The life of an account and of requests about it, and which acts one account must not do both of: tables, pure.

Source: ACC-03 (administration), ACC-14 (leaving and moving), ACC-16 (separation of duties).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.rules import ACTIONS, ROLES

Words = str | Promise


class AccountState(StrEnum):
    """Whether an officer's or a system's account may act."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    LEFT = "LEFT"


class AccountVerb(StrEnum):
    """What changes the life of an account."""

    SUSPEND = "suspend"
    ACTIVATE = "activate"
    TRANSFER = "transfer"
    LEAVE = "leave"
    REJOIN = "rejoin"


@dataclass(frozen=True, slots=True)
class AccountEdge:
    """From which states, to which one (None: stays), by which right; whether rights end and work is laid down."""

    sources: frozenset[AccountState]
    target: AccountState | None
    action: str
    ends_rights: bool = False
    lays_work_down: bool = False


_PRESENT: Final = frozenset({AccountState.ACTIVE, AccountState.SUSPENDED})

ACCOUNT_EDGES: Final[dict[AccountVerb, AccountEdge]] = {
    AccountVerb.SUSPEND: AccountEdge(
        frozenset({AccountState.ACTIVE}), AccountState.SUSPENDED, "account.suspend", lays_work_down=True
    ),
    AccountVerb.ACTIVATE: AccountEdge(frozenset({AccountState.SUSPENDED}), AccountState.ACTIVE, "account.suspend"),
    AccountVerb.TRANSFER: AccountEdge(_PRESENT, None, "account.suspend", ends_rights=True, lays_work_down=True),
    AccountVerb.LEAVE: AccountEdge(
        _PRESENT, AccountState.LEFT, "account.suspend", ends_rights=True, lays_work_down=True
    ),
    AccountVerb.REJOIN: AccountEdge(frozenset({AccountState.LEFT}), AccountState.ACTIVE, "account.create"),
}
"""Who left keeps name and history; who comes back starts without any right."""

STATE_NAMES: Final[dict[AccountState, Words]] = {
    AccountState.ACTIVE: _("Đang hoạt động"),
    AccountState.SUSPENDED: _("Tạm khóa"),
    AccountState.LEFT: _("Đã thôi việc"),
}


def account_state(is_active: bool, has_left: bool) -> AccountState:
    """The state that an account's columns say."""
    if has_left:
        return AccountState.LEFT
    return AccountState.ACTIVE if is_active else AccountState.SUSPENDED


class RequestState(StrEnum):
    """Where a request about an account or a right stands."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


REQUEST_STATE_NAMES: Final[dict[RequestState, Words]] = {
    RequestState.PENDING: _("Chờ quyết định"),
    RequestState.APPROVED: _("Đã chấp thuận"),
    RequestState.REFUSED: _("Đã từ chối"),
    RequestState.WITHDRAWN: _("Đã rút"),
}
"""A request is decided once: from PENDING to one of the others."""

ADMINISTRATOR_ROLES: Final = frozenset(code for code, role in ROLES.items() if role.gives)
"""Roles whose holder gives rights to others: two administrators give them together (ACC-16)."""

MAKER_OF: Final[dict[str, str]] = {
    "fee.check": "fee.edit",
    "payment.approve_refund": "payment.propose_refund",
    "catalogue.publish": "catalogue.edit",
    "account.confirm": "account.grant",
    "report.approve": "report.edit",
}
"""Second act → first act that the same account must not have done on the same object, even if it holds both rights."""

INSPECTION_ROLES: Final = ("MONITOR", "SURVEYOR")
"""Roles that an inspection account may hold: they read; a surveyor records findings besides (ACC-13)."""


def words_of(action: str) -> Words:
    """An act in words: of the table of actions, or the confirming of an administrator's right."""
    return _("xác nhận cấp quyền quản trị") if action == "account.confirm" else ACTIONS[action].words
