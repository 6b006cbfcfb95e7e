"""The unit tree as an administrator browses it: level by level, searched, one unit with its history (ACC-01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from motcua.domain.organisations.access import Acting, require
from motcua.domain.organisations.models import Account, Grant, Unit, UnitVersion
from motcua.domain.organisations.queries import line_of
from motcua.domain.organisations.rules import AccountKind, roles_allowing
from motcua.domain.organisations.scoping import in_force
from motcua.foundation import clock
from motcua.foundation.errors import NotFound
from motcua.foundation.text import fold

PAGE = 50


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit of a list."""

    id: int
    code: str
    name: str
    kind: str
    above: str
    exists: bool
    has_children: bool


@dataclass(frozen=True, slots=True)
class UnitPage:
    """A page of a list, the unit it stands below with its line from the nation down, and the next page's cursor."""

    rows: Sequence[UnitRow]
    line: Sequence[Unit]
    following: str | None


def browse(
    acting: Acting, *, below: int | None = None, search: str = "", after: str = "", limit: int = PAGE
) -> UnitPage:
    """Units by code: those found by name or code, else those right below `below`, else those the account was given.

    At most 5 statements. Raises AccessDenied and NotFound for `below`.
    """
    units, line = Unit.objects.visible_to(acting), list[Unit]()
    if below is not None:
        line = _visible_line(acting, below)
    if search.strip():
        key = fold(search)
        units = units.filter(Q(name_folded__contains=key) | Q(code__istartswith=search.strip()))
        if below is not None:
            units = units.filter(links_up__ancestor_id=below)
    elif below is not None:
        units = units.filter(parent_id=below)
    else:
        units = units.filter(pk__in=_given(acting))
    if after:
        units = units.filter(code__gt=after)
    children = Unit.objects.filter(parent_id=OuterRef("pk"))
    found = list(units.select_related("parent").annotate(inner=Exists(children)).order_by("code")[: limit + 1])
    following = found[limit - 1].code if len(found) > limit else None
    return UnitPage([_row(unit) for unit in found[:limit]], line, following)


def _given(acting: Acting) -> QuerySet[Grant, Any]:
    grants = Grant.objects.filter(in_force(), account_id=acting.account_id, role__in=roles_allowing("unit.view"))
    return grants.order_by().values_list("unit_id", flat=True).distinct()


def _visible_line(acting: Acting, unit_id: int) -> list[Unit]:
    """The unit and what of the line above it the account may see, from the top down; 3 statements."""
    line = line_of(unit_id)
    if not line:
        raise NotFound("UNIT_NOT_FOUND", _("Không tìm thấy đơn vị."))
    require(acting, "unit.view", line[-1])
    given = set(_given(acting).filter(unit_id__in=[unit.pk for unit in line]))
    return line[next(place for place, unit in enumerate(line) if unit.pk in given) :]


def _row(unit: Unit) -> UnitRow:
    above = unit.parent.name if unit.parent else ""
    inner: bool = unit.inner  # pyright: ignore[reportAttributeAccessIssue] - annotated by `browse`
    return UnitRow(unit.pk, unit.code, unit.name, unit.kind, above, _exists(unit), inner)


def _exists(unit: Unit) -> bool:
    return unit.valid_to is None or unit.valid_to > clock.today()


def find_existing(search: str, *, limit: int = 20) -> list[Unit]:
    """Units that exist today by name, without diacritics, or code: for who asks to work there; 1 statement.

    The names of units are public; nothing else of them is shown. None for an empty search.
    """
    if len(search.strip()) < 2:
        return []
    exists = Q(valid_to__isnull=True) | Q(valid_to__gt=clock.today())
    named = Q(name_folded__contains=fold(search)) | Q(code__iexact=search.strip())
    return list(Unit.objects.filter(exists, named).select_related("parent").order_by("code")[:limit])


@dataclass(frozen=True, slots=True)
class Period:
    """Name and place of a unit in one period; `planned` where it has not begun."""

    name: str
    above: str
    valid_from: date
    valid_to: date | None
    reason: str
    planned: bool


@dataclass(frozen=True, slots=True)
class UnitDetail:
    """One unit: where it stands, what it was and will be, how many officers it has and who holds rights over it."""

    unit: Unit
    exists: bool
    line: Sequence[Unit]
    periods: Sequence[Period]
    officers: int
    grants: Sequence[Grant]
    has_children: bool


MOST_GRANTS = 100


def unit_detail(acting: Acting, unit_id: int) -> UnitDetail:
    """One unit for who may see it; 9 statements. The rights given at this very unit, newest first.

    Raises AccessDenied, NotFound.
    """
    line = _visible_line(acting, unit_id)
    unit = Unit.objects.select_related("successor").get(pk=unit_id)
    versions = UnitVersion.objects.filter(unit_id=unit_id).select_related("parent").order_by("-valid_from")
    grants = Grant.objects.visible_to(acting).filter(in_force(), unit_id=unit_id)
    return UnitDetail(
        unit,
        _exists(unit),
        line,
        [_period(version) for version in versions],
        Account.objects.filter(unit_id=unit_id, kind=AccountKind.STAFF.value, is_active=True).count(),
        list(grants.select_related("account", "field").order_by("-granted_at", "-pk")[:MOST_GRANTS]),
        unit.children.exists(),
    )


def _period(version: UnitVersion) -> Period:
    above = version.parent.name if version.parent else ""
    planned = version.valid_from > clock.today()
    return Period(version.name, above, version.valid_from, version.valid_to, version.reason, planned)
