"""One object and a list agree with the rule, for everything that lies under the access policy (ACC-10).

Trees, moves and mergers of units, rights, periods, fields and places are drawn at random; the rule stands here a second
time, naively and without SQL. Every declared scope takes part, from its declaration alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.domain.organisations import units as tree_of_units
from motcua.domain.organisations.access import Place, Scope, can, reachable, registered_scopes
from motcua.domain.organisations.models import Account, Field, Unit
from motcua.domain.organisations.rules import ACTIONS, ROLES, roles_allowing
from motcua.foundation import clock
from motcua.foundation.actor import Actor
from motcua.foundation.errors import DomainError
from tests.domain.organisations import factories as make
from tests.integrity.rows import insert, row
from tests.integrity.witnesses import FITTING

pytestmark = pytest.mark.django_db
SCOPED = sorted((model for model in registered_scopes() if model is not Place), key=lambda model: model.__name__)
UNITS, NATION = 7, 7
"""So many departments; the place after the last is the nation."""


@dataclass(frozen=True)
class Who:
    """An account acting for a party."""

    account_id: UUID
    party_id: UUID | None = field(default_factory=uuid4)
    service_codes: frozenset[str] | None = None

    def actor(self) -> Actor:
        return Actor("staff", str(self.account_id))


@dataclass(frozen=True)
class Right:
    """A grant as drawn: role, root of its subtree, field (None: every), and whether it is in force."""

    role: str
    root: int
    field: int | None
    state: str


def rights(actions: list[str]) -> st.SearchStrategy[list[Right]]:
    """Grants, most of them of roles that matter for the actions tried."""
    roles = sorted({role for action in actions for role in roles_allowing(action)})
    drawn = st.builds(
        Right,
        st.sampled_from(roles) | st.sampled_from(sorted(ROLES)),
        st.integers(0, NATION),
        st.sampled_from([None, None, 0, 1]),
        st.sampled_from(["in force", "in force", "in force", "ended", "future", "revoked"]),
    )
    return st.lists(drawn, max_size=4, unique_by=lambda right: (right.role, right.root, right.field))


def actions_of(scope: Scope) -> list[str]:
    """What may be asked of an object: what its declaration names, and an action that it does not."""
    return sorted({scope.view, *scope.units_for, *scope.owner_actions, "statistics.view"})


@dataclass
class Drawn:
    """One random case, made in the database."""

    parents: list[int | None]
    units: list[Unit]
    fields: list[Field]
    officer: Account
    who: Who
    rights: list[Right]

    def below(self, unit: int | None, root: int) -> bool:
        if root == NATION:
            return unit is not None
        while unit is not None:
            if unit == root:
                return True
            unit = self.parents[unit] if unit < UNITS else None
        return False

    def allowed(self, scope: Scope, action: str, places: Mapping[str, int | None], lies_in: int | None) -> bool:
        """The rule written out: some right in force allows the action, reaches a unit and fits the field."""
        paths = scope.units_for.get(action, scope.units)
        return any(
            right.state == "in force"
            and action in ROLES[right.role].actions
            and (right.field is None or (scope.field is not None and right.field == lies_in))
            and any(self.below(places[path], right.root) for path in paths if places[path] is not None)
            for right in self.rights
        )


def _draw(parents: list[int], moves: list[tuple[int, int]], merged: list[int], given_rights: list[Right]) -> Drawn:
    shape: list[int | None] = [None, *(parent % (number + 1) for number, parent in enumerate(parents))]
    units = [*make.chain_of_departments(shape), make.nation()]
    officer = make.officer(units[0])
    drawn = Drawn(shape, units, [make.field(), make.field()], officer, Who(officer.pk), given_rights)
    administrator = make.holder("SYSADMIN", units[NATION])
    reason = "Nghị quyết về sắp xếp đơn vị hành chính"
    for unit, parent in moves:
        with suppress(DomainError), transaction.atomic():  # loops are refused, and a second change on one day
            tree_of_units.move_unit(
                administrator, units[unit].pk, parent_id=units[parent].pk, on=clock.today(), reason=reason
            )
            drawn.parents[unit] = parent
    for unit in merged:
        with suppress(DomainError), transaction.atomic():  # one that has others below it; dossiers and rights stay
            tree_of_units.merge_unit(
                administrator,
                units[unit].pk,
                into_id=units[(unit + 1) % UNITS].pk,
                on=clock.today() + timedelta(days=1),
                reason=reason,
            )
    _grant(drawn)
    return drawn


def _grant(drawn: Drawn) -> None:
    now = clock.now()
    periods = {"ended": (now - timedelta(days=9), now - timedelta(days=1)), "future": (now + timedelta(hours=1), None)}
    for right in drawn.rights:
        since, until = periods.get(right.state, (now - timedelta(days=1), None))
        within = None if right.field is None else drawn.fields[right.field]
        made = make.grant(drawn.officer, right.role, drawn.units[right.root], within=within, since=since, until=until)
        if right.state == "revoked":
            type(made).objects.filter(pk=made.pk).update(revoked_at=now)


def make_at(model: type[models.Model], values: Mapping[str, Any]) -> models.Model:
    """A row of `model` whose scope's paths lead to these values; what lies on the way is made too."""
    own = {path: value for path, value in values.items() if "__" not in path}
    for head in {path.split("__")[0] for path in values if "__" in path}:
        inner = {path.split("__", 1)[1]: value for path, value in values.items() if path.startswith(f"{head}__")}
        related = model._meta.get_field(head).related_model
        assert isinstance(related, type)
        own[f"{head}_id"] = make_at(related, inner).pk
    table = model._meta.db_table
    fitting = {name: value for name, value in FITTING.get(table, {}).items() if name not in own}
    made = row(table, fitting, own)
    insert(made)
    return model._base_manager.get(pk=made.pk)


@pytest.mark.parametrize("model", SCOPED, ids=lambda model: model.__name__)
def test_one_object_and_the_list_agree_with_the_rule(model: type[models.Model]) -> None:
    scope = registered_scopes()[model]
    asked = actions_of(scope)
    place = st.none() | st.integers(0, UNITS - 1)

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        parents=st.lists(st.integers(0, UNITS - 2), min_size=UNITS - 1, max_size=UNITS - 1),
        moves=st.lists(st.tuples(st.integers(0, UNITS - 1), st.integers(0, UNITS - 1)), max_size=3),
        merged=st.lists(st.integers(0, UNITS - 1), max_size=2),
        given_rights=rights(asked),
        places=st.fixed_dictionaries({path: place for path in scope.units}),
        lies_in=st.sampled_from([None, 0, 1]),
        owned=st.booleans(),
    )
    def agrees(
        parents: list[int],
        moves: list[tuple[int, int]],
        merged: list[int],
        given_rights: list[Right],
        places: dict[str, int | None],
        lies_in: int | None,
        owned: bool,
    ) -> None:
        with transaction.atomic():
            drawn = _draw(parents, moves, merged, given_rights)
            thing, places = _thing(drawn, model, scope, places, lies_in, owned)
            for action in asked:
                mine = owned and action in scope.owner_actions and bool(scope.owner_account or scope.owner_party)
                expected = mine or drawn.allowed(scope, action, places, lies_in)
                listed = model._base_manager.filter(reachable(model, drawn.who, action), pk=thing.pk)
                assert can(drawn.who, action, thing) == expected, action
                assert listed.exists() == expected, action
            transaction.set_rollback(True)

    agrees()


def _thing(
    drawn: Drawn,
    model: type[models.Model],
    scope: Scope,
    places: dict[str, int | None],
    lies_in: int | None,
    owned: bool,
) -> tuple[models.Model, dict[str, int | None]]:
    """The object that is asked about, and where it lies: a column that must be filled lies in the first unit."""
    chosen = {path: unit if unit is not None or _may_be_empty(model, path) else 0 for path, unit in places.items()}
    if model is Unit:
        place = places["id"] or 0
        return drawn.units[place], {"id": place}
    if model is Account:
        place = chosen["unit_id"] or 0
        return (drawn.officer, {"unit_id": 0}) if owned else (make.officer(drawn.units[place]), {"unit_id": place})
    of_account = next((path for path in chosen if path == f"{(scope.owner_account or '')[:-3]}__unit_id"), None)
    if of_account is not None:  # where it lies and whose it is are said by one account
        place = 0 if owned else chosen[of_account] or 0
        account = drawn.officer if owned else make.officer(drawn.units[place])
        return make_at(model, {scope.owner_account or "": account.pk}), {of_account: place}
    values: dict[str, Any] = {path: None if unit is None else drawn.units[unit].pk for path, unit in chosen.items()}
    if scope.field is not None:
        values[scope.field] = None if lies_in is None else drawn.fields[lies_in].pk
    if scope.owner_account is not None:
        values[scope.owner_account] = drawn.officer.pk if owned else make.officer(drawn.units[0]).pk
    if scope.owner_party is not None:
        values[scope.owner_party] = drawn.who.party_id if owned else uuid4()
    return make_at(model, values), chosen


def _may_be_empty(model: type[models.Model], path: str) -> bool:
    """Whether the column at the end of a scope's path may be NULL."""
    *steps, column = path.split("__")
    for step in steps:
        related = model._meta.get_field(step).related_model
        assert isinstance(related, type)
        model = related
    return bool(next(item for item in model._meta.concrete_fields if item.attname == column).null)


def test_no_action_is_asked_that_nobody_declared() -> None:
    assert {action for scope in registered_scopes().values() for action in actions_of(scope)} <= set(ACTIONS)
