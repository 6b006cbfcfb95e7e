"""Filters for the register of account defects: codes as words, a state's colour."""

from __future__ import annotations

from django import template

from motcua.domain.organisations.defects.rules import (
    KIND_NAMES,
    STATE_NAMES,
    SYSTEM_NAMES,
    CoveredSystem,
    DefectKind,
    DefectState,
)

register = template.Library()

_TONES = {
    DefectState.REPORTED: "attention",
    DefectState.CONSOLIDATED: "progress",
    DefectState.FORWARDED: "progress",
    DefectState.DONE: "done",
    DefectState.REFUSED: "stopped",
    DefectState.CLOSED: "",
}


@register.filter
def defect_kind(code: str) -> str:
    """What is wrong with the account, in words."""
    return str(KIND_NAMES[DefectKind(code)])


@register.filter
def defect_state(code: str) -> str:
    """Where the defect stands, in words."""
    return str(STATE_NAMES[DefectState(code)])


@register.filter
def defect_tone(code: str) -> str:
    """Colour of a defect's state; the state is always written out beside it."""
    return _TONES[DefectState(code)]


@register.filter
def covered_system(code: str) -> str:
    """The name of one of the four systems."""
    return str(SYSTEM_NAMES[CoveredSystem(code)])
