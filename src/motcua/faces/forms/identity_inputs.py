"""An identity document outside the e-forms: the options of its inputs, and reading them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import get_language

from motcua.faces.forms.choices import IDENTITY_NAMES, Choice
from motcua.foundation.errors import DomainError, FieldError, Invalid, Text
from motcua.foundation.identifiers import IdentityDocument, IdentityKind, countries, parse_identity

PERSONAL: Final = (IdentityKind.CITIZEN_ID, IdentityKind.PASSPORT, IdentityKind.RESIDENCE_CARD)


@dataclass(frozen=True)
class IdentityInputs:
    """What `parts/identity_inputs.html` shows: names of the inputs, options, what was typed, what is wrong."""

    prefix: str
    kinds: Sequence[Choice]
    countries: Sequence[Choice]
    number: str
    number_error: Text
    country_error: Text

    @property
    def kind_name(self) -> str:
        return f"{self.prefix}kind"

    @property
    def number_name(self) -> str:
        return f"{self.prefix}number"

    @property
    def country_name(self) -> str:
        return f"{self.prefix}issuing_country"


def identity_inputs(typed: Mapping[str, str], errors: Sequence[FieldError], prefix: str = "") -> IdentityInputs:
    """The inputs of one document, with what was typed."""
    kind, country = typed.get(f"{prefix}kind", PERSONAL[0].value), typed.get(f"{prefix}issuing_country", "")
    nations = sorted(countries(get_language() or "vi").items(), key=lambda item: item[1])
    wrong = {error.field: error.message for error in errors}
    return IdentityInputs(
        prefix,
        [Choice(item.value, str(IDENTITY_NAMES[item]), item.value == kind) for item in PERSONAL],
        [Choice(code, name, code == country) for code, name in nations],
        typed.get(f"{prefix}number", ""),
        wrong.get(f"{prefix}number", ""),
        wrong.get(f"{prefix}issuing_country", ""),
    )


def identity_typed(typed: Mapping[str, str], errors: list[FieldError], prefix: str = "") -> IdentityDocument | None:
    """The document, by the rules of its own kind; None with the error added to `errors`."""
    kind = typed.get(f"{prefix}kind", "")
    country = typed.get(f"{prefix}issuing_country") if kind == IdentityKind.PASSPORT else None
    try:
        return parse_identity(kind, typed.get(f"{prefix}number", ""), country)
    except Invalid as refused:
        errors.append(FieldError(f"{prefix}{refused.field or 'number'}", refused.code, refused.message))
        return None


def listed(error: DomainError, fallback: str = "number") -> list[FieldError]:
    """A refusal as field errors, for the summary and the fields."""
    return list(error.errors) or [FieldError(error.field or fallback, error.code, error.message)]
