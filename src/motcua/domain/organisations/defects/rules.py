"""The rule table of an account defect, from report to closed, and which system an action belongs to (ACC-06, ACC-11).

The way is the one of the notices: the unit reports, the province's coordinator (Sở KHCN) consolidates and forwards to
C12 or D01, an answer comes, the requester confirms. Whoever may grant the right may answer before it is forwarded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.rules import ACTIONS, ROLES, Words


class DefectKind(StrEnum):
    """What is wrong with an officer's account."""

    MISSING = "MISSING"
    WRONG_RIGHT = "WRONG_RIGHT"
    CANNOT_SIGN_IN = "CANNOT_SIGN_IN"
    SEES_NO_DOSSIER = "SEES_NO_DOSSIER"


KIND_NAMES: Final[dict[DefectKind, Words]] = {
    DefectKind.MISSING: _("Thiếu tài khoản"),
    DefectKind.WRONG_RIGHT: _("Thiếu quyền, sai quyền"),
    DefectKind.CANNOT_SIGN_IN: _("Không đăng nhập được"),
    DefectKind.SEES_NO_DOSSIER: _("Không thấy hồ sơ"),
}


def kind_for(action: str) -> DefectKind:
    """The kind of the defect when `action` was refused: not seeing a dossier has a name of its own."""
    return DefectKind.SEES_NO_DOSSIER if action == "dossier.view" else DefectKind.WRONG_RIGHT


class CoveredSystem(StrEnum):
    """The four systems that the register covers (ACC-11)."""

    COORDINATION = "COORDINATION"
    PAYMENT = "PAYMENT"
    FEEDBACK = "FEEDBACK"
    PORTAL_ADMIN = "PORTAL_ADMIN"


SYSTEM_NAMES: Final[dict[CoveredSystem, Words]] = {
    CoveredSystem.COORDINATION: _("Hệ thống điều phối giải quyết thủ tục hành chính"),
    CoveredSystem.PAYMENT: _("Hệ thống quản lý thanh toán tập trung"),
    CoveredSystem.FEEDBACK: _("Hệ thống tiếp nhận, xử lý phản ánh, kiến nghị"),
    CoveredSystem.PORTAL_ADMIN: _("Quản trị Cổng Dịch vụ công quốc gia"),
}

SYSTEM_OF_SUBJECT: Final[dict[str, CoveredSystem]] = {
    "dossier": CoveredSystem.COORDINATION,
    "message": CoveredSystem.COORDINATION,
    "call": CoveredSystem.COORDINATION,
    "exchange": CoveredSystem.COORDINATION,
    "issue": CoveredSystem.COORDINATION,
    "statistics": CoveredSystem.COORDINATION,
    "report": CoveredSystem.COORDINATION,
    "finding": CoveredSystem.COORDINATION,
    "payment": CoveredSystem.PAYMENT,
    "fee": CoveredSystem.PAYMENT,
    "feedback": CoveredSystem.FEEDBACK,
}
"""The system of an action, by what the action is about; whatever is not named here is administration of the portal."""


def system_of(action: str) -> CoveredSystem:
    """Which of the four systems an action belongs to; raises KeyError for an action that does not exist."""
    return SYSTEM_OF_SUBJECT.get(ACTIONS[action].code.split(".")[0], CoveredSystem.PORTAL_ADMIN)


def actions_by_system(role: str) -> dict[CoveredSystem, list[str]]:
    """The actions of a role under each system in which it has any; raises KeyError for an unknown role."""
    found: dict[CoveredSystem, list[str]] = {}
    for action in sorted(ROLES[role].actions):
        found.setdefault(system_of(action), []).append(action)
    return found


class DefectState(StrEnum):
    """Where a defect stands."""

    REPORTED = "REPORTED"
    CONSOLIDATED = "CONSOLIDATED"
    FORWARDED = "FORWARDED"
    DONE = "DONE"
    REFUSED = "REFUSED"
    CLOSED = "CLOSED"


STATE_NAMES: Final[dict[DefectState, Words]] = {
    DefectState.REPORTED: _("Đã ghi nhận"),
    DefectState.CONSOLIDATED: _("Đầu mối đã tổng hợp"),
    DefectState.FORWARDED: _("Đã chuyển C12, D01"),
    DefectState.DONE: _("Đã xử lý, chờ xác nhận"),
    DefectState.REFUSED: _("Không thực hiện, chờ xác nhận"),
    DefectState.CLOSED: _("Đã đóng"),
}


class Desk(StrEnum):
    """To whom the province forwards: the National Data Centre or the operator of the platform."""

    C12 = "C12"
    D01 = "D01"


CONFIRM: Final = "account_defect.confirm"
_OPEN_HERE: Final = "account.grant"
_FORWARDED: Final = "account_defect.answer"
_CONSOLIDATE: Final = "account_defect.consolidate"


@dataclass(frozen=True, slots=True)
class Edge:
    """One step: from which states under which right, to which state, and whether words are demanded."""

    verb: str
    words: Words
    rights: Mapping[DefectState, str]
    target: DefectState
    needs_words: bool = False
    needs_desk: bool = False


_ANSWERED_BY: Final = {
    DefectState.REPORTED: _OPEN_HERE,
    DefectState.CONSOLIDATED: _OPEN_HERE,
    DefectState.FORWARDED: _FORWARDED,
}
_CONFIRMED_BY: Final = {DefectState.DONE: CONFIRM, DefectState.REFUSED: CONFIRM}

EDGES: Final[dict[str, Edge]] = {
    edge.verb: edge
    for edge in [
        Edge("consolidate", _("Tổng hợp vào danh sách của tỉnh, Bộ"), {DefectState.REPORTED: _CONSOLIDATE},
             DefectState.CONSOLIDATED),
        Edge("forward", _("Chuyển C12, D01"), {DefectState.CONSOLIDATED: _CONSOLIDATE}, DefectState.FORWARDED,
             needs_desk=True),
        Edge("resolve", _("Đã xử lý"), _ANSWERED_BY, DefectState.DONE, needs_words=True),
        Edge("refuse", _("Không thực hiện"), _ANSWERED_BY, DefectState.REFUSED, needs_words=True),
        Edge("confirm", _("Xác nhận và đóng"), _CONFIRMED_BY, DefectState.CLOSED),
        Edge("reopen", _("Chưa được, đề nghị xử lý tiếp"), _CONFIRMED_BY, DefectState.REPORTED, needs_words=True),
    ]
}  # fmt: skip
"""Every step there is; the page's buttons and the service read the same table."""

REPORT: Final = "report"
MERGE: Final = "merge"
VERB_NAMES: Final[dict[str, Words]] = {
    REPORT: _("Ghi nhận"),
    MERGE: _("Ghi nhận lại, gộp vào yêu cầu đang mở"),
    **{verb: edge.words for verb, edge in EDGES.items()},
}


def right_for(state: DefectState, verb: str) -> str | None:
    """The action one must be allowed for `verb` in `state`; None where the step does not exist there."""
    edge = EDGES.get(verb)
    return edge.rights.get(state) if edge else None


def verbs_from(state: DefectState) -> tuple[str, ...]:
    """The steps possible from `state`, in the order of the table."""
    return tuple(verb for verb, edge in EDGES.items() if state in edge.rights)
