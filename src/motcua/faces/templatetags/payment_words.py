"""States of obligations and transactions in words."""

from __future__ import annotations

from django import template

from motcua.domain.payments.rules import OBLIGATION_NAMES, ObligationState

register = template.Library()

_TONES = {
    ObligationState.UNPAID: "attention",
    ObligationState.PARTIAL: "attention",
    ObligationState.PAID: "done",
    ObligationState.PAID_OFFLINE: "done",
}


@register.filter
def obligation_name(state: ObligationState) -> str:
    return str(OBLIGATION_NAMES[ObligationState(state)])


@register.filter
def obligation_tone(state: ObligationState) -> str:
    return _TONES.get(ObligationState(state), "")


@register.filter
def minutes(seconds: int) -> str:
    """`14:59`: time left as a clock shows it."""
    return f"{seconds // 60:02d}:{seconds % 60:02d}"
