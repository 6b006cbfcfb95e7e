"""The four times of a dossier, as the applicant and the officer see them (POR-07); pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from motcua.foundation.working_calendar import Interval, TimeLimit, WorkingCalendar


@dataclass(frozen=True)
class Times:
    """Seconds of working time: nominal, elapsed, paused, remaining (negative: overdue); `due_at` as it stands."""

    limit: TimeLimit
    nominal: int
    elapsed: int
    paused: int
    remaining: int
    due_at: datetime
    running: bool

    @property
    def overdue(self) -> bool:
        """Past the due date with the clock running; a paused dossier is never overdue (DOS-06)."""
        return self.remaining < 0


def times(
    calendar: WorkingCalendar,
    *,
    limit: TimeLimit,
    cut_off: time | None,
    received_at: datetime,
    due_at: datetime,
    pauses: Sequence[Interval],
    finished_at: datetime | None,
    now: datetime,
) -> Times:
    """The four times at `now`.

    The clock runs from valid reception to the end of processing, pauses left out. While a pause is
    open, what remains stands still at its value at the start of the pause.
    """
    until = finished_at or now
    start = calendar.counted_from(received_at, cut_off)
    open_pause = next((pause for pause in pauses if pause.end is None), None)
    standing = open_pause.start if open_pause and finished_at is None else until
    return Times(
        limit=limit,
        nominal=calendar.working_seconds_between(start, calendar.due(received_at, limit, cut_off)),
        elapsed=calendar.elapsed([Interval(start, until)], pauses, until),
        paused=calendar.elapsed([Interval(pause.start, pause.end) for pause in pauses], [], until),
        remaining=calendar.working_seconds_between(standing, due_at),
        due_at=due_at,
        running=finished_at is None and open_pause is None,
    )
