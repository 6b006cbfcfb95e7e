"""Where a dossier stands, for its owner: what happens now, who holds it, what is asked (the page's first lines)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.domain.dossiers.models import Pause, Task
from motcua.domain.dossiers.queries import Detail
from motcua.domain.dossiers.rules import FINAL_STATES, STATE_NAMES, State
from motcua.faces.state_tones import STATE_TONES
from motcua.foundation.date_words import moment_in_words

_HAPPENS: dict[State, str | Promise] = {
    State.SUBMITTED: gettext_lazy("Hồ sơ đã nộp và đang chờ tiếp nhận"),
    State.RECEIVED: gettext_lazy("Hồ sơ đã được tiếp nhận"),
    State.IN_PROCESS: gettext_lazy("Hồ sơ đang được xử lý"),
    State.TRANSFERRED: gettext_lazy("Hồ sơ đã được chuyển tới cơ quan có thẩm quyền xử lý"),
    State.WAIT_SUPPLEMENT: gettext_lazy("Hồ sơ đang chờ Ông/Bà bổ sung giấy tờ"),
    State.WAIT_PAYMENT: gettext_lazy("Hồ sơ đang chờ Ông/Bà thực hiện nghĩa vụ tài chính"),
    State.STOPPED: gettext_lazy("Việc xử lý hồ sơ đang tạm dừng"),
    State.RESOLVED: gettext_lazy("Hồ sơ đã có kết quả"),
    State.RETURNED: gettext_lazy("Kết quả đã được trả cho Ông/Bà"),
    State.REFUSED: gettext_lazy("Hồ sơ bị từ chối giải quyết"),
    State.INTAKE_REFUSED: gettext_lazy("Hồ sơ không được tiếp nhận"),
    State.WITHDRAWN: gettext_lazy("Ông/Bà đã rút hồ sơ này"),
    State.CLOSED: gettext_lazy("Hồ sơ đã kết thúc"),
}


@dataclass(frozen=True)
class Standing:
    """Three sentences and a tone."""

    happens: str
    held_by: str
    asked: str
    tone: str


def standing(detail: Detail) -> Standing:
    """What the owner reads first."""
    return Standing(str(_HAPPENS[detail.state]), _held_by(detail), _asked(detail), STATE_TONES.get(detail.state, ""))


def _held_by(detail: Detail) -> str:
    holder = detail.holder
    if detail.state in FINAL_STATES or holder is None:
        return ""
    if holder.assignee is not None:
        return _("%(officer)s, %(unit)s đang giữ hồ sơ từ %(since)s.") % {
            "officer": holder.assignee.display_name,
            "unit": holder.unit.name,
            "since": moment_in_words(holder.opened_at),
        }
    return _("%(unit)s đang giữ hồ sơ từ %(since)s.") % {
        "unit": holder.unit.name,
        "since": moment_in_words(holder.opened_at),
    }


def _asked(detail: Detail) -> str:
    dossier, state = detail.dossier, detail.state
    if state is State.SUBMITTED:
        return _("Ông/Bà chưa phải làm gì. Cơ quan phải tiếp nhận hoặc yêu cầu bổ sung chậm nhất %(moment)s.") % {
            "moment": moment_in_words(dossier.receive_by)
        }
    if state is State.WAIT_SUPPLEMENT and detail.open_request is not None:
        return _("Ông/Bà nộp giấy tờ được yêu cầu chậm nhất %(moment)s. Thời hạn giải quyết tạm dừng đến khi đó.") % {
            "moment": moment_in_words(detail.open_request.answer_by)
        }
    if state in _RUNNING and dossier.due_at is not None:
        return _("Ông/Bà chưa phải làm gì. Hẹn trả kết quả: %(moment)s.") % {"moment": moment_in_words(dossier.due_at)}
    return str(_ASKED.get(state, ""))


_RUNNING = {State.RECEIVED, State.IN_PROCESS, State.TRANSFERRED}
_ASKED: dict[State, str | Promise] = {
    State.WAIT_PAYMENT: gettext_lazy("Ông/Bà nộp khoản bên dưới; nộp xong, thời hạn giải quyết tiếp tục được tính."),
    State.STOPPED: gettext_lazy("Ông/Bà chưa phải làm gì. Lý do tạm dừng ghi bên dưới."),
    State.RESOLVED: gettext_lazy("Ông/Bà tải kết quả ở bên dưới, lúc nào cũng được."),
    State.RETURNED: gettext_lazy("Kết quả vẫn được lưu ở đây. Mời Ông/Bà đánh giá việc giải quyết hồ sơ."),
    State.REFUSED: gettext_lazy("Lý do từ chối ghi bên dưới. Ông/Bà có thể khiếu nại hoặc nộp hồ sơ mới."),
    State.INTAKE_REFUSED: gettext_lazy("Lý do ghi bên dưới. Ông/Bà có thể sửa và nộp hồ sơ mới."),
}


@dataclass(frozen=True)
class HistoryStep:
    """One line of the history: a step done, being done, paused, or still to come."""

    title: str
    holder: str
    started: datetime | None
    ended: datetime | None
    planned: datetime | None
    note: str
    tone: str


def history(detail: Detail) -> list[HistoryStep]:
    """Steps with holder, start, end and planned end, pauses among them, then the steps still to come (DOS-13)."""
    past = [_task_step(task) for task in detail.tasks] + [_pause_step(pause) for pause in detail.pauses]
    past.sort(key=lambda step: (step.started is None, step.started))
    return [*past, *_steps_to_come(detail)]


def _task_step(task: Task) -> HistoryStep:
    officer = task.assignee.display_name if task.assignee else ""
    holder = ", ".join(part for part in (officer, task.unit.name) if part)
    tone = "now" if task.closed_at is None else "done"
    return HistoryStep(task.name, holder, task.opened_at, task.closed_at, task.planned_end, "", tone)


def _pause_step(pause: Pause) -> HistoryStep:
    name = str(STATE_NAMES[State(pause.state)])
    title = _("Thời hạn tạm dừng: %(state)s") % {"state": name}
    tone = "done" if pause.ended_at else ""
    return HistoryStep(title, "", pause.started_at, pause.ended_at, None, pause.reason_text, tone)


def _steps_to_come(detail: Detail) -> list[HistoryStep]:
    if detail.state in FINAL_STATES:
        return []
    reached = max((task.order for task in detail.tasks), default=0)
    return [
        HistoryStep(step.name, "", None, None, None, _("Chưa đến bước này"), "")
        for step in detail.definition.process
        if step.order > reached
    ]
