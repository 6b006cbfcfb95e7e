"""Filters that every template has: Vietnamese dates, money, identifiers and the tone of a state (POR-17)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template

from motcua.domain.dossiers.rules import State
from motcua.faces.state_tones import STATE_TONES
from motcua.foundation import clock, date_words, money
from motcua.foundation.errors import FieldError, Text

register = template.Library()

_TONES = {"success": "good", "warning": "warn", "error": "bad", "info": ""}


@register.filter
def moment(value: datetime | None) -> str:
    """`00:30 05/06/2026`, Vietnamese time; empty for None."""
    return date_words.short_moment(value) if value else ""


@register.filter
def moment_words(value: datetime | None) -> str:
    """`00:30 ngày 05/6/2026`, for sentences; empty for None."""
    return date_words.moment_in_words(value) if value else ""


@register.filter
def day(value: date | None) -> str:
    """`05/06/2026` in Vietnamese time; empty for None."""
    if isinstance(value, datetime):
        value = clock.to_local(value).date()
    return date_words.short_date(value) if value else ""


@register.filter
def due_words(due: datetime | None) -> str:
    """`còn 2 ngày`, `quá hạn 4 giờ` from now; empty for None."""
    return date_words.due_in_words(int((due - clock.now()).total_seconds())) if due else ""


@register.filter
def is_late(due: datetime | None) -> bool:
    """Whether the due moment has passed."""
    return due is not None and due < clock.now()


@register.filter
def working_words(seconds: int | None) -> str:
    """Working seconds as `2 ngày làm việc`; empty for None."""
    return "" if seconds is None else date_words.duration_in_words(int(seconds), working=True)


@register.filter
def working_due(seconds: int | None) -> str:
    """Working seconds left as `còn 2 ngày làm việc`, or `quá hạn …`; empty for None."""
    return "" if seconds is None else date_words.due_in_words(int(seconds), working=True)


@register.filter
def dong(amount: int | None) -> str:
    """`9.445.357.967 đồng`; empty for None."""
    return "" if amount is None else money.format_dong(amount)


@register.filter
def count(number: int) -> str:
    """`3.321`: a number of things, with dots between thousands as Vietnam writes them (POR-17)."""
    return f"{number:,}".replace(",", ".")


@register.filter
def digits(value: object) -> str:
    """The digits alone, as a `tel:` address wants them."""
    return re.sub(r"\D", "", str(value))


@register.filter
def anchor(field: object) -> str:
    """The HTML id of the input of a field named by name or JSON pointer: `/mother/0/name` → `o-mother-0-name`."""
    return "o-" + re.sub(r"[^A-Za-z0-9_]+", "-", str(field)).strip("-")


@register.filter
def tone(tag: str) -> str:
    """Tone of a notice for a Django message tag."""
    return _TONES.get(tag, "")


@register.filter
def file_size(size: int) -> str:
    """`1,2 MB`, `340 KB`: a size as people read it, decimal comma."""
    if size >= 1_000_000:
        return f"{size / 1_000_000:.1f} MB".replace(".", ",")
    return f"{max(1, round(size / 1000))} KB"


@register.filter
def at(mapping: dict[str, Any], key: str) -> Any:
    """The value under a key known only to the template."""
    return mapping.get(key)


@register.filter
def state_tone(state: State) -> str:
    """Colour of a dossier's state; the state is always written out beside it."""
    return STATE_TONES.get(state, "")


@register.filter
def error_of(errors: Sequence[FieldError], field: str) -> Text:
    """What is wrong with one field, or nothing."""
    return next((item.message for item in errors if item.field == field), "")
