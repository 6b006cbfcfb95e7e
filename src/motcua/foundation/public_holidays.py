"""The national calendar: public days off and make-up working days, year by year.

Labour Code 2019, Article 112, 24 November (from 2026) included; lunar dates, compensatory days off and swapped days
come from the yearly announcement as the package `holidays` records it. Years not yet announced are its estimates, so
a unit's calendar takes corrections that win over them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache

import holidays

from motcua.foundation.working_calendar import OFFICE_WEEK, Session, WorkingCalendar

FIRST_YEAR, LAST_YEAR = 2015, 2045


@cache
def days_off() -> Mapping[date, str]:
    """Every public day off of `FIRST_YEAR` … `LAST_YEAR` → its Vietnamese name."""
    return dict(_announced())


@cache
def make_up_days() -> frozenset[date]:
    """Weekend days that are worked in exchange for a day off, e.g. 22/8/2026 for 31/8/2026."""
    return frozenset(day for day in _announced().weekend_workdays if FIRST_YEAR <= day.year <= LAST_YEAR)


def national_calendar(
    *,
    extra_days_off: Collection[date] = (),
    extra_working_days: Collection[date] = (),
    sessions: Mapping[int, Sequence[Session]] = OFFICE_WEEK,
) -> WorkingCalendar:
    """The working calendar of a unit with these sessions: the national days, corrected by the extra ones.

    An extra working day opens a public day off or a weekend day; on the same date an extra day off wins.
    """
    off = (set(days_off()) - set(extra_working_days)) | set(extra_days_off)
    return WorkingCalendar(off, make_up_days() | set(extra_working_days), sessions)


@cache
def _announced() -> holidays.HolidayBase:
    return holidays.country_holidays("VN", years=range(FIRST_YEAR, LAST_YEAR + 1), language="vi")
