"""An identity document outside the e-forms: the options of its inputs, and reading them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import get_language

from motcua.faces.forms.choices import IDENTITY_NAMES, Choice
from motcua.foundation.errors import DomainError, FieldError, Invalid
from motcua.foundation.identifiers import IdentityDocument, IdentityKind, countries, parse_identity

PERSONAL: Final = (IdentityKind.CITIZEN_ID, IdentityKind.PASSPORT, IdentityKind.RESIDENCE_CARD)


def identity_choices(typed: Mapping[str, str], kinds: Sequence[IdentityKind] = PERSONAL) -> dict[str, Any]:
    """`kinds` and `countries` for `parts/identity_inputs.html`, with what was typed chosen."""
    kind, country = typed.get("kind", kinds[0].value), typed.get("issuing_country", "")
    nations = sorted(countries(get_language() or "vi").items(), key=lambda item: item[1])
    return {
        "kinds": [Choice(item.value, str(IDENTITY_NAMES[item]), item.value == kind) for item in kinds],
        "countries": [Choice(code, name, code == country) for code, name in nations],
    }


def identity_typed(typed: Mapping[str, str], errors: list[FieldError]) -> IdentityDocument | None:
    """The document, by the rules of its own kind; None with the error added to `errors`."""
    kind = typed.get("kind", "")
    country = typed.get("issuing_country") if kind == IdentityKind.PASSPORT else None
    try:
        return parse_identity(kind, typed.get("number", ""), country)
    except Invalid as refused:
        errors.append(FieldError(refused.field or "number", refused.code, refused.message))
        return None


def listed(error: DomainError, fallback: str = "number") -> list[FieldError]:
    """A refusal as field errors, for the summary and the fields."""
    return list(error.errors) or [FieldError(error.field or fallback, error.code, error.message)]
