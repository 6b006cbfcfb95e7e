"""The history cannot be changed, the code never changes, every code finds the dossier (DOS-03, SUB-02)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from motcua.domain.dossiers import queries, services, tracking
from motcua.domain.dossiers.models import Dossier, DossierAlias
from motcua.foundation import clock, events
from motcua.foundation.errors import Invalid, NotFound
from tests.domain.dossiers.ways import act
from tests.domain.dossiers.world import World

MALFORMED = [
    "",
    " ",
    "H26",
    "H26-260604",
    "H26.900.004.01-261332-010001",
    "'; DROP TABLE x; --",
    "<b>H26</b>",
    "\u202e",
]


def _refused(sql: str, parameters: list[object]) -> None:
    with (
        pytest.raises(DatabaseError, match=r"append-only|pending trigger"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, parameters)


def test_the_trace_tells_who_did_what_in_which_role_when_and_from_which_state(world: World):
    with clock.travel(clock.local(2027, 6, 4, 9, 0)):
        dossier = world.submitted()
    with clock.travel(clock.local(2027, 6, 4, 10, 0)):
        act(world, "receive", dossier)
    with clock.travel(clock.local(2027, 6, 4, 14, 0)):
        act(world, "start", dossier)

    trace = [item for item in events.of_dossier(dossier.pk) if item.aggregate_id == dossier.pk]

    assert [item.seq for item in trace] == [1, 2, 3]
    assert [item.actor.role for item in trace] == ["", "RECEPTION", "PROCESSOR"]
    assert [item.actor.id for item in trace[1:]] == [str(world.reception.account_id), str(world.processor.account_id)]
    assert [item.actor.unit for item in trace[1:]] == [world.commune.code] * 2
    assert [(item.body.before, item.body.after) for item in trace[1:]] == [
        ("SUBMITTED", "RECEIVED"),
        ("RECEIVED", "IN_PROCESS"),
    ]
    assert [item.occurred_at for item in trace] == sorted(item.occurred_at for item in trace)
    assert all(item.recorded_at >= item.occurred_at and item.correlation_id is not None for item in trace)
    assert len({item.actor.system for item in trace}) == 1


def test_the_store_refuses_to_change_or_delete_history(world: World):
    dossier = world.submitted()

    for table, key in (("foundation_event", "aggregate_id"), ("dossiers_attachment", "dossier_id")):
        _refused(f"DELETE FROM {table} WHERE {key} = %s OR true", [dossier.pk])
        _refused(f"TRUNCATE {table} CASCADE", [])
    _refused("UPDATE foundation_event SET actor_id = 'x' WHERE aggregate_id = %s", [dossier.pk])
    _refused("UPDATE foundation_event SET payload = '{}' WHERE aggregate_id = %s", [dossier.pk])
    _refused("UPDATE foundation_auditentry SET actor_id = 'x'", [])
    _refused("DELETE FROM foundation_auditentry", [])
    assert events.of_dossier(dossier.pk)[0].body.type_name == "dossier.submitted"


def test_a_code_is_never_changed_and_a_dossier_never_deleted(world: World):
    dossier = world.submitted()

    _refused("UPDATE dossiers_dossier SET code = 'H26.900.004.01-260604-019999' WHERE id = %s", [dossier.pk])
    _refused("DELETE FROM dossiers_dossier WHERE id = %s", [dossier.pk])
    dossier.code = "H26.900.004.01-260604-019999"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        dossier.save()


def test_codes_are_not_used_again(world: World):
    codes = [world.submitted().code for _ in range(60)]  # more than one block of running numbers

    assert len(set(codes)) == 60
    assert all(str(item.code) in codes for item in Dossier.objects.all())


def test_both_codes_find_the_dossier(world: World):
    dossier = world.submitted()
    DossierAlias.objects.create(dossier=dossier, system="hai-quan", code="000.00.26.H26-230115-0007")
    DossierAlias.objects.create(dossier=dossier, system="dat-dai", code="Lô 7/2023")

    for code in (dossier.code, f"  {dossier.code.lower()} ", "000.00.26.H26-230115-0007", "Lô 7/2023"):
        assert tracking.track(code).code == dossier.code
        assert queries.id_of(code) == dossier.pk
        assert [row.code for row in queries.worklist(world.reception, "to_receive", search=code).rows] == [dossier.code]


def test_two_dossiers_cannot_share_another_systems_code(world: World):
    one, two = world.submitted(), world.submitted()
    DossierAlias.objects.create(dossier=one, system="hai-quan", code="HQ-1")

    with pytest.raises(DatabaseError), transaction.atomic():
        DossierAlias.objects.create(dossier=two, system="thue", code="HQ-1")


@pytest.mark.parametrize("code", MALFORMED)
def test_a_malformed_code_is_told_so(world: World, code: str):
    with pytest.raises(Invalid) as refused:
        tracking.track(code)
    assert refused.value.code == "DOSSIER_CODE_MALFORMED"
    with pytest.raises(Invalid):
        queries.id_of(code)


def test_an_unknown_code_is_not_found(world: World):
    world.submitted()

    for code in ("H26.900.004.01-260604-019999", "H42.012.05-260604-010001"):
        with pytest.raises(NotFound):
            tracking.track(code)


def test_a_rating_is_part_of_the_history_and_stands_once(world: World):
    dossier = world.resolved()
    services.return_result(world.returner, dossier.pk, method="ONLINE")
    services.rate(world.citizen, dossier.pk, score=4)

    _refused("UPDATE dossiers_rating SET score = 5", [])
    _refused("UPDATE dossiers_result SET number = 'x'", [])
    _refused("DELETE FROM dossiers_resultreturn", [])
