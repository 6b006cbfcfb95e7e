"""Reads of the register of account defects, each scoped by who asks, each with a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.access import Acting
from motcua.domain.organisations.defects.models import AccountDefect, AccountDefectStep
from motcua.domain.organisations.defects.rules import (
    EDGES,
    KIND_NAMES,
    SYSTEM_NAMES,
    CoveredSystem,
    DefectKind,
    DefectState,
    Edge,
    actions_by_system,
    verbs_from,
)
from motcua.domain.organisations.explaining import describe
from motcua.domain.organisations.models import Account, Grant, Unit
from motcua.domain.organisations.queries import existing
from motcua.domain.organisations.rules import ACTIONS, UnitKind, Words
from motcua.domain.organisations.scoping import can, in_force
from motcua.foundation.errors import NotFound

PAGE = 50
OPEN = [state.value for state in DefectState if state is not DefectState.CLOSED]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the register, newest first, with the number to go on after (None at the end)."""

    rows: list[AccountDefect]
    following: int | None


def register(
    acting: Acting,
    *,
    state: DefectState | None = None,
    kind: DefectKind | None = None,
    system: CoveredSystem | None = None,
    province_id: int | None = None,
    after: int | None = None,
    size: int = PAGE,
) -> Page:
    """The defects one may see: the own unit's, the province's, the nation's, or one's own. Two statements."""
    found = AccountDefect.objects.visible_to(acting)
    for name, value in (("state", state), ("kind", kind), ("system", system)):
        if value is not None:
            found = found.filter(**{name: value.value})
    if province_id is not None:
        found = found.filter(unit__links_up__ancestor_id=province_id)
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.select_related("unit", "unit__parent").order_by("-pk")[: size + 1])
    return Page(rows[:size], rows[size - 1].pk if len(rows) > size else None)


def provinces_seen(acting: Acting) -> list[Unit]:
    """The provinces whose register the asker sees, for a filter. Two statements."""
    seen = Unit.objects.visible_to(acting, "account_defect.view")
    return list(seen.filter(existing(UnitKind.PROVINCE)).order_by("gso_code"))


def counts_by_state(acting: Acting) -> dict[DefectState, int]:
    """How many visible defects stand in each state. Two statements."""
    rows = AccountDefect.objects.visible_to(acting).order_by().values("state").annotate(number=Count("pk"))
    found = {DefectState(row["state"]): row["number"] for row in rows}
    return {state: found.get(state, 0) for state in DefectState}


@dataclass(frozen=True, slots=True)
class SystemCounts:
    """The open defects of one system by kind, and all it ever had (ACC-11)."""

    system: CoveredSystem
    name: Words
    open_by_kind: Mapping[DefectKind, int]
    total: int

    @property
    def cells(self) -> list[tuple[Words, int]]:
        """Kind in words with its number, in the order of the table."""
        return [(KIND_NAMES[kind], self.open_by_kind[kind]) for kind in DefectKind]


def counts_by_system(acting: Acting) -> list[SystemCounts]:
    """Cases per system and kind among the visible defects; all four systems are there. Two statements."""
    rows = (
        AccountDefect.objects.visible_to(acting)
        .order_by()
        .values("system", "kind")
        .annotate(opened=Count("pk", filter=Q(state__in=OPEN)), total=Count("pk"))
    )
    found = {(row["system"], row["kind"]): (row["opened"], row["total"]) for row in rows}
    return [
        SystemCounts(
            system,
            SYSTEM_NAMES[system],
            {kind: found.get((system.value, kind.value), (0, 0))[0] for kind in DefectKind},
            sum(found.get((system.value, kind.value), (0, 0))[1] for kind in DefectKind),
        )
        for system in CoveredSystem
    ]


def get(acting: Acting, defect_id: int) -> AccountDefect:
    """One defect with its steps. Raises NotFound where it does not exist or may not be seen."""
    found = (
        AccountDefect.objects.visible_to(acting)
        .select_related("unit", "account", "requested_by", "wanted_unit", "wanted_field")
        .prefetch_related(Prefetch("steps", AccountDefectStep.objects.select_related("by").order_by("pk")))
        .filter(pk=defect_id)
        .first()
    )
    if found is None:
        raise NotFound("ACCOUNT_DEFECT_NOT_FOUND", _("Không tìm thấy vướng mắc tài khoản."))
    return found


def steps_open_to(acting: Acting, defect: AccountDefect) -> list[Edge]:
    """The steps of the rule table that `acting` may take now; a statement for each possible step."""
    state = DefectState(defect.state)
    return [EDGES[verb] for verb in verbs_from(state) if can(acting, EDGES[verb].rights[state], defect)]


@dataclass(frozen=True, slots=True)
class SystemCard:
    """One system on an officer's card: the rights in words, what they allow there, the open defects."""

    system: CoveredSystem
    name: Words
    rights: list[tuple[str, list[Words]]]
    defects: list[AccountDefect]


def card(acting: Acting, account_id: UUID) -> tuple[Account, list[SystemCard]]:
    """One officer's rights and open defects in all four systems (ACC-11). Raises NotFound. Six statements at most."""
    account = (
        Account.objects.visible_to(acting).exclude(kind="PERSON").select_related("unit").filter(pk=account_id).first()
    )
    if account is None:
        raise NotFound("ACCOUNT_NOT_FOUND", _("Không tìm thấy tài khoản."))
    grants = Grant.objects.filter(in_force(), account=account).select_related("unit", "field").order_by("pk")
    rights: dict[CoveredSystem, list[tuple[str, list[Words]]]] = {system: [] for system in CoveredSystem}
    for grant in grants:
        for system, actions in actions_by_system(grant.role).items():
            rights[system].append((describe(grant), [ACTIONS[action].words for action in actions]))
    defects = list(
        AccountDefect.objects.visible_to(acting).filter(account=account, state__in=OPEN).order_by("-pk")[:PAGE]
    )
    return account, [
        SystemCard(
            system, SYSTEM_NAMES[system], rights[system], [item for item in defects if item.system == system.value]
        )
        for system in CoveredSystem
    ]
