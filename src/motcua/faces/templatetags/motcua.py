"""Filters that every template has: Vietnamese dates, money and identifiers (POR-17)."""

from __future__ import annotations

from datetime import datetime

from django import template

from motcua.foundation import clock

register = template.Library()


@register.filter
def moment(value: datetime | None) -> str:
    """`00:30 ngày 05/6/2026` is written `00:30 05/06/2026`; empty for None."""
    return clock.to_local(value).strftime("%H:%M %d/%m/%Y") if value else ""


@register.filter
def day(value: datetime | None) -> str:
    """`05/06/2026` in Vietnamese time; empty for None."""
    return clock.to_local(value).strftime("%d/%m/%Y") if value else ""
