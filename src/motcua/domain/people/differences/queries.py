"""Reads of differences: a dossier's own, and the report to the register's authority (IDN-11)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from motcua.domain.organisations.access import Acting
from motcua.domain.people.differences.models import IdentityDifference
from motcua.domain.people.differences.rules import ComparedField, Register

PAGE = 50
EXPORT_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Sieve:
    """What a report is narrowed to; None: everything. `unit_id` takes the units below it as well."""

    compared: ComparedField | None = None
    register: Register | None = None
    unit_id: int | None = None
    is_open: bool | None = True


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the report, newest first, with the number to go on after (None at the end)."""

    rows: list[IdentityDifference]
    following: int | None


def of_subject(kind: str, subject_id: UUID) -> list[IdentityDifference]:
    """Every difference of one application, open ones first; one statement. The caller has checked who looks."""
    rows = IdentityDifference.objects.filter(subject_kind=kind, subject_id=subject_id).select_related("resolved_by")
    return sorted(rows, key=lambda row: (row.resolved_at is not None, row.pk))


def open_among(kind: str, subject_ids: Collection[UUID]) -> set[UUID]:
    """Which of these applications have an open difference; one statement, for flags in lists."""
    rows = IdentityDifference.objects.filter(subject_kind=kind, subject_id__in=subject_ids, resolved_at__isnull=True)
    return set(rows.values_list("subject_id", flat=True))


def report(acting: Acting, sieve: Sieve, *, after: int | None = None, size: int = PAGE) -> Page:
    """The differences that `acting` may see, newest first, keyset-paginated. Two statements."""
    rows = IdentityDifference.objects.visible_to(acting).filter(_condition(sieve)).select_related("unit", "resolved_by")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: size + 1])
    return Page(found[:size], found[size - 1].pk if len(found) > size else None)


def open_by_fact(acting: Acting) -> dict[ComparedField, int]:
    """How many open differences there are of each compared fact, none left out. Two statements."""
    rows = IdentityDifference.objects.visible_to(acting).filter(resolved_at__isnull=True).order_by()
    counted = dict(rows.values_list("compared").annotate(Count("pk")))
    return {compared: counted.get(compared.value, 0) for compared in ComparedField}


def _condition(sieve: Sieve) -> Q:
    condition = Q()
    if sieve.compared is not None:
        condition &= Q(compared=sieve.compared.value)
    if sieve.register is not None:
        condition &= Q(register=sieve.register.value)
    if sieve.unit_id is not None:
        condition &= Q(unit__links_up__ancestor_id=sieve.unit_id)
    if sieve.is_open is not None:
        condition &= Q(resolved_at__isnull=sieve.is_open)
    return condition
