"""Deadlines by the working calendar: known dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from motcua.foundation.clock import local, to_local
from motcua.foundation.public_holidays import days_off, make_up_days, national_calendar
from motcua.foundation.working_calendar import (
    OFFICE_DAY,
    OFFICE_WEEK,
    Interval,
    Session,
    TimeLimit,
    TimeUnit,
    WorkingCalendar,
)

PLAIN = WorkingCalendar()
NATION = national_calendar()
SATURDAY_MORNINGS = WorkingCalendar(sessions={**OFFICE_WEEK, 5: (Session(time(7, 30), time(11, 30)),)})
WORKING_DAY = 8 * 3600


def days(amount: int) -> TimeLimit:
    return TimeLimit(amount, TimeUnit.WORKING_DAY)


@pytest.mark.requirement("DOS-05")
def test_one_working_day_from_a_friday_afternoon_skips_weekends_holidays_leap_days_and_tet() -> None:
    friday = local(2026, 6, 5, 16, 0)
    monday_off = WorkingCalendar(days_off={date(2026, 6, 8)})

    assert PLAIN.due(friday, days(1)) == local(2026, 6, 8, 16, 0)
    assert monday_off.due(friday, days(1)) == local(2026, 6, 9, 16, 0)
    assert PLAIN.due(friday, TimeLimit(8, TimeUnit.HOUR)) == local(2026, 6, 8, 16, 0)

    assert PLAIN.due(local(2028, 2, 28, 9, 0), days(1)) == local(2028, 2, 29, 9, 0)
    assert PLAIN.due(local(2028, 2, 28, 9, 0), days(2)) == local(2028, 3, 1, 9, 0)
    assert PLAIN.due(local(2027, 2, 26, 9, 0), days(1)) == local(2027, 3, 1, 9, 0)

    assert NATION.due(local(2026, 2, 13, 16, 0), days(1)) == local(2026, 2, 23, 16, 0)
    assert NATION.due(local(2027, 2, 3, 9, 0), days(2)) == local(2027, 2, 12, 9, 0)


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        # 31/8 is swapped with Saturday 22/8, then two days of National Day
        (local(2026, 8, 28, 16, 30), 3, local(2026, 9, 7, 16, 30)),
        (local(2026, 8, 21, 16, 0), 1, local(2026, 8, 22, 16, 0)),
        (local(2026, 8, 22, 10, 0), 1, local(2026, 8, 24, 10, 0)),
        # Giỗ Tổ falls on a Sunday and is given back on Monday
        (local(2026, 4, 24, 9, 0), 1, local(2026, 4, 28, 9, 0)),
        (local(2026, 4, 29, 9, 0), 1, local(2026, 5, 4, 9, 0)),
        # the Day of Vietnamese Culture is off from 2026 on
        (local(2026, 11, 23, 9, 0), 1, local(2026, 11, 25, 9, 0)),
        (local(2025, 11, 21, 9, 0), 2, local(2025, 11, 25, 9, 0)),
    ],
)
def test_holidays_swaps_and_compensations(start: datetime, amount: int, due: datetime) -> None:
    assert NATION.due(start, days(amount)) == due


def test_the_national_days_of_2026() -> None:
    off = {day for day in days_off() if day.year == 2026 and day.weekday() < 5}

    assert off == {
        date(2026, 1, 1),
        *(date(2026, 2, day) for day in range(16, 21)),
        date(2026, 4, 27),
        date(2026, 4, 30),
        date(2026, 5, 1),
        date(2026, 8, 31),
        date(2026, 9, 1),
        date(2026, 9, 2),
        date(2026, 11, 24),
    }
    assert date(2026, 8, 22) in make_up_days()
    assert days_off()[date(2026, 2, 17)] == "Tết Nguyên Đán"


def test_a_unit_corrects_the_national_calendar() -> None:
    corrected = national_calendar(extra_days_off={date(2026, 6, 8)}, extra_working_days={date(2026, 9, 1)})

    assert not corrected.is_working_day(date(2026, 6, 8))
    assert corrected.is_working_day(date(2026, 9, 1))
    assert not corrected.is_working_day(date(2026, 9, 2))


@pytest.mark.parametrize(
    ("arrives", "cut_off", "counts_from"),
    [
        (local(2026, 6, 4, 10, 0), None, local(2026, 6, 4, 10, 0)),
        (local(2026, 6, 4, 6, 0), None, local(2026, 6, 4, 7, 30)),
        (local(2026, 6, 4, 12, 0), None, local(2026, 6, 4, 13, 0)),
        (local(2026, 6, 4, 17, 0), None, local(2026, 6, 4, 17, 0)),
        (local(2026, 6, 4, 17, 1), None, local(2026, 6, 5, 7, 30)),
        (local(2026, 6, 6, 9, 0), None, local(2026, 6, 8, 7, 30)),
        (local(2026, 6, 4, 15, 0), time(15), local(2026, 6, 4, 15, 0)),
        (local(2026, 6, 4, 15, 1), time(15), local(2026, 6, 5, 7, 30)),
        (local(2026, 6, 5, 16, 30), time(16), local(2026, 6, 8, 7, 30)),
        (local(2026, 6, 6, 9, 0), time(15), local(2026, 6, 8, 7, 30)),
        (local(2026, 6, 6, 16, 0), time(15), local(2026, 6, 8, 7, 30)),
        (datetime(2026, 6, 4, 18, 0, tzinfo=UTC), None, local(2026, 6, 5, 7, 30)),
    ],
)
def test_time_counts_from_working_time_and_after_a_cut_off_from_the_next_day(
    arrives: datetime, cut_off: time | None, counts_from: datetime
) -> None:
    assert PLAIN.counted_from(arrives, cut_off) == counts_from


def test_a_cut_off_moves_the_due_day() -> None:
    assert PLAIN.due(local(2026, 6, 4, 14, 59), days(1), time(15)) == local(2026, 6, 5, 14, 59)
    assert PLAIN.due(local(2026, 6, 4, 15, 1), days(1), time(15)) == local(2026, 6, 8, 7, 30)
    assert PLAIN.add_working_hours(local(2026, 6, 4, 17, 30), 8, time(17)) == local(2026, 6, 5, 17, 0)


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        (local(2026, 6, 4, 10, 0), TimeLimit(5, TimeUnit.DAY), local(2026, 6, 9, 10, 0)),
        # ends on a Saturday: to the close of Monday
        (local(2026, 6, 4, 10, 0), TimeLimit(2, TimeUnit.DAY), local(2026, 6, 8, 17, 0)),
        # ends within Tết
        (local(2026, 2, 10, 10, 0), TimeLimit(7, TimeUnit.DAY), local(2026, 2, 23, 17, 0)),
        # ends on a make-up Saturday, which is a working day
        (local(2026, 8, 12, 10, 0), TimeLimit(10, TimeUnit.DAY), local(2026, 8, 22, 10, 0)),
        # 31 January and a month: the last day of February
        (local(2028, 1, 31, 10, 0), TimeLimit(1, TimeUnit.MONTH), local(2028, 2, 29, 10, 0)),
        (local(2026, 12, 31, 10, 0), TimeLimit(2, TimeUnit.MONTH), local(2027, 3, 1, 17, 0)),
        (local(2026, 11, 30, 10, 0), TimeLimit(13, TimeUnit.MONTH), local(2027, 12, 30, 10, 0)),
        (local(2026, 6, 4, 16, 0), TimeLimit(2, TimeUnit.HOUR), local(2026, 6, 5, 8, 30)),
        (local(2026, 6, 4, 10, 30), TimeLimit(2, TimeUnit.HOUR), local(2026, 6, 4, 14, 0)),
        (local(2026, 6, 4, 7, 30), TimeLimit(4, TimeUnit.HOUR), local(2026, 6, 4, 11, 30)),
    ],
)
def test_calendar_days_months_and_hours(start: datetime, limit: TimeLimit, due: datetime) -> None:
    assert NATION.due(start, limit) == due


def test_a_day_with_shorter_hours_ends_at_its_close() -> None:
    assert SATURDAY_MORNINGS.due(local(2026, 6, 5, 16, 0), days(1)) == local(2026, 6, 6, 11, 30)
    assert SATURDAY_MORNINGS.due(local(2026, 6, 6, 12, 0), days(1)) == local(2026, 6, 9, 7, 30)


def test_a_make_up_day_has_full_hours_even_where_the_weekday_is_short() -> None:
    unit = WorkingCalendar(make_up_days={date(2026, 8, 22)}, sessions={**OFFICE_WEEK, 5: OFFICE_DAY[:1]})

    assert unit.working_seconds_between(local(2026, 8, 22), local(2026, 8, 23)) == WORKING_DAY
    assert unit.working_seconds_between(local(2026, 8, 15), local(2026, 8, 16)) == WORKING_DAY // 2


def test_a_pause_moves_the_due_date_and_leaves_what_remains() -> None:
    received = local(2026, 6, 1, 9, 0)  # a Monday
    due = PLAIN.due(received, days(5))
    paused, resumed = PLAIN.add_working_days(received, 2), PLAIN.add_working_days(received, 5)
    pauses = [Interval(paused, resumed)]

    shifted = PLAIN.shift_for_pauses(due, pauses, resumed)

    assert (due, shifted) == (local(2026, 6, 8, 9, 0), local(2026, 6, 11, 9, 0))
    assert PLAIN.working_seconds_between(paused, due) == 3 * WORKING_DAY
    assert PLAIN.working_seconds_between(resumed, shifted) == 3 * WORKING_DAY
    assert PLAIN.elapsed([Interval(received, None)], pauses, resumed) == 2 * WORKING_DAY


def test_an_open_pause_counts_up_to_now() -> None:
    received, paused = local(2026, 6, 1, 9, 0), local(2026, 6, 2, 9, 0)
    due = PLAIN.due(received, days(5))
    moments = [local(2026, 6, 2, 9, 0), local(2026, 6, 3, 9, 0), local(2026, 6, 6, 9, 0), local(2026, 6, 9, 9, 0)]

    left = [
        PLAIN.working_seconds_between(now, PLAIN.shift_for_pauses(due, [Interval(paused, None)], now))
        for now in moments
    ]
    used = [PLAIN.elapsed([Interval(received, None)], [Interval(paused, None)], now) for now in moments]

    assert left == [4 * WORKING_DAY] * 4
    assert used == [WORKING_DAY] * 4


def test_nights_and_holidays_inside_a_pause_do_not_move_the_due_date_twice() -> None:
    due = local(2026, 2, 23, 9, 0)
    over_tet = [Interval(local(2026, 2, 13, 17, 0), local(2026, 2, 23, 7, 30))]

    assert NATION.shift_for_pauses(due, over_tet, local(2026, 2, 23, 8, 0)) == due


def test_a_limit_in_calendar_days_moves_by_calendar_time_and_not_onto_a_day_off() -> None:
    due = local(2026, 6, 10, 10, 0)
    pauses = [Interval(local(2026, 6, 2, 10, 0), local(2026, 6, 5, 10, 0))]

    shifted = NATION.shift_for_pauses(due, pauses, local(2026, 6, 5, 10, 0), TimeUnit.DAY)

    assert shifted == local(2026, 6, 15, 17, 0)


def test_a_pause_does_not_heal_lateness() -> None:
    due = local(2026, 6, 1, 9, 0)
    paused, resumed = local(2026, 6, 2, 9, 0), local(2026, 6, 5, 9, 0)

    shifted = PLAIN.shift_for_pauses(due, [Interval(paused, resumed)], resumed)

    assert PLAIN.working_seconds_between(resumed, shifted) == -WORKING_DAY


def test_overlapping_pauses_count_once_and_what_comes_later_not_at_all() -> None:
    start, until = local(2026, 6, 1, 7, 30), local(2026, 6, 5, 17, 0)
    pauses = [
        Interval(local(2026, 6, 2, 7, 30), local(2026, 6, 3, 17, 0)),
        Interval(local(2026, 6, 3, 7, 30), local(2026, 6, 3, 11, 30)),
        Interval(local(2026, 6, 9, 7, 30), None),
    ]

    assert PLAIN.elapsed([Interval(start, None)], pauses, until) == 3 * WORKING_DAY
    assert PLAIN.shift_for_pauses(until, pauses, until) == local(2026, 6, 9, 17, 0)


def test_time_runs_backwards_when_asked_backwards() -> None:
    assert PLAIN.working_seconds_between(local(2026, 6, 5, 9, 0), local(2026, 6, 4, 9, 0)) == -WORKING_DAY


def test_what_is_returned_is_utc() -> None:
    due = PLAIN.due(local(2026, 6, 5, 16, 0), days(1))

    assert due.tzinfo is UTC
    assert to_local(due).hour == 16


@pytest.mark.parametrize(
    "sessions",
    [
        {},
        {0: ()},
        {0: (Session(time(8), time(12)), Session(time(11), time(17)))},
        {0: (Session(time(12), time(8)),)},
    ],
)
def test_a_calendar_without_sound_sessions_is_refused(sessions: dict[int, tuple[Session, ...]]) -> None:
    with pytest.raises(ValueError, match=r"session|working time"):
        WorkingCalendar(sessions=sessions)


def test_naive_moments_and_empty_limits_are_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        PLAIN.due(datetime(2026, 6, 5, 16, 0), days(1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="positive"):
        days(0)


def test_the_end_of_time_is_an_error_and_not_a_loop() -> None:
    with pytest.raises(OverflowError):
        PLAIN.add_working_days(local(2026, 6, 5, 16, 0), 10**9)


def test_days_follow_one_another() -> None:
    working = [date(2026, 1, 2)]
    while working[-1] < date(2026, 12, 31):
        working.append(NATION.next_working_day(working[-1]))

    assert all(NATION.is_working_day(day) for day in working)
    assert all(
        not NATION.is_working_day(earlier + timedelta(step))
        for earlier, later in pairwise(working)
        for step in range(1, (later - earlier).days)
    )
