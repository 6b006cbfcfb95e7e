"""Facts about a person's identity in words: a date as people write it, a commune by its name (IDN-11, IDN-12)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations import queries as organisations
from motcua.domain.people.differences.models import IdentityDifference
from motcua.domain.people.differences.rules import (
    FIELD_NAMES,
    REGISTER_NAMES,
    RESOLUTION_NAMES,
    ComparedField,
    Register,
    Resolution,
)
from motcua.domain.people.population.models import PopulationQuery
from motcua.domain.people.population.register import SEXES as TOLD_SEXES
from motcua.domain.people.population.rules import (
    MARITAL_WORDS,
    OUTCOME_NAMES,
    POPULATION_FIELDS,
    PURPOSES,
    PopulationField,
    Purpose,
    QueryOutcome,
)
from motcua.domain.people.rules import Sex
from motcua.faces.forms.choices import IDENTITY_NAMES
from motcua.foundation.date_words import short_date
from motcua.foundation.identifiers import IdentityKind

SEXES: dict[str, str | Promise] = {Sex.MALE: _("Nam"), Sex.FEMALE: _("Nữ"), Sex.OTHER: _("Khác")}
_DAYS = frozenset({ComparedField.BIRTH_DATE, ComparedField.ISSUED_ON})


@dataclass(frozen=True, slots=True)
class DifferenceWords:
    """A difference as pages and spreadsheets show it; `ending` is empty while it is open."""

    row: IdentityDifference
    fact: str
    stated: str
    known: str
    register: str
    ending: str


def in_words(rows: Sequence[IdentityDifference]) -> list[DifferenceWords]:
    """Differences in words; one statement for the names of all communes in them, none without any."""
    places = _commune_names(rows)
    return [_words(row, places) for row in rows]


def fact_words(compared: ComparedField, value: str, places: dict[str, str]) -> str:
    """One value of a fact: `12/05/2021`, `Nam`, `Căn cước …: 001085999001`; what is no date stays as it is."""
    if compared in _DAYS:
        try:
            return short_date(date.fromisoformat(value))
        except ValueError:
            return value
    if compared is ComparedField.SEX:
        return str(SEXES.get(value, value))
    if compared is ComparedField.COMMUNE:
        return places.get(value, value)
    if compared is ComparedField.IDENTITY_NUMBER:
        kind, _colon, number = value.partition(":")
        return f"{IDENTITY_NAMES[IdentityKind(kind)]}: {number}" if kind in set(IdentityKind) else value
    return value


def commune_names(codes: Collection[str]) -> dict[str, str]:
    """Names of communes by statistical code; no statement where there is nothing to ask."""
    return organisations.commune_names(codes) if codes else {}


def _commune_names(rows: Iterable[IdentityDifference]) -> dict[str, str]:
    found = {
        value for row in rows if row.compared == ComparedField.COMMUNE for value in (row.stated_value, row.known_value)
    }
    return commune_names(found)


def _words(row: IdentityDifference, places: dict[str, str]) -> DifferenceWords:
    compared = ComparedField(row.compared)
    return DifferenceWords(
        row,
        str(FIELD_NAMES[compared]),
        fact_words(compared, row.stated_value, places),
        fact_words(compared, row.known_value, places),
        str(REGISTER_NAMES[Register(row.register)]),
        str(RESOLUTION_NAMES[Resolution(row.resolution)]) if row.resolution else "",
    )


@dataclass(frozen=True, slots=True)
class QueryWords:
    """A question to the population register as pages show it."""

    row: PopulationQuery
    purpose: str
    fields: str
    outcome: str


def query_words(row: PopulationQuery) -> QueryWords:
    """Purpose, facts and outcome in words; a question without outcome is still on its way, or was lost."""
    fields = ", ".join(str(POPULATION_FIELDS[PopulationField(field)]).lower() for field in row.fields)
    outcome = OUTCOME_NAMES[QueryOutcome(row.outcome)] if row.outcome else _("Chưa có phản hồi")
    return QueryWords(row, str(PURPOSES[Purpose(row.purpose)].words), fields, str(outcome))


def population_words(row: PopulationQuery, told: Mapping[PopulationField, str]) -> list[tuple[str, str]]:
    """What was asked with what the register told, in the table's order; a fact that it does not hold is empty."""
    return [
        (str(words), _told(field, told.get(field, "")))
        for field, words in POPULATION_FIELDS.items()
        if field.value in row.fields
    ]


def _told(field: PopulationField, value: str) -> str:
    if field is PopulationField.SEX:
        return str(SEXES.get(TOLD_SEXES.get(value, ""), value))
    if field is PopulationField.MARITAL_STATUS:
        return str(MARITAL_WORDS.get(value, value))
    return value
