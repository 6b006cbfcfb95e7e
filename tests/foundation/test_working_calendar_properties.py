"""The working calendar against a slow reference that counts quarter hours one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation.clock import VIETNAM, local
from motcua.foundation.working_calendar import OFFICE_WEEK, Interval, Session, TimeLimit, TimeUnit, WorkingCalendar

FIRST = date(2026, 1, 1)
QUARTER = timedelta(minutes=15)
HORIZON = 60  # days

quarters = st.integers(0, 20 * 96).map(lambda count: local(2026, 1, 1) + count * QUARTER)
dates = st.integers(0, HORIZON).map(lambda offset: FIRST + timedelta(offset))


@dataclass(frozen=True)
class Office:
    """The raw facts of a calendar, from which the reference and the calendar are both built."""

    week: dict[int, tuple[tuple[int, int], ...]]  # weekday → (from hour, to hour)
    off: frozenset[date]
    made_up: frozenset[date]

    def calendar(self) -> WorkingCalendar:
        sessions = {
            weekday: tuple(Session(time(opens), time(closes)) for opens, closes in hours)
            for weekday, hours in self.week.items()
        }
        return WorkingCalendar(self.off, self.made_up, sessions)

    def hours(self, day: date) -> tuple[tuple[int, int], ...]:
        if day in self.off:
            return ()
        if day in self.made_up:
            longest = max(sum(end - start for start, end in hours) for hours in self.week.values())
            return next(
                hours for _, hours in sorted(self.week.items()) if sum(end - start for start, end in hours) == longest
            )
        return self.week.get(day.weekday(), ())

    def open_at(self, quarter: datetime) -> bool:
        at = quarter.astimezone(VIETNAM)
        return any(start <= at.hour < end for start, end in self.hours(at.date()))

    def open_quarters(self, start: datetime, end: datetime) -> int:
        count, at = 0, start
        while at < end:
            count += self.open_at(at)
            at += QUARTER
        return count


half_day = st.tuples(st.integers(6, 10), st.integers(1, 4)).map(lambda pair: ((pair[0], pair[0] + pair[1]),))
whole_day = half_day.flatmap(
    lambda morning: st.integers(morning[0][1] + 1, 18).map(lambda opens: (*morning, (opens, opens + 3)))
)
weeks = st.dictionaries(st.integers(0, 6), st.one_of(half_day, whole_day), min_size=2)
offices = st.builds(Office, weeks, st.frozensets(dates, max_size=12), st.frozensets(dates, max_size=4))


@given(offices, quarters, quarters)
def test_working_time_between_two_moments(office: Office, one: datetime, other: datetime) -> None:
    start, end = min(one, other), max(one, other)

    expected = office.open_quarters(start, end) * 900

    assert office.calendar().working_seconds_between(start, end) == expected
    assert office.calendar().working_seconds_between(end, start) == -expected


@given(offices, quarters, st.integers(1, 30))
def test_working_hours_end_at_the_first_moment_at_which_they_have_run(
    office: Office, start: datetime, hours: int
) -> None:
    end = office.calendar().add_working_hours(start, hours)

    assert office.open_quarters(start, end) == hours * 4
    assert office.open_at(end - QUARTER)


@given(offices, quarters, st.integers(0, 12), st.sampled_from([None, time(9), time(15), time(17)]))
def test_working_days_are_counted_one_by_one(
    office: Office, start: datetime, amount: int, cut_off: time | None
) -> None:
    calendar = office.calendar()
    begins = calendar.counted_from(start, cut_off).astimezone(VIETNAM)
    due = calendar.add_working_days(start, amount, cut_off).astimezone(VIETNAM)

    day = begins.date()
    for _ in range(amount):
        day += timedelta(1)
        while not office.hours(day):
            day += timedelta(1)
    assert due.date() == day
    hours = office.hours(day)
    if any(time(opens) <= begins.time() <= time(closes) for opens, closes in hours):
        assert due.time() == begins.time()
    else:
        later = [opens for opens, _ in hours if time(opens) > begins.time()]
        assert due.time() == (time(min(later)) if later else time(hours[-1][1]))


@given(offices, quarters, st.sampled_from([None, time(9), time(15), time(17)]))
def test_time_begins_to_count_at_the_first_open_moment(office: Office, start: datetime, cut_off: time | None) -> None:
    begins = office.calendar().counted_from(start, cut_off)

    at = start.astimezone(VIETNAM)
    if cut_off is not None and at.time() > cut_off:
        at = datetime.combine(at.date() + timedelta(1), time(0), VIETNAM)
    at_a_close = any(at.time() == time(closes) for _, closes in office.hours(at.date()))
    while not at_a_close and not office.open_at(at):
        at += QUARTER
    assert begins == at


@given(offices, quarters, st.integers(1, 40), st.sampled_from([TimeUnit.DAY, TimeUnit.MONTH]))
def test_calendar_limits_never_end_on_a_day_off_and_never_early(
    office: Office, start: datetime, amount: int, unit: TimeUnit
) -> None:
    due = office.calendar().due(start, TimeLimit(amount, unit)).astimezone(VIETNAM)

    begins = office.calendar().counted_from(start).astimezone(VIETNAM)
    earliest = begins.date() + (timedelta(amount) if unit is TimeUnit.DAY else timedelta(28 * amount))
    assert office.hours(due.date())
    assert due.date() >= earliest
    if unit is TimeUnit.DAY:
        assert not any(office.hours(earliest + timedelta(n)) for n in range((due.date() - earliest).days))


intervals = st.tuples(quarters, st.one_of(st.none(), quarters)).map(lambda pair: Interval(*pair))


@given(offices, st.lists(intervals, max_size=4), st.lists(intervals, max_size=5), quarters)
def test_elapsed_time_is_what_runs_and_is_not_paused(
    office: Office, running: list[Interval], pauses: list[Interval], until: datetime
) -> None:
    def within(at: datetime, pieces: list[Interval]) -> bool:
        return any(start <= at < (end or until) for start, end in pieces)

    expected, at = 0, local(2026, 1, 1)
    while at < until:
        expected += office.open_at(at) and within(at, running) and not within(at, pauses)
        at += QUARTER

    assert office.calendar().elapsed(running, pauses, until) == expected * 900


@given(offices, quarters, st.integers(1, 10), st.lists(intervals, max_size=4), quarters)
def test_a_shift_keeps_what_remained(
    office: Office, received: datetime, amount: int, pauses: list[Interval], until: datetime
) -> None:
    calendar = office.calendar()
    due = calendar.due(received, TimeLimit(amount, TimeUnit.WORKING_DAY))

    shifted = calendar.shift_for_pauses(due, pauses, until)

    paused = calendar.elapsed(pauses, [], until)
    assert calendar.working_seconds_between(due, shifted) == paused
    assert calendar.working_seconds_between(until, shifted) == calendar.working_seconds_between(until, due) + paused


@given(quarters, st.integers(0, 30))
def test_eight_hours_are_a_working_day(start: datetime, amount: int) -> None:
    calendar = WorkingCalendar(sessions=OFFICE_WEEK)
    by_day, by_hour = calendar.add_working_days(start, amount), calendar.add_working_hours(start, 8 * amount)

    assert calendar.working_seconds_between(by_hour, by_day) == 0
