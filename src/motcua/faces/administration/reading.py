"""Reads what the forms of the administration send: units by code, days, accounts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.http import QueryDict
from django.utils.translation import gettext as _

from motcua.domain.organisations import queries
from motcua.domain.organisations.services import Right
from motcua.foundation import clock
from motcua.foundation.errors import Invalid


def day_of(form: QueryDict, name: str) -> date | None:
    """The day of a date field (`2026-06-04`), None for an empty one. Raises Invalid (DATE_MALFORMED)."""
    given = form.get(name, "").strip()
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise Invalid("DATE_MALFORMED", _("Ngày không hợp lệ."), field=name) from None


def beginning_of(day: date | None) -> datetime | None:
    """The first moment of a day in Vietnam."""
    return clock.local(day.year, day.month, day.day) if day else None


def end_of(day: date | None) -> datetime | None:
    """The first moment after a day in Vietnam: a right "to the end of 06/06" ends there."""
    return beginning_of(day + timedelta(days=1)) if day else None


def right_of(form: QueryDict) -> Right:
    """The right that a form describes. Raises Invalid."""
    unit, field = queries.unit_by_code(form.get("unit", "")), queries.field_by_code(form.get("field", ""))
    return Right(
        form.get("role", ""),
        unit.pk,
        field.pk if field else None,
        beginning_of(day_of(form, "since")),
        end_of(day_of(form, "until")),
    )
