"""Working time: when something is due, how much of its time is used, what a pause does to it.

Pure arithmetic on aware datetimes, without a clock. Every question is answered from running totals by binary search,
so it costs the same over an hour and over ten years.

Rules (domain 3.3, 3.12, 10.8; Civil Code 2015, Articles 147–148):
- What arrives outside working time counts from the next opening; after a cut-off, from the next working day's.
- The first day is not counted: n working days later means the same time of day on the n-th working day after.
- Calendar days and months never end on a day off: they end at the close of the next working day.
- A pause moves the due moment by the time paused, so that what remains is the same before and after it.
"""

from __future__ import annotations

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import accumulate, pairwise
from typing import NamedTuple

from motcua.foundation.clock import VIETNAM

_SECOND = 1_000_000  # the module counts in microseconds


class TimeUnit(StrEnum):
    """Units of a time limit. HOUR is a working hour; 8 of them are a WORKING_DAY in the usual calendar."""

    WORKING_DAY = "WORKING_DAY"
    DAY = "DAY"
    HOUR = "HOUR"
    MONTH = "MONTH"


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A published time limit, such as 3 WORKING_DAY. The amount is positive."""

    amount: int
    unit: TimeUnit

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise ValueError("a time limit is positive")


class Session(NamedTuple):
    """One stretch of opening time within a day, local time."""

    opens: time
    closes: time


class Interval(NamedTuple):
    """From `start` to `end`, aware; an `end` of None is still open."""

    start: datetime
    end: datetime | None


OFFICE_DAY = (Session(time(7, 30), time(11, 30)), Session(time(13, 0), time(17, 0)))
OFFICE_WEEK: Mapping[int, Sequence[Session]] = dict.fromkeys(range(5), OFFICE_DAY)
"""Monday (0) to Friday (4), 8 hours a day."""


class WorkingCalendar:
    """The working time of one unit: its sessions per weekday, the days off, the make-up working days.

    A make-up day has the sessions of the longest weekday, whatever its own weekday has. ValueError if the sessions of
    a day overlap or if the week has none.
    """

    def __init__(
        self,
        days_off: Collection[date] = (),
        make_up_days: Collection[date] = (),
        sessions: Mapping[int, Sequence[Session]] = OFFICE_WEEK,
    ) -> None:
        self._week = tuple(_day_sessions(sessions.get(weekday, ())) for weekday in range(7))
        self._full_day = max(self._week, key=_length)
        if not self._full_day:
            raise ValueError("a calendar without working time")
        self._changes = {day: self._full_day for day in make_up_days} | dict.fromkeys(days_off, ())
        self._days = _RunningTotal(
            [1 if day else 0 for day in self._week], {d: 1 if s else 0 for d, s in self._changes.items()}
        )
        self._time = _RunningTotal(
            [_length(day) for day in self._week], {d: _length(s) for d, s in self._changes.items()}
        )

    def is_working_day(self, day: date) -> bool:
        """Whether the unit opens on `day` at all."""
        return bool(self._sessions(day))

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        return self._days.reaching(self._days.before(day + timedelta(1)) + 1)

    def counted_from(self, moment: datetime, cut_off: time | None = None) -> datetime:
        """The moment from which time runs for something that arrives at `moment`.

        Within a session the moment itself; in a break or outside, the next opening; strictly after `cut_off` (local
        time), the opening of the next working day. Returns UTC.
        """
        day, clock = _local(moment)
        if cut_off is not None and clock > _microseconds(cut_off):
            return self._opening(self.next_working_day(day))
        for opens, closes in self._sessions(day):
            if clock <= closes:
                return _moment(day, max(clock, opens))
        return self._opening(self.next_working_day(day))

    def add_working_days(self, start: datetime, days: int, cut_off: time | None = None) -> datetime:
        """The same time of day `days` (≥ 0) working days after the moment from which `start` counts. Returns UTC.

        Where the target day is open at other hours: its next opening, or its close.
        """
        day, clock = _local(self.counted_from(start, cut_off))
        return self._within(self._days.reaching(self._days.before(day + timedelta(1)) + days), clock)

    def add_working_hours(self, start: datetime, hours: int, cut_off: time | None = None) -> datetime:
        """The first moment at which `hours` (≥ 0) of working time have run. Returns UTC."""
        return self._add_time(self.counted_from(start, cut_off), hours * 3600 * _SECOND)

    def working_seconds_between(self, start: datetime, end: datetime) -> int:
        """Whole seconds of working time from `start` to `end`; negative if `end` is the earlier."""
        worked = self._worked_until(end) - self._worked_until(start)
        return worked // _SECOND if worked >= 0 else -(-worked // _SECOND)

    def due(self, start: datetime, limit: TimeLimit, cut_off: time | None = None) -> datetime:
        """When something that arrived at `start` with `limit` is due (DOS-05). Returns UTC."""
        if limit.unit is TimeUnit.WORKING_DAY:
            return self.add_working_days(start, limit.amount, cut_off)
        if limit.unit is TimeUnit.HOUR:
            return self.add_working_hours(start, limit.amount, cut_off)
        day, clock = _local(self.counted_from(start, cut_off))
        target = day + timedelta(limit.amount) if limit.unit is TimeUnit.DAY else _add_months(day, limit.amount)
        return self._landing(target, clock)

    def elapsed(self, running: Iterable[Interval], pauses: Iterable[Interval], until: datetime) -> int:
        """Whole seconds of working time used up to `until`: the `running` intervals less the `pauses`.

        Intervals may overlap or touch; open ones count up to `until`, and nothing after it counts.
        """
        pieces = subtract(merge(running, until), merge(pauses, until))
        return sum(self._worked_until(end) - self._worked_until(start) for start, end in pieces) // _SECOND

    def shift_for_pauses(
        self, due: datetime, pauses: Iterable[Interval], until: datetime, unit: TimeUnit = TimeUnit.WORKING_DAY
    ) -> datetime:
        """`due` moved by the time paused up to `until` (DOS-04). Returns UTC.

        - WORKING_DAY, HOUR: by the working time within the pauses; the working time that remains is unchanged.
        - DAY, MONTH: by their calendar time, and never onto a day off.
        """
        paused = merge(pauses, until)
        if unit in (TimeUnit.DAY, TimeUnit.MONTH):
            shift = sum((end - start for start, end in paused), timedelta())
            return self._landing(*_local(due + shift)) if shift else due.astimezone(UTC)
        worked = sum(self._worked_until(end) - self._worked_until(start) for start, end in paused)
        return self._add_time(due, worked) if worked else due.astimezone(UTC)

    def _sessions(self, day: date) -> tuple[tuple[int, int], ...]:
        changed = self._changes.get(day)
        return self._week[day.weekday()] if changed is None else changed

    def _opening(self, day: date) -> datetime:
        return _moment(day, self._sessions(day)[0][0])

    def _within(self, day: date, clock: int) -> datetime:
        """`clock` on the working day `day`, moved to the next opening or, after hours, back to the close."""
        for opens, closes in self._sessions(day):
            if clock <= closes:
                return _moment(day, max(clock, opens))
        return _moment(day, self._sessions(day)[-1][1])

    def _landing(self, day: date, clock: int) -> datetime:
        if self.is_working_day(day):
            return self._within(day, clock)
        after = self.next_working_day(day)
        return _moment(after, self._sessions(after)[-1][1])

    def _worked_until(self, moment: datetime) -> int:
        """Working microseconds from the beginning of the calendar to `moment`."""
        day, clock = _local(moment)
        return self._time.before(day) + sum(max(0, min(clock, closes) - opens) for opens, closes in self._sessions(day))

    def _add_time(self, start: datetime, duration: int) -> datetime:
        """The first moment, not before `start`, at which `duration` has been worked since."""
        if not duration:
            return start.astimezone(UTC)
        total = self._worked_until(start) + duration
        day = self._time.reaching(total)
        left = total - self._time.before(day)
        for opens, closes in self._sessions(day):
            if left <= closes - opens:
                return _moment(day, opens + left)
            left -= closes - opens
        raise AssertionError("unreachable: the day was chosen because it holds the total")


def merge(intervals: Iterable[Interval], until: datetime) -> list[tuple[datetime, datetime]]:
    """The intervals as disjoint ones in order, open ends closed and later ends cut at `until`, empty ones dropped."""
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted((start, min(end or until, until)) for start, end in intervals):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def subtract(
    kept: Iterable[tuple[datetime, datetime]], removed: Sequence[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    """What of `kept` lies outside `removed`; both disjoint and in order."""
    pieces: list[tuple[datetime, datetime]] = []
    for start, end in kept:
        for cut_start, cut_end in removed:
            if start < cut_start < end:
                pieces.append((start, cut_start))
            if cut_start < end:
                start = max(start, min(cut_end, end))
        if start < end:
            pieces.append((start, end))
    return pieces


class _RunningTotal:
    """Totals over all days before a day: a weekly pattern, corrected on single days."""

    def __init__(self, week: Sequence[int], changes: Mapping[date, int]) -> None:
        ordered = sorted(changes)
        self._prefix = (0, *accumulate(week))
        self._changed = [day.toordinal() for day in ordered]
        self._corrections = (0, *accumulate(changes[day] - week[day.weekday()] for day in ordered))

    def before(self, day: date) -> int:
        """The total of all days before `day`."""
        return self._before(day.toordinal())

    def reaching(self, total: int) -> date:
        """The first day at whose end `total` is reached. OverflowError beyond the year 9999."""
        ordinal = bisect_left(range(date.max.toordinal()), total, lo=1, key=lambda day: self._before(day + 1))
        if ordinal >= date.max.toordinal():
            raise OverflowError("beyond the end of the calendar")
        return date.fromordinal(ordinal)

    def _before(self, ordinal: int) -> int:
        weeks, rest = divmod(ordinal - 1, 7)  # ordinal 1 is a Monday
        return weeks * self._prefix[7] + self._prefix[rest] + self._corrections[bisect_left(self._changed, ordinal)]


def _day_sessions(sessions: Iterable[Session]) -> tuple[tuple[int, int], ...]:
    spans = sorted((_microseconds(opens), _microseconds(closes)) for opens, closes in sessions)
    edges = [edge for span in spans for edge in span]
    if any(later <= earlier for earlier, later in pairwise(edges)):
        raise ValueError("sessions of a day must be in order, apart and not empty")
    return tuple(spans)


def _length(sessions: Sequence[tuple[int, int]]) -> int:
    return sum(closes - opens for opens, closes in sessions)


def _microseconds(clock: time) -> int:
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * _SECOND + clock.microsecond


def _local(moment: datetime) -> tuple[date, int]:
    if moment.tzinfo is None:
        raise ValueError("naive datetime")
    local = moment.astimezone(VIETNAM)
    return local.date(), _microseconds(local.time())


def _moment(day: date, clock: int) -> datetime:
    midnight = datetime(day.year, day.month, day.day, tzinfo=VIETNAM)  # Vietnam has no summer time
    return midnight.astimezone(UTC) + timedelta(microseconds=clock)


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
