"""The working calendar of a unit: its own hours, or those of the nearest unit above that has some."""

from __future__ import annotations

import json
import time
from datetime import time as clock_time
from functools import lru_cache

from motcua.domain.catalogue.definition import ServiceDefinition
from motcua.domain.organisations.models import UnitClosure
from motcua.foundation.public_holidays import national_calendar
from motcua.foundation.working_calendar import OFFICE_WEEK, Session, TimeLimit, TimeUnit, WorkingCalendar

_HOURS_KNOWN_FOR = 60.0  # seconds; a change of opening hours is not urgent
_hours: dict[int, tuple[float, str]] = {}


def calendar_of(unit_id: int) -> WorkingCalendar:
    """The calendar of a unit; at most one statement a minute and unit."""
    known = _hours.get(unit_id)
    if known is None or time.monotonic() - known[0] > _HOURS_KNOWN_FOR:
        known = (time.monotonic(), _own_or_inherited(unit_id))
        _hours[unit_id] = known
    return _calendar(known[1])


def time_limit(definition: ServiceDefinition) -> TimeLimit:
    """The published time limit of a service."""
    return TimeLimit(definition.time_limit.amount, TimeUnit(definition.time_limit.unit.value))


def cut_off(definition: ServiceDefinition) -> clock_time | None:
    """The time of day after which a dossier counts from the next working day; None: no such rule."""
    return clock_time.fromisoformat(definition.cut_off) if definition.cut_off else None


def forget() -> None:
    """Drops what is known of opening hours."""
    _hours.clear()


def _own_or_inherited(unit_id: int) -> str:
    links = UnitClosure.objects.filter(descendant_id=unit_id, ancestor__working_hours__isnull=False)
    nearest = links.order_by("depth").values_list("ancestor__working_hours", flat=True).first()
    return json.dumps(nearest, sort_keys=True) if nearest else ""


@lru_cache(maxsize=256)
def _calendar(hours: str) -> WorkingCalendar:
    if not hours:
        return national_calendar(sessions=OFFICE_WEEK)
    sessions = {
        int(weekday): tuple(Session(clock_time.fromisoformat(a), clock_time.fromisoformat(b)) for a, b in day)
        for weekday, day in json.loads(hours).items()
    }
    return national_calendar(sessions=sessions)
