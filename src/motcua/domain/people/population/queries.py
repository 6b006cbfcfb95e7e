"""Reads of the questions that were asked of the population register (IDN-12)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from motcua.domain.organisations.access import Acting
from motcua.domain.people.population.models import PopulationQuery
from motcua.domain.people.population.rules import Purpose

PAGE = 50
SHOWN_ON_A_DOSSIER = 20


@dataclass(frozen=True, slots=True)
class Page:
    """A page of questions, newest first, with the id to go on after (None at the end)."""

    rows: list[PopulationQuery]
    following: UUID | None


def of_subject(kind: str, subject_id: UUID) -> list[PopulationQuery]:
    """The newest questions asked for one dossier; one statement. The caller has checked who looks."""
    rows = PopulationQuery.objects.filter(subject_kind=kind, subject_id=subject_id).select_related("account")
    return list(rows.order_by("-pk")[:SHOWN_ON_A_DOSSIER])


def journal(
    acting: Acting,
    *,
    unit_id: int | None = None,
    purpose: Purpose | None = None,
    search: str = "",
    after: UUID | None = None,
    size: int = PAGE,
) -> Page:
    """Questions of the units whose audit `acting` may read, newest first, keyset-paginated. Two statements.

    `search` is a dossier code or the beginning of an officer's name; `unit_id` takes the units below it as well.
    """
    rows = PopulationQuery.objects.visible_to(acting).select_related("account", "unit")
    if unit_id is not None:
        rows = rows.filter(unit__links_up__ancestor_id=unit_id)
    if purpose is not None:
        rows = rows.filter(purpose=purpose.value)
    if search.strip():
        text = search.strip()
        rows = rows.filter(subject_code__iexact=text) | rows.filter(account__display_name__istartswith=text)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: size + 1])
    return Page(found[:size], found[size - 1].pk if len(found) > size else None)
