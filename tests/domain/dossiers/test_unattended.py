"""Every open dossier has an active officer who may take its next step, or there is an alarm (F-68)."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.domain.dossiers.detectors import every_open_dossier_has_an_entitled_officer
from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.queries import for_diagnosis
from motcua.domain.dossiers.rules import EDGES, FINAL_STATES, NEXT_VERB, State, next_verb
from motcua.domain.dossiers.unattended import unattended
from motcua.domain.organisations.access import Missing, can
from motcua.domain.organisations.diagnosing import diagnose
from motcua.domain.organisations.models import Account, Field, Grant, Unit
from motcua.domain.organisations.services import Right, grant_role
from tests.domain.dossiers.ways import in_state
from tests.domain.dossiers.world import World, officer
from tests.domain.organisations import factories as make

pytestmark = pytest.mark.django_db
HOLDERS = {"receive": "reception", "start": "processor", "propose": "processor", "approve": "approver",
           "resume": "processor", "return_result": "returner"}  # fmt: skip


def alarms() -> list[str]:
    return [subject for subject, _text in every_open_dossier_has_an_entitled_officer()]


@pytest.mark.parametrize("state", [State.SUBMITTED, State.RECEIVED, State.IN_PROCESS, State.STOPPED, State.RESOLVED])
def test_a_dossier_that_nobody_active_may_move_raises_the_alarm(world: World, state: State) -> None:
    dossier = in_state(world, state)
    assert alarms() == []
    task = dossier.tasks.filter(closed_at__isnull=True).get()
    verb = next_verb(state, task.kind)
    assert verb is not None
    holder = getattr(world, HOLDERS[verb])

    Account.objects.filter(pk=holder.account_id).update(is_active=False)

    assert alarms() == [dossier.code]
    assert [(place.verb, place.dossiers) for place in unattended()] == [(verb, 1)]
    officer("PROCESSOR" if verb in {"start", "propose", "resume"} else {
        "receive": "RECEPTION", "approve": "APPROVER", "return_result": "RETURN"}[verb], world.province)  # fmt: skip
    assert alarms() == []


@pytest.mark.parametrize("state", [State.WAIT_SUPPLEMENT, State.WAIT_PAYMENT, State.CLOSED])
def test_a_dossier_that_waits_for_no_officer_needs_none(world: World, state: State) -> None:
    in_state(world, state)
    Grant.objects.update(revoked_at="2026-06-01T00:00:00Z")

    assert alarms() == []


def test_a_right_in_another_field_is_no_right(world: World) -> None:
    dossier = in_state(world, State.SUBMITTED)
    other = make.field("Lĩnh vực khác")
    held = Grant.objects.filter(account_id=world.reception.account_id)

    held.update(field=other)
    assert alarms() == [dossier.code]
    held.update(field=Field.objects.get(pk=dossier.field_id))
    assert alarms() == []


@pytest.mark.fault("F-68")
def test_thousands_of_dossiers_are_judged_in_two_statements_and_the_diagnostic_says_what_to_do(world: World) -> None:
    """As many dossiers as there are places and steps without an officer are found, and no other; a grant mends it."""
    model = in_state(world, State.SUBMITTED)
    orphaned = make.commune(world.province, "Phường Không Người")
    admin = make.holder("UNIT_ADMIN", world.province, "Quản trị Q")
    officers = [make.officer(orphaned, "Kiều Anh Tuấn")]
    _copies(model, 1500, model.receiving_unit_id)
    _copies(model, 1500, orphaned.pk)

    with CaptureQueriesContext(connection) as statements:
        places = unattended()

    assert len(statements) == 2
    assert [(place.unit_ids, place.verb, place.dossiers) for place in places] == [((orphaned.pk,), "receive", 1500)]
    sample = list(Dossier.objects.filter(state="SUBMITTED").order_by("code")[::50])
    staff = list(Account.objects.filter(kind="STAFF"))
    stuck = {item.code for item in sample if not any(can(account, "dossier.receive", item) for account in staff)}
    assert stuck == {item.code for item in sample if item.receiving_unit_id == orphaned.pk} != set()

    found = diagnose(admin, officers[0].pk, "dossier.receive", for_diagnosis(places[0].first_code)).explanation
    assert (found.allowed, found.missing) == (False, Missing.FUNCTION)
    assert found.can_be_granted_by == (f"Quản trị Q ({world.province.name})",)
    grant_role(admin, officers[0].pk, Right("RECEPTION", orphaned.pk), reason="Theo chẩn đoán")
    assert unattended() == []
    assert diagnose(admin, officers[0].pk, "dossier.receive", for_diagnosis(places[0].first_code)).explanation.allowed


def _copies(model: Dossier, number: int, unit_id: int) -> None:
    """Rows like `model` at a unit, with their open task: set-based, past the services."""
    columns = [field.column for field in Dossier._meta.concrete_fields]
    changed = {
        "id": "gen_random_uuid()",
        "code": f"'T' || {unit_id} || '-' || lpad(n::text, 6, '0')",
        "idempotency_key": "gen_random_uuid()::text",
        "receiving_unit_id": str(unit_id),
        "holding_unit_id": str(unit_id),
    }
    values = ", ".join(changed.get(column, column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO dossiers_dossier ({', '.join(columns)}) SELECT {values} FROM dossiers_dossier, "
            "generate_series(1, %s) AS n WHERE id = %s",
            [number, model.pk],
        )
        cursor.execute(
            'INSERT INTO dossiers_task (dossier_id, "order", kind, name, role, unit_id, opened_at, planned_end, '
            'outcome) SELECT d.id, t."order", t.kind, t.name, t.role, d.holding_unit_id, t.opened_at, '
            "t.planned_end, '' "
            "FROM dossiers_dossier AS d, dossiers_task AS t WHERE t.dossier_id = %s AND d.code LIKE %s",
            [model.pk, f"T{unit_id}-%"],
        )


def test_the_table_of_next_steps_holds_every_state_in_which_an_officer_is_asked() -> None:
    waiting = {state for state, _kind in NEXT_VERB}

    assert set(State) - waiting == FINAL_STATES | {State.DRAFT, State.WAIT_SUPPLEMENT, State.WAIT_PAYMENT}
    assert all(state in EDGES[verb].sources for (state, _kind), verb in NEXT_VERB.items())


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_the_detector_agrees_with_the_access_policy(open_dossiers: list[Dossier], data: st.DataObject) -> None:
    """Whatever officers hold, where, in which field, in force or not: found is exactly what nobody may move."""
    places = list(Unit.objects.order_by("pk"))
    fields = [None, Field.objects.get(pk=open_dossiers[0].field_id), Field.objects.get(code="G99-KHAC")]
    with transaction.atomic():
        Grant.objects.all().delete()
        for _ in range(data.draw(st.integers(0, 6))):
            held = make.grant(
                make.officer(data.draw(st.sampled_from(places))),
                data.draw(st.sampled_from(["RECEPTION", "PROCESSOR", "APPROVER", "RETURN", "MONITOR"])),
                data.draw(st.sampled_from(places)),
                within=data.draw(st.sampled_from(fields)),
            )
            if data.draw(st.integers(0, 4)) == 0:
                Account.objects.filter(pk=held.account_id).update(is_active=False)
        staff = list(Account.objects.filter(kind="STAFF"))
        stuck = {item.pk for item in open_dossiers if not any(can(who, _action(item), item) for who in staff)}

        found = sum(place.dossiers for place in unattended())

        assert found == len(stuck)
        assert {place.first_code for place in unattended()} <= {item.code for item in open_dossiers if item.pk in stuck}
        transaction.set_rollback(True)


def _action(dossier: Dossier) -> str:
    verb = next_verb(State(dossier.state), dossier.tasks.get(closed_at__isnull=True).kind)
    assert verb is not None
    return EDGES[verb].action


@pytest.fixture
def open_dossiers(world: World) -> list[Dossier]:
    make.field("Lĩnh vực khác")
    Field.objects.filter(name="Lĩnh vực khác").update(code="G99-KHAC")
    states = (State.SUBMITTED, State.RECEIVED, State.TRANSFERRED, State.IN_PROCESS, State.STOPPED, State.REFUSED)
    return [in_state(world, state) for state in states]
