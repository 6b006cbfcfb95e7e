"""Moments, dates and durations as people read them, in Vietnamese time (POR-17)."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcua.foundation.clock import to_local

HOURS_OF_A_DAY = 24
HOURS_OF_A_WORKING_DAY = 8
"""1 ngày làm việc = 8 giờ làm việc (domain rule 3.12)."""


def short_date(day: date) -> str:
    """`05/06/2026`. A datetime is refused (ValueError): its date depends on the zone, use `short_moment`."""
    if isinstance(day, datetime):
        raise ValueError("a moment, not a date")  # noqa: TRY004 - a datetime is a date; it is its value that misleads
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def short_moment(moment: datetime) -> str:
    """`00:30 05/06/2026`, Vietnamese time, for tables. `moment` is aware."""
    at = to_local(moment)
    return f"{at:%H:%M} {short_date(at.date())}"


def moment_in_words(moment: datetime) -> str:
    """`00:30 ngày 05/6/2026`, Vietnamese time, for sentences, slips and messages. `moment` is aware."""
    at = to_local(moment)
    return _("%(time)s ngày %(date)s") % {"time": f"{at:%H:%M}", "date": official_date(at.date())}


def official_date(day: date) -> str:
    """`05/6/2026`, `05/02/2026`: official papers put a zero before days under 10 and only before months 1 and 2.

    Rule: Decree 30/2020/NĐ-CP, Annex I (written form of dates).
    """
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year:04d}"


def duration_in_words(seconds: int, *, working: bool = False) -> str:
    """The largest whole unit of a duration: `2 ngày`, `4 giờ`, `15 phút`, `dưới 1 phút`.

    With `working`, seconds are working time: a day has 8 hours and the words say so (`2 ngày làm việc`).
    """
    minutes = abs(seconds) // 60
    hours = minutes // 60
    days = hours // (HOURS_OF_A_WORKING_DAY if working else HOURS_OF_A_DAY)
    if days and working:
        return ngettext("%(count)d ngày làm việc", "%(count)d ngày làm việc", days) % {"count": days}
    if days:
        return ngettext("%(count)d ngày", "%(count)d ngày", days) % {"count": days}
    if hours and working:
        return ngettext("%(count)d giờ làm việc", "%(count)d giờ làm việc", hours) % {"count": hours}
    if hours:
        return ngettext("%(count)d giờ", "%(count)d giờ", hours) % {"count": hours}
    if minutes:
        return ngettext("%(count)d phút", "%(count)d phút", minutes) % {"count": minutes}
    return _("dưới 1 phút")


def due_in_words(seconds_left: int, *, working: bool = False) -> str:
    """The due column: `còn 2 ngày`, `quá hạn 4 giờ`. Negative `seconds_left` is overdue; `working` as above."""
    words = {"duration": duration_in_words(seconds_left, working=working)}
    return (_("quá hạn %(duration)s") if seconds_left < 0 else _("còn %(duration)s")) % words
