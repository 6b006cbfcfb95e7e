"""The access policy: default deny, role × unit × field × period (ACC-02), one rule for one object and for a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext, isolate_apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.domain.organisations import scoping
from motcua.domain.organisations.access import Place, Scope, ScopedManager, can, permitted, register_scope, require
from motcua.domain.organisations.models import Account, Field, Unit
from motcua.domain.organisations.rules import ACTIONS, ROLES, UnitKind, UnknownAction
from motcua.foundation import clock
from motcua.foundation.actor import Actor
from motcua.foundation.errors import AccessDenied, Unauthenticated

from . import factories as make

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Principal:
    """An account acting for a party."""

    account_id: UUID
    party_id: UUID | None = field(default_factory=uuid4)
    service_codes: frozenset[str] | None = None

    def actor(self) -> Actor:
        return Actor("person", str(self.account_id))


@pytest.fixture
def case_model() -> Iterator[type[models.Model]]:
    """A test-only model that lies under the policy with two units, a field and a party as its owner."""
    with isolate_apps("tests"):

        class Case(models.Model):
            receiving = models.ForeignKey(Unit, models.CASCADE, related_name="+", null=True)
            settling = models.ForeignKey(Unit, models.CASCADE, related_name="+", null=True)
            field = models.ForeignKey(Field, models.CASCADE, related_name="+", null=True)
            owner = models.UUIDField(null=True)
            objects = ScopedManager()

            class Meta:
                app_label = "tests"
                db_table = "test_scoped_case"

        register_scope(
            Case,
            Scope(
                view="dossier.view",
                units=("receiving_id", "settling_id"),
                units_for={"dossier.receive": ("receiving_id",)},
                field="field_id",
                owner_party="owner",
                owner_actions=frozenset({"dossier.view"}),
            ),
        )
        with connection.schema_editor() as editor:
            editor.create_model(Case)
        yield Case  # the table goes with the test's transaction
        del scoping._scopes[Case]


@pytest.mark.requirement("ACC-02")
def test_a_right_reaches_its_unit_and_action_only_and_ends_with_its_period() -> None:
    a, b = make.commune(), make.commune()
    officer = make.holder("RECEPTION", a, until=clock.now() + timedelta(days=30))

    assert can(officer, "dossier.receive", Place(a.pk))
    for action, unit in [("dossier.receive", b), ("dossier.approve", a)]:
        with pytest.raises(AccessDenied) as refusal:
            require(officer, action, Place(unit.pk))
        assert refusal.value.status == 403
    with clock.travel(clock.now() + timedelta(days=31)), pytest.raises(AccessDenied) as expired:
        require(officer, "dossier.receive", Place(a.pk))
    assert expired.value.status == 403
    assert expired.value.details["missing"] == "PERIOD"


def test_one_person_may_hold_several_rights() -> None:
    a, b = make.commune(), make.commune()
    officer = make.holder("RECEPTION", a)
    make.grant(officer, "APPROVER", b)

    assert can(officer, "dossier.receive", Place(a.pk))
    assert can(officer, "dossier.approve", Place(b.pk))
    assert not can(officer, "dossier.approve", Place(a.pk))


def test_a_right_reaches_everything_below_its_unit_and_nothing_above_it() -> None:
    province = make.province()
    commune = make.commune(province)
    desk = make.unit(UnitKind.DESK, commune)
    officer = make.holder("PROCESSOR", commune)

    assert can(officer, "dossier.process", Place(commune.pk))
    assert can(officer, "dossier.process", Place(desk.pk))
    assert not can(officer, "dossier.process", Place(province.pk))


def test_a_right_with_a_field_reaches_that_field_only() -> None:
    commune = make.commune()
    civil, land = make.field("Hộ tịch"), make.field("Đất đai")
    officer = make.holder("PROCESSOR", commune, within=civil)

    assert can(officer, "dossier.process", Place(commune.pk, civil.pk))
    assert not can(officer, "dossier.process", Place(commune.pk, land.pk))
    assert not can(officer, "dossier.process", Place(commune.pk))


@pytest.mark.parametrize("state", ["future", "revoked", "suspended", "locked"])
def test_a_right_that_is_not_in_force_allows_nothing(state: str) -> None:
    commune = make.commune()
    officer = make.officer(commune)
    start = clock.now() + timedelta(days=1) if state == "future" else None
    right = make.grant(officer, "PROCESSOR", commune, since=start)
    if state == "revoked":
        right.revoked_at = clock.now()
        right.save()
    if state == "suspended":
        Account.objects.filter(pk=officer.pk).update(is_active=False)
    if state == "locked":
        Account.objects.filter(pk=officer.pk).update(locked_until=clock.now() + timedelta(minutes=15))

    assert not can(officer, "dossier.process", Place(commune.pk))
    assert not Unit.objects.visible_to(officer).exists()
    if state in {"future", "locked"}:
        with clock.travel(clock.now() + timedelta(days=2)):
            assert can(officer, "dossier.process", Place(commune.pk))


def test_nobody_signed_in_may_do_nothing() -> None:
    commune = make.commune()

    assert not can(None, "unit.view", commune)
    assert not Unit.objects.visible_to(None).exists()
    with pytest.raises(Unauthenticated):
        require(None, "unit.view", commune)


def test_what_nobody_declared_is_refused_loudly() -> None:
    officer = make.holder("SYSADMIN", make.nation())

    with pytest.raises(UnknownAction):
        can(officer, "dossier.destroy", Place(make.nation().pk))
    with pytest.raises(LookupError):
        can(officer, "unit.view", object())


def test_permission_says_under_which_role_and_unit_one_acts() -> None:
    province = make.province()
    commune = make.commune(province)
    officer = make.holder("MONITOR", province)
    make.grant(officer, "PROCESSOR", commune)

    actor = permitted(officer, "dossier.view", Place(commune.pk))

    assert actor == Actor("staff", str(officer.pk), role="PROCESSOR", unit=commune.code)


def test_a_question_about_one_object_costs_one_statement() -> None:
    commune = make.commune()
    officer = make.holder("RECEPTION", commune)
    for _ in range(5):
        make.grant(officer, "PROCESSOR", make.commune())

    for action in ("dossier.receive", "dossier.approve"):
        with CaptureQueriesContext(
            connection,
        ) as statements:
            can(officer, action, Place(commune.pk))
        assert len(statements) == 1


def test_a_list_costs_the_same_two_statements_whatever_the_grants(case_model: type[models.Model]) -> None:
    few, many, all_of_it = (make.officer(make.commune()) for _ in range(3))
    communes = [make.commune() for _ in range(12)]
    for commune in communes:
        case_model.objects.create(receiving=commune)
    make.grant(all_of_it, "MONITOR", make.nation())
    make.grant(few, "RECEPTION", communes[0])
    for number, commune in enumerate(communes):
        make.grant(many, "RECEPTION", commune)
        make.grant(many, "PROCESSOR", commune, within=make.field(f"Lĩnh vực {number}"))

    found = []
    for officer in (few, many, all_of_it):
        with CaptureQueriesContext(connection) as statements:
            found.append(len(list(case_model.objects.visible_to(officer))))
        assert len(statements) == 2

    assert found == [1, 12, 12]


def test_any_unit_of_an_object_gives_sight_and_a_narrowed_action_looks_at_its_own(
    case_model: type[models.Model],
) -> None:
    here, there = make.commune(), make.commune()
    case = case_model.objects.create(receiving=here, settling=there)
    at_here, at_there = make.holder("RECEPTION", here), make.holder("RECEPTION", there)

    assert can(at_here, "dossier.view", case)
    assert can(at_there, "dossier.view", case)
    assert can(at_here, "dossier.receive", case)
    assert not can(at_there, "dossier.receive", case)
    assert list(case_model.objects.visible_to(at_there, "dossier.receive")) == []


def test_an_owner_reaches_what_is_theirs_in_the_capacity_they_act_in(case_model: type[models.Model]) -> None:
    account = make.person()
    myself, company = Principal(account.pk), Principal(account.pk)
    mine = case_model.objects.create(receiving=make.commune(), owner=myself.party_id)
    ours = case_model.objects.create(receiving=make.commune(), owner=company.party_id)

    assert permitted(myself, "dossier.view", mine).role == "OWNER"
    assert not can(myself, "dossier.view", ours)
    assert not can(myself, "dossier.process", mine)
    assert list(case_model.objects.visible_to(myself)) == [mine]
    assert list(case_model.objects.visible_to(company)) == [ours]
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert not can(myself, "dossier.view", mine)
    assert list(case_model.objects.visible_to(myself)) == []


ROLES_TRIED = ["RECEPTION", "PROCESSOR", "APPROVER", "MONITOR", "FINANCE_VIEW", "UNIT_ADMIN"]
ACTIONS_TRIED = ["dossier.view", "dossier.receive", "dossier.approve", "payment.view", "account.grant"]
NATION = -1
grants = st.lists(
    st.tuples(
        st.sampled_from(ROLES_TRIED),
        st.integers(-1, 9),
        st.sampled_from([None, 0, 1]),
        st.sampled_from(["now", "ended", "future", "revoked"]),
    ),
    max_size=6,
)
cases = st.lists(
    st.tuples(
        st.none() | st.integers(0, 9), st.none() | st.integers(0, 9), st.sampled_from([None, 0, 1]), st.booleans()
    ),
    min_size=1,
    max_size=8,
)


def _oracle(tree: list[int | None], given_grants: list, case: tuple, action: str, owned: bool) -> bool:
    """The rule written out naively, without SQL."""
    if owned and action == "dossier.view":
        return True

    def below(unit: int | None, root: int) -> bool:
        if root == NATION:
            return unit is not None
        while unit is not None:
            if unit == root:
                return True
            unit = tree[unit]
        return False

    receiving, settling, case_field, _ = case
    units = [receiving] if action == "dossier.receive" else [receiving, settling]
    return any(
        state == "now"
        and action in ROLES[role].actions
        and (grant_field is None or grant_field == case_field)
        and any(below(unit, root) for unit in units if unit is not None)
        for role, root, grant_field, state in given_grants
    )


def _grant_all(officer: Account, units: list[Unit], fields: list[Field], given_grants: list) -> None:
    now = clock.now()
    periods = {
        "ended": (now - timedelta(days=9), now - timedelta(seconds=1)),
        "future": (now + timedelta(hours=1), None),
    }
    for role, root, grant_field, state in dict.fromkeys(given_grants):
        since, until = periods.get(state, (now - timedelta(days=1), None))
        key = {"account": officer, "role": role, "unit": units[root]}
        within = None if grant_field is None else fields[grant_field]
        officer.grants.filter(**key, field=within, revoked_at__isnull=True).update(revoked_at=now)
        right = make.grant(officer, role, units[root], within=within, since=since, until=until)
        if state == "revoked":
            officer.grants.filter(pk=right.pk).update(revoked_at=now)


def _held(given_grants: list) -> list:
    """What is left in force: a later grant of the same right takes the place of the one before."""
    last = {(role, root, grant_field): state for role, root, grant_field, state in dict.fromkeys(given_grants)}
    return [(*right, state) for right, state in last.items()]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    parents=st.lists(st.integers(0, 8), min_size=9, max_size=9),
    given_grants=grants,
    given_cases=cases,
    action=st.sampled_from(ACTIONS_TRIED),
)
def test_one_object_and_the_list_agree_with_the_rule_on_random_trees_and_grants(
    case_model: type[models.Model], parents: list[int], given_grants: list, given_cases: list, action: str
) -> None:
    with transaction.atomic():
        tree: list[int | None] = [None] + [parent % (number + 1) for number, parent in enumerate(parents)]
        units = [*make.chain_of_departments(tree), make.nation()]
        fields = [make.field(), make.field()]
        officer = make.officer(units[0])
        who = Principal(officer.pk)
        _grant_all(officer, units, fields, given_grants)
        made = [
            case_model.objects.create(
                receiving=None if receiving is None else units[receiving],
                settling=None if settling is None else units[settling],
                field=None if case_field is None else fields[case_field],
                owner=who.party_id if owned else None,
            )
            for receiving, settling, case_field, owned in given_cases
        ]

        expected = [
            _oracle(tree, _held(given_grants), case, action, case[3] and action == "dossier.view")
            for case in given_cases
        ]
        one_by_one = [can(who, action, case) for case in made]
        listed = set(case_model.objects.visible_to(who, action))

        assert one_by_one == expected
        assert [case in listed for case in made] == expected
        transaction.set_rollback(True)


def test_the_monitor_may_only_read() -> None:
    changing = {action for action in ROLES["MONITOR"].actions if ACTIONS[action].changes}

    assert changing == set()
    assert "dossier.view" in ROLES["MONITOR"].actions


def test_a_monitor_is_refused_every_action_that_changes_anything() -> None:
    nation = make.nation()
    commune = make.commune()
    monitor = make.holder("MONITOR", nation)

    refused = {code for code, action in ACTIONS.items() if action.changes and not can(monitor, code, Place(commune.pk))}

    assert refused == {code for code, action in ACTIONS.items() if action.changes}


def test_nobody_of_the_platform_reads_dossiers_and_every_action_has_somebody() -> None:
    assert not {action for action in ROLES["SYSADMIN"].actions if action.startswith(("dossier.", "payment."))}
    assert {action for role in ROLES.values() for action in role.actions} == set(ACTIONS)
