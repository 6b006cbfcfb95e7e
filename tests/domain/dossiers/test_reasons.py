"""No refusal, pause or request without a reason that says something: services and database (DOS-02, F-19)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from motcua.domain.dossiers import queries
from motcua.domain.dossiers.models import Dossier, Pause
from motcua.domain.dossiers.rules import EDGES, State, edge
from motcua.domain.messaging.models import Message
from motcua.foundation import events, reactions
from motcua.foundation.errors import Invalid
from tests.domain.dossiers.ways import STORED, TEXT, WAYS, act, in_state
from tests.domain.dossiers.world import World

WORDLESS = ["", " ", "\n\t ", ".", "không", "không đạt", "..........", "          ", "1234567890!?", "Không 1234567"]
EMPTY = [*WORDLESS, "Không hợp lệ.", "TỪ CHỐI", "aaaaaaaaaaaa"]
REASONED = [verb for verb in WAYS if EDGES[verb].reason]


@pytest.mark.parametrize("verb", REASONED)
def test_no_verb_takes_an_empty_phrase(world: World, verb: str):
    state = next(state for state in STORED if edge(state, verb))
    dossier = in_state(world, state)

    for phrase in EMPTY:
        with pytest.raises(Invalid) as refused:
            act(world, verb, dossier, reason_text=phrase)
        assert refused.value.code == "REASON_REQUIRED"
        assert refused.value.status == 422

    after = Dossier.objects.get(pk=dossier.pk)
    assert (after.state, after.version) == (state, dossier.version)


@pytest.mark.parametrize("verb", sorted(set(REASONED) - {"ask_payment", "withdraw"}))
def test_a_reason_needs_a_code_of_the_list(world: World, verb: str):
    state = next(state for state in STORED if edge(state, verb))
    dossier = in_state(world, state)

    for code in ["", "OTHERS", "không"]:
        with pytest.raises(Invalid) as refused:
            act(world, verb, dossier, reason_code=code)
        assert [item.field for item in refused.value.errors] == ["reason_code"]


@pytest.mark.parametrize("phrase", WORDLESS)
@pytest.mark.parametrize("state", [State.INTAKE_REFUSED, State.REFUSED, State.STOPPED, State.WAIT_SUPPLEMENT])
def test_the_database_itself_refuses_a_refusal_or_pause_without_reason(world: World, state: State, phrase: str):
    dossier = in_state(world, state)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE dossiers_dossier SET reason_text = %s WHERE id = %s", [phrase, dossier.pk])
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE dossiers_dossier SET reason_code = '' WHERE id = %s", [dossier.pk])


@pytest.mark.parametrize("phrase", WORDLESS)
def test_the_database_itself_refuses_a_pause_row_without_reason(world: World, phrase: str):
    dossier = in_state(world, State.IN_PROCESS)

    with pytest.raises(IntegrityError), transaction.atomic():
        Pause.objects.create(
            dossier=dossier,
            state="STOPPED",
            reason_code="OTHER",
            reason_text=phrase,
            started_at=dossier.submitted_at,
        )


@pytest.mark.parametrize("phrase", WORDLESS)
def test_the_database_itself_refuses_a_new_dossier_refused_without_reason(world: World, phrase: str):
    dossier = in_state(world, State.REFUSED)
    columns = [field.column for field in Dossier._meta.concrete_fields]
    changed = {"id": "gen_random_uuid()", "code": "code || '1'", "idempotency_key": "'other'", "reason_text": "%s"}
    values = ", ".join(changed.get(name, name) for name in columns)

    sql = f"INSERT INTO dossiers_dossier ({', '.join(columns)}) SELECT {values} FROM dossiers_dossier WHERE id = %s"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [phrase, dossier.pk])


@pytest.mark.parametrize(
    ("state", "verb"),
    [(State.INTAKE_REFUSED, "refuse_intake"), (State.REFUSED, "refuse"), (State.WAIT_SUPPLEMENT, "ask_supplement")],
)
def test_the_applicant_reads_the_reason_and_is_told_by_sms(world: World, state: State, verb: str):
    dossier = in_state(world, state)

    reactions.drain_all()

    detail = queries.detail(world.citizen, dossier.pk)
    assert detail.dossier.reason_text == TEXT
    assert [item.body.reason_text for item in events.of_dossier(dossier.pk) if hasattr(item.body, "reason_text")][
        -1
    ] == TEXT
    assert Message.objects.filter(template=EDGES[verb].notice).count() == 1
