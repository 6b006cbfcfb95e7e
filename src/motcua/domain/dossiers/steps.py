"""The holder of a dossier: one open task at a time, opened and closed by transitions (DOS-13).

The service's step table gives names, roles and hours; the state machine decides when a step ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from motcua.domain.catalogue.definition import ServiceDefinition, Step, StepKind
from motcua.domain.catalogue.queries import definition_of
from motcua.domain.dossiers.calendars import calendar_of
from motcua.domain.dossiers.models import Dossier, Task
from motcua.foundation.actor import Actor
from motcua.foundation.working_calendar import Interval, WorkingCalendar

# What a transition does to the open task: the kind of step it opens after closing the open one.
OPENS: dict[str, StepKind | None] = {
    "receive": StepKind.PROCESS,
    "start": StepKind.PROCESS,
    "transfer": StepKind.PROCESS,
    "propose": StepKind.APPROVE,
    "send_back": StepKind.PROCESS,
    "approve": StepKind.RETURN,
    "refuse": StepKind.RETURN,
    "refuse_intake": None,
    "withdraw": None,
    "return_result": None,
}


@dataclass(frozen=True)
class Next:
    """What the next task needs beyond the step table: the unit it lies with, who took it."""

    unit_id: int | None = None
    assignee_id: object | None = None


def first_step(definition: ServiceDefinition, kind: StepKind) -> Step:
    """The first step of this kind. The publishing gate guarantees that every service has one of each."""
    return next(step for step in definition.process if step.kind is kind)


def opening(dossier: Dossier, kind: StepKind, now: datetime, step: Next | None = None) -> Task:
    """A new task, not yet saved: planned end by the hours of its step and the unit's calendar."""
    row = first_step(definition_of(dossier.service_revision_id), kind)
    unit_id = (step.unit_id if step else None) or dossier.holding_unit_id
    hours = max(1, round(row.hours))
    return Task(
        dossier=dossier,
        order=row.order,
        kind=kind.value,
        name=row.name,
        role=row.role,
        unit_id=unit_id,
        assignee_id=step.assignee_id if step else None,
        opened_at=now,
        planned_end=calendar_of(unit_id).add_working_hours(now, hours),
    )


def advance(dossier: Dossier, verb: str, actor: Actor, now: datetime, step: Next | None = None) -> None:
    """Closes the open task, naming the officer who did it, and opens the next one, where `verb` moves the work."""
    if verb not in OPENS:
        return
    closing: dict[str, object] = {"closed_at": now, "outcome": verb}
    if actor.kind == "staff":
        closing["assignee_id"] = actor.id
    Task.objects.filter(dossier=dossier, closed_at__isnull=True).update(**closing)
    kind = OPENS[verb]
    if kind is not None:
        opening(dossier, kind, now, step).save(force_insert=True)


def shift(dossier: Dossier, calendar: WorkingCalendar, pauses: Sequence[Interval], now: datetime) -> None:
    """Moves the open task's planned end by the time paused."""
    task = Task.objects.filter(dossier=dossier, closed_at__isnull=True).first()
    if task is not None:
        task.planned_end = calendar.shift_for_pauses(task.planned_end, pauses, now)
        task.save(update_fields=["planned_end"])
