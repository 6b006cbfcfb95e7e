"""The one rule table of the dossier's state machine, used by button, API, sync message and replay alike.

States and national numbers: QCVN 120:2019/BTTTT status list as implemented by partner systems; DOS-01.
A dossier asked for a supplement before reception goes back to SUBMITTED: reception stays an officer's act.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcua.domain.catalogue.definition import StepKind
from motcua.foundation.text import fold


class State(StrEnum):
    """Internal states; people read `STATE_NAMES`, partners `NATIONAL_NUMBER`."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RECEIVED = "RECEIVED"
    INTAKE_REFUSED = "INTAKE_REFUSED"
    IN_PROCESS = "IN_PROCESS"
    TRANSFERRED = "TRANSFERRED"
    WAIT_SUPPLEMENT = "WAIT_SUPPLEMENT"
    WAIT_PAYMENT = "WAIT_PAYMENT"
    WITHDRAWN = "WITHDRAWN"
    STOPPED = "STOPPED"
    RESOLVED = "RESOLVED"
    REFUSED = "REFUSED"
    RETURNED = "RETURNED"
    CLOSED = "CLOSED"


STATE_NAMES: dict[State, str | Promise] = {
    State.DRAFT: _("Bản nháp"),
    State.SUBMITTED: _("Đã nộp, chờ tiếp nhận"),
    State.RECEIVED: _("Đã tiếp nhận"),
    State.INTAKE_REFUSED: _("Từ chối tiếp nhận"),
    State.IN_PROCESS: _("Đang xử lý"),
    State.TRANSFERRED: _("Chuyển xử lý"),
    State.WAIT_SUPPLEMENT: _("Chờ bổ sung"),
    State.WAIT_PAYMENT: _("Chờ thực hiện nghĩa vụ tài chính"),
    State.WITHDRAWN: _("Đã rút hồ sơ"),
    State.STOPPED: _("Tạm dừng xử lý"),
    State.RESOLVED: _("Có kết quả"),
    State.REFUSED: _("Từ chối giải quyết"),
    State.RETURNED: _("Đã trả kết quả"),
    State.CLOSED: _("Đã kết thúc"),
}

NATIONAL_NUMBER: dict[State, int | None] = {
    State.DRAFT: None,
    State.SUBMITTED: 1,
    State.RECEIVED: 2,
    State.INTAKE_REFUSED: 3,
    State.IN_PROCESS: 4,
    State.TRANSFERRED: 4,
    State.WAIT_SUPPLEMENT: 5,
    State.WAIT_PAYMENT: 6,
    State.WITHDRAWN: 7,
    State.STOPPED: 8,
    State.RESOLVED: 9,
    State.REFUSED: 9,
    State.RETURNED: 10,
    State.CLOSED: None,  # keeps the last number
}


class Clock(StrEnum):
    """What a transition does to the legal clock."""

    KEEPS = "keeps"
    STARTS = "starts"
    PAUSES = "pauses"
    RESUMES = "resumes"
    ENDS = "ends"


OWNER = "owner"  # an edge only the applicant may take
PRODUCT = "product"  # an edge only another room or a job of ours may take
SAME: State | None = None  # the target is the state the dossier waits to go back to


@dataclass(frozen=True)
class Edge:
    """One allowed transition: from these states, by this verb, to that state.

    `action` is the right an officer needs, or OWNER or PRODUCT; `reason` whether a substantive reason is
    demanded (DOS-02); `notice` names the message to the applicant, or None where there is none on purpose.
    """

    verb: str
    sources: frozenset[State]
    target: State | None
    action: str
    reason: bool
    clock: Clock
    notice: str | None


_OPEN = frozenset({State.RECEIVED, State.IN_PROCESS})
_UNDECIDED = frozenset(
    {State.SUBMITTED, State.RECEIVED, State.IN_PROCESS, State.TRANSFERRED}
    | {State.WAIT_SUPPLEMENT, State.WAIT_PAYMENT, State.STOPPED}
)
_PAUSED = frozenset({State.WAIT_SUPPLEMENT, State.WAIT_PAYMENT, State.STOPPED})


def _edge(
    verb: str,
    sources: set[State] | frozenset[State],
    target: State | None,
    action: str,
    *,
    reason: bool = False,
    clock: Clock = Clock.KEEPS,
    notice: str | None = None,
) -> Edge:
    return Edge(verb, frozenset(sources), target, action, reason, clock, notice)


EDGES: dict[str, Edge] = {
    edge.verb: edge
    for edge in [
        _edge("submit", {State.DRAFT}, State.SUBMITTED, OWNER, notice="dossier.submitted"),
        _edge(
            "receive", {State.SUBMITTED}, State.RECEIVED, "dossier.receive",
            clock=Clock.STARTS, notice="dossier.received",
        ),
        _edge(
            "refuse_intake", {State.SUBMITTED}, State.INTAKE_REFUSED, "dossier.refuse_intake",
            reason=True, clock=Clock.ENDS, notice="dossier.intake_refused",
        ),
        _edge(
            "ask_supplement", {State.SUBMITTED, *_OPEN}, State.WAIT_SUPPLEMENT, "dossier.ask_supplement",
            reason=True, clock=Clock.PAUSES, notice="dossier.supplement_asked",
        ),
        _edge("supplement", {State.WAIT_SUPPLEMENT}, SAME, OWNER, clock=Clock.RESUMES, notice="dossier.supplemented"),
        _edge("start", {State.RECEIVED, State.TRANSFERRED}, State.IN_PROCESS, "dossier.process"),
        _edge("transfer", _OPEN, State.TRANSFERRED, "dossier.transfer", reason=True, notice="dossier.transferred"),
        _edge(
            "ask_payment", _OPEN, State.WAIT_PAYMENT, "dossier.assess_fee",
            reason=True, clock=Clock.PAUSES, notice="dossier.payment_asked",
        ),
        _edge("payment_complete", {State.WAIT_PAYMENT}, SAME, PRODUCT, clock=Clock.RESUMES),
        _edge(
            "pause", _OPEN, State.STOPPED, "dossier.pause", reason=True, clock=Clock.PAUSES, notice="dossier.paused"
        ),
        _edge("resume", _PAUSED, SAME, "dossier.pause", reason=True, clock=Clock.RESUMES, notice="dossier.resumed"),
        _edge("propose", {State.IN_PROCESS}, State.IN_PROCESS, "dossier.propose_result"),
        _edge("send_back", {State.IN_PROCESS}, State.IN_PROCESS, "dossier.approve", reason=True),
        _edge(
            "approve", {State.IN_PROCESS}, State.RESOLVED, "dossier.approve",
            clock=Clock.ENDS, notice="dossier.resolved",
        ),
        _edge(
            "refuse", {State.IN_PROCESS}, State.REFUSED, "dossier.refuse",
            reason=True, clock=Clock.ENDS, notice="dossier.refused",
        ),
        _edge(
            "return_result", {State.RESOLVED, State.REFUSED}, State.RETURNED, "dossier.return_result",
            notice="dossier.returned",
        ),
        _edge(
            "withdraw", _UNDECIDED, State.WITHDRAWN, OWNER, reason=True, clock=Clock.ENDS, notice="dossier.withdrawn"
        ),
        _edge("close", {State.RETURNED, State.INTAKE_REFUSED, State.WITHDRAWN}, State.CLOSED, PRODUCT),
    ]
}  # fmt: skip

PAUSED_STATES = _PAUSED
UNDECIDED_STATES = _UNDECIDED
FINAL_STATES = frozenset({State.INTAKE_REFUSED, State.WITHDRAWN, State.RETURNED, State.CLOSED})
REASONED_STATES = frozenset(
    {State.INTAKE_REFUSED, State.WAIT_SUPPLEMENT, State.WAIT_PAYMENT, State.STOPPED, State.REFUSED, State.WITHDRAWN}
)


def edge(state: State, verb: str) -> Edge | None:
    """The edge `verb` takes from `state`, or None where it is not allowed."""
    found = EDGES.get(verb)
    return found if found and state in found.sources else None


def verbs_from(state: State) -> tuple[str, ...]:
    """The verbs allowed from `state`, in the order of the table."""
    return tuple(verb for verb, item in EDGES.items() if state in item.sources)


class ReasonCode(StrEnum):
    """Why an officer refuses, pauses or asks; the list of forms 02 and 03 of TT 03/2025/TT-VPCP in short."""

    MISSING_COMPONENT = "MISSING_COMPONENT"
    INVALID_COMPONENT = "INVALID_COMPONENT"
    INCORRECT_INFORMATION = "INCORRECT_INFORMATION"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    WRONG_AUTHORITY = "WRONG_AUTHORITY"
    FINANCIAL_OBLIGATION = "FINANCIAL_OBLIGATION"
    VERIFICATION = "VERIFICATION"
    APPLICANT_REQUEST = "APPLICANT_REQUEST"
    OTHER = "OTHER"


REASON_NAMES: dict[ReasonCode, str | Promise] = {
    ReasonCode.MISSING_COMPONENT: _("Thiếu thành phần hồ sơ"),
    ReasonCode.INVALID_COMPONENT: _("Thành phần hồ sơ không hợp lệ"),
    ReasonCode.INCORRECT_INFORMATION: _("Thông tin kê khai chưa chính xác"),
    ReasonCode.NOT_ELIGIBLE: _("Không đủ điều kiện theo quy định"),
    ReasonCode.WRONG_AUTHORITY: _("Không thuộc thẩm quyền giải quyết"),
    ReasonCode.FINANCIAL_OBLIGATION: _("Thực hiện nghĩa vụ tài chính"),
    ReasonCode.VERIFICATION: _("Chờ xác minh, lấy ý kiến cơ quan khác"),
    ReasonCode.APPLICANT_REQUEST: _("Theo đề nghị của người nộp hồ sơ"),
    ReasonCode.OTHER: _("Lý do khác"),
}

REASON_MINIMUM_LETTERS = 10
_EMPTY_REASONS = {
    "khong", "khong dat", "khong hop le", "khong dong y", "tu choi", "ho so khong dat", "ho so khong hop le",
    "ho so chua hop le", "chua hop le", "chua dat", "khong du dieu kien", "sai", "thieu", "ly do khac", "bo sung ho so",
    "yeu cau bo sung", "tra lai ho so", "khong giai quyet", "khong tiep nhan",
}  # fmt: skip


def substantive(text: str) -> bool:
    """Whether a reason says something: ten letters at least, two words, and not one of the empty phrases (DOS-02)."""
    plain = re.sub(r"[\W_]+", " ", fold(text)).strip()
    letters = sum(character.isalpha() for character in plain)
    return letters >= REASON_MINIMUM_LETTERS and " " in plain and plain not in _EMPTY_REASONS


class ReturnMethod(StrEnum):
    """How a result reaches the applicant (DOS-08)."""

    ONLINE = "ONLINE"
    COUNTER = "COUNTER"
    POSTAL = "POSTAL"


NEXT_VERB: dict[tuple[State, str], str] = {
    (State.SUBMITTED, ""): "receive",
    (State.RECEIVED, ""): "start",
    (State.TRANSFERRED, ""): "start",
    (State.IN_PROCESS, StepKind.PROCESS.value): "propose",
    (State.IN_PROCESS, StepKind.APPROVE.value): "approve",
    (State.STOPPED, ""): "resume",
    (State.RESOLVED, ""): "return_result",
    (State.REFUSED, ""): "return_result",
}
"""The step that an officer owes next, by state and, where the state alone does not say it, kind of the open step.

Waiting for papers or money is the applicant's turn; a finished dossier owes nothing.
"""


def next_verb(state: State, step_kind: str) -> str | None:
    """The verb of the way forward that waits for an officer; None where none does."""
    return NEXT_VERB.get((state, "")) or NEXT_VERB.get((state, step_kind))
