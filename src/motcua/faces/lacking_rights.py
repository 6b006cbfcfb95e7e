"""What an officer lacks after a refusal and whom to ask for it: for pages that offer to ask (ACC-09)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from motcua.domain.organisations.access import Explanation, Missing, reads_only
from motcua.domain.organisations.rules import ACTIONS, Words
from motcua.foundation.errors import AccessDenied, DomainError

_REQUESTABLE = {Missing.FUNCTION.value, Missing.AREA.value, Missing.FIELD.value, Missing.PERIOD.value}


@dataclass(frozen=True, slots=True)
class LackingRight:
    """The right that an officer was refused for: what a page says about it and sends to ask for it."""

    action: str
    words: Words
    unit: str
    field: str
    givers: list[str]


def lacking_in(action: str, explanation: Explanation) -> LackingRight | None:
    """What an officer may ask for after this answer; None where no right would lift it."""
    if explanation.missing.value not in _REQUESTABLE:
        return None
    givers = list(explanation.can_be_granted_by)
    return LackingRight(action, ACTIONS[action].words, explanation.unit_code, explanation.field_code, givers)


def lacking_right(request: HttpRequest, error: DomainError) -> LackingRight | None:
    """What an officer may ask for after this refusal; None for citizens and for refusals that no right would lift."""
    if not isinstance(error, AccessDenied) or error.details.get("missing") not in _REQUESTABLE:
        return None
    principal, action = getattr(request, "principal", None), ACTIONS.get(error.details.get("action", ""))
    if not principal or not principal.is_staff or action is None or reads_only(principal):
        return None
    details = error.details
    givers = list(details.get("can_be_granted_by", ()))
    return LackingRight(action.code, action.words, details.get("unit", ""), details.get("field", ""), givers)
