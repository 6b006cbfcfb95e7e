"""Submission and look-up through the API (SUB-01, SUB-03, SUB-04, POR-02)."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.rules import State
from motcua.foundation import events
from tests.domain.dossiers.ways import STORED, in_state
from tests.domain.dossiers.world import CHARGED, FREE, PDF, World, applicant, small_world
from tests.faces.api.client import ApiClient

SUBMISSIONS, CLIENTS = 1_000, 16


def body_of(world: World, client: ApiClient, procedure: str = CHARGED, seed: int = 1) -> dict[str, Any]:
    """A complete application as a client sends it, its files uploaded before."""
    prepared = world.submission(procedure, seed=seed)
    components = [
        {"component": code, "files": [client.upload("giấy tờ.pdf", PDF).json()["id"]]} for code, _id in prepared.files
    ]
    return {
        "service": world.service(procedure),
        "locality": world.commune.code,
        "form": prepared.form,
        "components": components,
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("SUB-01")
def test_a_thousand_submissions_at_once_get_a_thousand_codes_found_at_once():
    world = small_world(FREE)
    client = ApiClient(world.citizen)
    body = body_of(world, client, FREE)
    anybody = ApiClient(None)

    def submit(number: int) -> tuple[int, str, int, float]:
        try:
            answer = client.post("/dossiers", body, Idempotency_Key=f"khoa-so-{number:05d}")
            code, began = answer.json()["code"], time.monotonic()
            found = anybody.get(f"/lookup/{code}") if number % 20 == 0 else None
            state = found.json()["state"] if found else "SUBMITTED"
            return answer.status_code, code, state == "SUBMITTED", time.monotonic() - began
        finally:
            if number >= SUBMISSIONS - CLIENTS:
                connection.close()

    with ThreadPoolExecutor(CLIENTS, initializer=connection.ensure_connection) as pool:
        answers = list(pool.map(submit, range(SUBMISSIONS)))
        list(pool.map(lambda _n: connection.close(), range(CLIENTS * 4)))

    assert {status for status, *_rest in answers} == {201}
    assert len({code for _status, code, *_rest in answers}) == SUBMISSIONS == Dossier.objects.count()
    assert all(found for *_rest, found, _seconds in answers)
    assert max(seconds for *_rest, seconds in answers) < 1
    single = client.post("/dossiers", body, Idempotency_Key="khoa-cuoi-cung").json()["code"]
    assert anybody.get(f"/lookup/{single}").json()["state"] == "SUBMITTED"


@pytest.mark.requirement("SUB-03")
def test_the_same_key_gives_the_same_code_and_another_body_under_it_409(world: World):
    client = ApiClient(world.citizen)
    body = body_of(world, client)

    first = client.post("/dossiers", body, Idempotency_Key="khoa-thu-1")
    again = client.post("/dossiers", body, Idempotency_Key="khoa-thu-1")
    other = client.post("/dossiers", {**body, "locality": world.other_commune.code}, Idempotency_Key="khoa-thu-1")
    longer = client.post("/dossiers", body_of(world, client, seed=2), Idempotency_Key="khoa-thu-1")

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["code"] == again.json()["code"] == Dossier.objects.get().code
    for refused in (other, longer):
        assert (refused.status_code, refused.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")
    told = [item.body.type_name for item in events.of_dossier(Dossier.objects.get().pk)]
    assert told.count("dossier.submitted") == 1


@pytest.mark.parametrize("key", [None, "", "ngan", "x" * 81])
def test_a_submission_without_a_proper_key_is_refused(world: World, key: str | None):
    client = ApiClient(world.citizen)
    headers = {} if key is None else {"Idempotency_Key": key}

    answer = client.post("/dossiers", body_of(world, client), **headers)

    assert answer.status_code == 422
    assert Dossier.objects.count() == 0


@pytest.mark.requirement("SUB-04")
def test_a_level_1_token_is_refused_with_guidance_and_a_level_2_token_is_not(world: World):
    low, high = applicant("Lê Văn Một", level=1), applicant("Lê Văn Hai", level=2)

    refused = ApiClient(low).post("/dossiers", body_of(world, ApiClient(low)), Idempotency_Key="khoa-thu-1")
    taken = ApiClient(high).post("/dossiers", body_of(world, ApiClient(high)), Idempotency_Key="khoa-thu-1")

    assert (refused.status_code, refused.json()["code"]) == (403, "LEVEL_TOO_LOW")
    assert refused.json()["details"]["minimum"] == 2
    assert "mức độ" in refused.json()["detail"]
    assert "bộ phận một cửa" in refused.json()["detail"]
    assert taken.status_code == 201
    assert [item.owner_name for item in Dossier.objects.all()] == ["Lê Văn Hai"]


def test_without_a_credential_nothing_is_taken(world: World):
    body = body_of(world, ApiClient(world.citizen))

    for client in (ApiClient(None), ApiClient(None, secret="motcua_wrong"), ApiClient(None, secret="x")):
        answer = client.post("/dossiers", body, Idempotency_Key="khoa-thu-1")
        assert (answer.status_code, answer.json()["code"]) == (401, "NOT_SIGNED_IN")


@pytest.mark.parametrize("state", STORED)
def test_anybody_with_the_code_sees_state_unit_due_date_and_history_and_nothing_personal(world: World, state: State):
    dossier = in_state(world, state)

    answer = ApiClient(None).get(f"/lookup/{dossier.code.lower()}")

    shown = answer.json()
    assert answer.status_code == 200
    assert (shown["state"], shown["national_number"]) == (state, dossier.national_number)
    assert shown["unit_name"] in {world.desk.name, world.commune.name}
    assert (shown["due_at"] is None) == (dossier.due_at is None)
    trace = [item for item in events.of_dossier(dossier.pk) if item.aggregate_id == dossier.pk]
    assert [step["type"] for step in shown["steps"]] == [item.body.type_name for item in trace]
    assert [step["occurred_at"] for step in shown["steps"]] == sorted(step["occurred_at"] for step in shown["steps"])
    text = answer.content.decode()
    for personal in (dossier.owner_name, dossier.contact_phone, str(dossier.owner_party_id), *_answers(dossier)):
        assert personal not in text


def _answers(dossier: Dossier) -> list[str]:
    return [value for value in dossier.form.values() if isinstance(value, str) and len(value) > 8]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("H26.900.004.01-260604-019999", 404),
        ("H42.012.05-260604-010001", 404),
        ("000.00.26.H26-230115-0007", 404),
        ("H26", 422),
        ("H26.900.004.01-261332-010001", 422),
        ("'; DROP TABLE dossiers_dossier; --", 422),
        ("<script>alert(1)</script>"[:8], 422),
        ("%00", 422),
        ("h26 900 004", 422),
    ],
)
def test_an_unknown_code_is_404_and_a_malformed_one_422_with_words(world: World, code: str, status: int):
    world.submitted()

    answer = ApiClient(None).get(f"/lookup/{code}")

    assert answer.status_code == status
    assert answer.json()["title"]
    assert answer.json()["field"] == "code"
    assert "Traceback" not in answer.content.decode()
