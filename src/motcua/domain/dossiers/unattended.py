"""Open dossiers whose next step no active officer may take (F-68): two statements over the whole table.

The dossiers are grouped by where they lie and what they wait for, the officers by where they may do what; both sides
are as small as the country's units, however many dossiers there are.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from django.db.models import Count, F, Min, Q

from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.rules import EDGES, NEXT_VERB, State, next_verb
from motcua.domain.organisations.access import Acting, scope_of
from motcua.domain.organisations.models import Grant, Unit
from motcua.domain.organisations.queries import field_names
from motcua.domain.organisations.rules import ACTIONS, AccountKind, Words, roles_allowing
from motcua.domain.organisations.scoping import in_force


@dataclass(frozen=True, slots=True)
class Waiting:
    """Dossiers that lie at one place and wait for one step: `verb` at any of `unit_ids`, in `field_id`."""

    verb: str
    unit_ids: tuple[int, ...]
    field_id: int | None
    dossiers: int
    first_code: str


def waiting_for_officers() -> list[Waiting]:
    """Every open dossier that waits for an officer, by place and step. One statement."""
    states = sorted({state.value for state, _kind in NEXT_VERB})
    rows = (
        Dossier.objects.filter(Q(tasks__closed_at__isnull=True), state__in=states)
        .order_by()
        .values("state", "receiving_unit_id", "holding_unit_id", "field_id", kind=F("tasks__kind"))
        .annotate(number=Count("pk"), first_code=Min("code"))
    )
    found: dict[tuple[str, tuple[int, ...], int | None], Waiting] = {}
    for row in rows:
        verb = next_verb(State(row["state"]), row["kind"] or "")
        if verb is None:
            continue
        paths = scope_of(Dossier).unit_paths(EDGES[verb].action)
        units = tuple(sorted({row[path] for path in paths}))
        key = (verb, units, row["field_id"])
        group = Waiting(*key, row["number"], row["first_code"])
        found[key] = _together(found[key], group) if key in found else group
    return list(found.values())


def _together(one: Waiting, other: Waiting) -> Waiting:
    first = min(one.first_code, other.first_code)
    return replace(one, dossiers=one.dossiers + other.dossiers, first_code=first)


def unattended() -> list[Waiting]:
    """Those of `waiting_for_officers` that no active officer is entitled to move. Two statements in all."""
    waiting = waiting_for_officers()
    if not waiting:
        return []
    entitled = _entitled(sorted({unit for place in waiting for unit in place.unit_ids}))
    return [place for place in waiting if not _attended(place, entitled)]


def _entitled(unit_ids: list[int]) -> dict[int, set[tuple[str, int | None]]]:
    """For each unit the roles of active officers that reach it, with the field (None: every field). One statement."""
    roles = sorted({role for verb in set(NEXT_VERB.values()) for role in roles_allowing(EDGES[verb].action)})
    rows = Grant.objects.filter(
        in_force(),
        account__kind=AccountKind.STAFF.value,
        role__in=roles,
        unit__links_down__descendant_id__in=unit_ids,
    )
    held: dict[int, set[tuple[str, int | None]]] = defaultdict(set)
    for unit_id, role, field_id in (
        rows.order_by().values_list("unit__links_down__descendant_id", "role", "field_id").distinct()
    ):
        held[unit_id].add((role, field_id))
    return held


def _attended(place: Waiting, entitled: dict[int, set[tuple[str, int | None]]]) -> bool:
    fields = {None, place.field_id}
    wanted = {(role, field) for role in roles_allowing(EDGES[place.verb].action) for field in fields}
    return any(wanted & entitled.get(unit_id, set()) for unit_id in place.unit_ids)


@dataclass(frozen=True, slots=True)
class Orphaned:
    """One place of `unattended` in words: where, in which field, what waits, how many, and the first dossier's code."""

    units: str
    field: str
    action: str
    words: Words
    dossiers: int
    first_code: str


def unattended_seen(acting: Acting) -> list[Orphaned]:
    """The places without an entitled officer where the asker may see accounts, the most dossiers first.

    Six statements, whatever the number of dossiers.
    """
    places = unattended()
    units = Unit.objects.visible_to(acting, "account.view").filter(
        pk__in={unit for place in places for unit in place.unit_ids}
    )
    names = dict(units.values_list("pk", "name"))
    fields = field_names()
    found = [
        Orphaned(
            ", ".join(names[unit] for unit in place.unit_ids if unit in names),
            fields.get(place.field_id, "") if place.field_id else "",
            EDGES[place.verb].action,
            ACTIONS[EDGES[place.verb].action].words,
            place.dossiers,
            place.first_code,
        )
        for place in places
        if names.keys() & set(place.unit_ids)
    ]
    return sorted(found, key=lambda place: (-place.dossiers, place.units, place.first_code))
