"""Reports of coverage: which commune lacks an officer for which function, which unit lacks how many (ACC-07, ACC-08).

Every report is a fixed number of statements over the whole country's 3,321 communes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from motcua.domain.organisations.access import Acting
from motcua.domain.organisations.coverage.models import StaffingNeed
from motcua.domain.organisations.coverage.rules import (
    FUNCTION_NAMES,
    FUNCTION_OF_ROLE,
    CommuneFunction,
    completion,
    missing_functions,
)
from motcua.domain.organisations.models import Grant, Unit
from motcua.domain.organisations.queries import existing
from motcua.domain.organisations.rules import ROLES, AccountKind, UnitKind, Words
from motcua.domain.organisations.scoping import in_force
from motcua.foundation import clock

PAGE = 50
VIEW = "account.view"
"""Coverage tells about accounts: it is shown where one may see them."""


@dataclass(frozen=True, slots=True)
class CommuneCoverage:
    """One commune: whether it has every function, and what it lacks."""

    unit_id: int
    code: str
    name: str
    province_id: int
    province: str
    lacking: Sequence[CommuneFunction]

    @property
    def complete(self) -> bool:
        return not self.lacking

    @property
    def cells(self) -> list[tuple[Words, bool]]:
        """Each function in words and whether it has an officer, in the order of the table."""
        return [(FUNCTION_NAMES[function], function not in self.lacking) for function in CommuneFunction]


@dataclass(frozen=True, slots=True)
class ProvinceCoverage:
    """One province: complete communes of all, in per cent, and how many communes lack each function."""

    unit_id: int
    name: str
    communes: int
    complete: int
    lacking: dict[CommuneFunction, int]

    @property
    def percent(self) -> int:
        return completion(self.complete, self.communes)

    @property
    def cells(self) -> list[tuple[Words, int]]:
        """Each function in words with the number of communes that lack it."""
        return [(FUNCTION_NAMES[function], self.lacking[function]) for function in CommuneFunction]


def officers_rights() -> QuerySet[Grant]:
    """The grants in force of officers; a connected system is nobody's officer."""
    return Grant.objects.filter(in_force(), account__kind=AccountKind.STAFF.value)


def _roles_by_commune(communes: QuerySet[Unit]) -> dict[int, set[str]]:
    """The required roles that officers hold at each commune or below it. One statement."""
    held: dict[int, set[str]] = defaultdict(set)
    rows = officers_rights().filter(
        role__in=sorted(FUNCTION_OF_ROLE), unit__links_up__ancestor__in=communes.order_by().values("pk")
    )
    for commune_id, role in rows.order_by().values_list("unit__links_up__ancestor_id", "role").distinct():
        held[commune_id].add(role)
    return held


def _communes() -> QuerySet[Unit]:
    return Unit.objects.filter(existing(UnitKind.COMMUNE))


def coverage_of_communes(acting: Acting, province_id: int | None = None) -> list[CommuneCoverage]:
    """Every commune the asker may see accounts of (of one province), by code. Four statements at most."""
    communes = _communes() & Unit.objects.visible_to(acting, VIEW)
    if province_id is not None:
        communes = communes.filter(parent_id=province_id)
    held = _roles_by_commune(communes)
    return [
        CommuneCoverage(pk, code, name, parent, province, missing_functions(held.get(pk, ())))
        for pk, code, name, parent, province in communes.order_by("gso_code").values_list(
            "pk", "code", "name", "parent_id", "parent__name"
        )
    ]


def by_province(communes: Iterable[CommuneCoverage]) -> list[ProvinceCoverage]:
    """The same summed up by province, in the order given; no statement."""
    groups: dict[int, list[CommuneCoverage]] = defaultdict(list)
    for commune in communes:
        groups[commune.province_id].append(commune)
    return [
        ProvinceCoverage(
            province_id,
            group[0].province,
            len(group),
            sum(commune.complete for commune in group),
            {function: sum(function in commune.lacking for commune in group) for function in CommuneFunction},
        )
        for province_id, group in groups.items()
    ]


@dataclass(frozen=True, slots=True)
class LostFunction:
    """A function of a commune that an officer once had and nobody has now."""

    unit_code: str
    unit_name: str
    function: CommuneFunction


def lost_functions(limit: int = 100) -> list[LostFunction]:
    """Functions that were once authorised at a commune and have no active officer any more (F-70). Two statements.

    A commune that never had the function is red in the report; here is what disappeared.
    """
    communes = _communes()
    had: dict[int, set[str]] = defaultdict(set)
    begun = Grant.objects.filter(
        account__kind=AccountKind.STAFF.value,
        role__in=sorted(FUNCTION_OF_ROLE),
        valid_from__lte=clock.now(),
        unit__links_up__ancestor__in=communes.order_by().values("pk"),
    )
    for commune_id, role in begun.order_by().values_list("unit__links_up__ancestor_id", "role").distinct():
        had[commune_id].add(role)
    if not had:
        return []
    has = _roles_by_commune(communes)
    gone = {
        commune_id: [
            function
            for function in missing_functions(has.get(commune_id, ()))
            if function not in missing_functions(roles)
        ]
        for commune_id, roles in had.items()
    }
    losing = sorted(commune_id for commune_id, functions in gone.items() if functions)[:limit]
    units = Unit.objects.in_bulk(losing)
    return [LostFunction(units[pk].code, units[pk].name, function) for pk in losing for function in gone[pk]][:limit]


@dataclass(frozen=True, slots=True)
class StaffingGap:
    """One unit and role: how many accounts it needs, how many active ones there are."""

    unit_id: int
    unit_code: str
    unit_name: str
    role: str
    needed: int
    existing: int

    @property
    def role_name(self) -> Words:
        return ROLES[self.role].words

    @property
    def gap(self) -> int:
        """How many are still to be opened; never negative."""
        return max(0, self.needed - self.existing)


def staffing(
    acting: Acting, *, only_gaps: bool = False, after: tuple[str, str] = ("", ""), size: int | None = None
) -> list[StaffingGap]:
    """Needed and existing numbers by unit code and role where the asker may see accounts. Two statements.

    `after` (unit code, role) and `size` give one page of it. An account counts where a right in force gives it the
    role at the unit or below; twice-granted counts once.
    """
    active = (
        officers_rights()
        .filter(role=OuterRef("role"), unit__links_up__ancestor_id=OuterRef("unit_id"))
        .order_by()
        .values("role")
        .annotate(number=Count("account_id", distinct=True))
        .values("number")
    )
    needs = StaffingNeed.objects.visible_to(acting).filter(
        Q(unit__code__gt=after[0]) | Q(unit__code=after[0], role__gt=after[1]), unit__valid_to__isnull=True
    )
    rows = needs.annotate(active=Coalesce(Subquery(active), Value(0))).select_related("unit")
    if only_gaps:
        rows = rows.filter(needed__gt=F("active"))
    return [
        StaffingGap(
            need.unit_id,
            need.unit.code,
            need.unit.name,
            need.role,
            need.needed,
            need.active,  # pyright: ignore[reportAttributeAccessIssue] - annotated above
        )
        for need in rows.order_by("unit__code", "role")[:size]
    ]
