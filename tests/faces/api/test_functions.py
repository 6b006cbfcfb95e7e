"""Tokens, catalogue, health and the brake on look-ups."""

from __future__ import annotations

from datetime import timedelta

import pytest

from motcua.domain.catalogue import searching
from motcua.domain.dossiers.rules import State
from motcua.domain.people.models import AccessToken
from motcua.domain.people.tokens import issue_token
from motcua.faces import rate_limit
from motcua.faces.api import health
from motcua.foundation import clock, policies
from motcua.foundation.actor import Actor
from motcua.foundation.functions import SWITCHES, Function
from tests.domain.dossiers.ways import act, in_state
from tests.domain.dossiers.world import FREE, World
from tests.faces.api.client import ApiClient


def _set(key: str, value: object) -> None:
    policies.set_value(key, value, actor=Actor.job("test"), reason="thử nghiệm")
    health.forget()


@pytest.fixture(autouse=True)
def partners_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two partners' probes are tried with the real simulators in the journeys; here they answer."""
    health.forget()
    rate_limit.forget()
    searching.forget()
    monkeypatch.setitem(health.PROBES, Function.LOG_IN, lambda: None)
    monkeypatch.setitem(health.PROBES, Function.PAY, lambda: None)


def test_health_names_seven_functions_each_with_its_time(world: World):
    answer = ApiClient(None).get("/health")

    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    functions = answer.json()["functions"]
    assert [item["function"] for item in functions] == [item.value for item in Function]
    assert all(item["works"] and item["checked_at"] and item["name"] for item in functions)


@pytest.mark.parametrize("function", list(Function))
def test_a_function_switched_off_is_named_alone_and_refuses_its_work(world: World, function: Function):
    to_receive, to_start, to_return = world.submitted(FREE), in_state(world, State.RECEIVED), world.resolved()
    body = _submission(world)
    _set(SWITCHES[function].key, False)

    answer = ApiClient(None).get("/health")

    assert (answer.status_code, answer.json()["status"]) == (503, "failed")
    failed = [(item["function"], item["cause"]) for item in answer.json()["functions"] if not item["works"]]
    assert failed == [(function.value, "FUNCTION_OFF")]
    done = {
        Function.SUBMIT: ApiClient(world.citizen).post("/dossiers", body, Idempotency_Key="khoa-thu-1"),
        Function.LOOK_UP: ApiClient(None).get(f"/lookup/{to_start.code}"),
        Function.RECEIVE: ApiClient(world.reception).post(f"/dossiers/{to_receive.pk}/receive", {}),
        Function.PROCESS: ApiClient(world.processor).post(f"/dossiers/{to_start.pk}/start", {}),
        Function.RETURN: ApiClient(world.returner).post(f"/dossiers/{to_return.pk}/return", {"method": "ONLINE"}),
    }
    for name, result in done.items():
        assert result.status_code == (503 if name is function else 201 if name is Function.SUBMIT else 200), name
        if name is function:
            assert (result.json()["code"], result.json()["details"]) == ("FUNCTION_OFF", {"function": function.value})


def _submission(world: World) -> dict:
    prepared = world.submission(FREE)
    return {
        "service": prepared.service_code,
        "locality": world.commune.code,
        "form": dict(prepared.form),
        "components": [{"component": code, "files": [str(file_id)]} for code, file_id in prepared.files],
    }


@pytest.mark.parametrize("function", list(Function))
def test_a_probe_that_fails_is_named_alone(world: World, function: Function, monkeypatch: pytest.MonkeyPatch):
    def broken() -> None:
        raise RuntimeError("gone")

    monkeypatch.setitem(health.PROBES, function, broken)

    functions = ApiClient(None).get("/health").json()["functions"]

    assert [(item["function"], item["cause"]) for item in functions if not item["works"]] == [
        (function.value, "INTERNAL_ERROR")
    ]
    assert "gone" not in str(functions)


def test_without_services_submission_is_said_not_to_work(db):
    failed = [item["function"] for item in ApiClient(None).get("/health").json()["functions"] if not item["works"]]

    assert failed == ["submit"]


def test_a_token_is_made_seen_used_and_ended_by_its_owner_only(world: World):
    client = ApiClient(world.citizen)

    made = client.post("/tokens", {"label": "Điện thoại", "days": 3})
    assert made.status_code == 201
    other = ApiClient(None, secret=made.json()["secret"])
    assert other.get("/dossiers").status_code == 200
    listed = client.get("/tokens")
    assert made.json()["id"] in [item["id"] for item in listed.json()]
    assert made.json()["secret"] not in listed.content.decode()
    assert ApiClient(world.neighbour).delete(f"/tokens/{made.json()['id']}").status_code == 404
    assert client.delete(f"/tokens/{made.json()['id']}").status_code == 204
    assert client.delete(f"/tokens/{made.json()['id']}").status_code == 409
    assert other.get("/dossiers").status_code == 401
    assert made.json()["id"] not in [item["id"] for item in client.get("/tokens").json()]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"label": ""},
        {"label": "a", "days": 0},
        {"label": "a", "days": 9999},
        {"label": "a", "x": 1},
        {"label": "\0"},
    ],
)
def test_a_token_needs_a_name_and_a_time_within_the_policy(world: World, body: dict):
    client = ApiClient(world.citizen)
    before = AccessToken.objects.count()

    assert client.post("/tokens", body).status_code == 422
    assert AccessToken.objects.count() == before


def test_an_old_token_is_worth_nothing(world: World):
    secret = issue_token(world.citizen, label="cũ", days=1).secret
    client = ApiClient(None, secret=secret)
    assert client.get("/dossiers").status_code == 200

    with clock.travel(clock.now() + timedelta(days=1, seconds=1)):
        assert client.get("/dossiers").status_code == 401


def test_services_are_found_in_everyday_words_and_read_whole(world: World):
    anybody = ApiClient(None)

    found = anybody.get("/services", q="giay xac nhan doc than")
    assert found.status_code == 200
    assert found.json()[0]["code"] == FREE
    assert found.json()[0]["services"] == [world.service(FREE)]
    service = anybody.get(f"/services/{world.service(FREE)}").json()
    assert service["takes_submissions"] is True
    assert service["definition"]["time_limit"] == {"amount": 3}
    assert service["definition"]["components"]
    assert anybody.get("/services/9.999999.01").status_code == 404
    assert anybody.get("/services/abc").status_code == 422
    assert anybody.get("/services").status_code == 422
    assert anybody.get("/services", q="'; DROP TABLE x; --").json() == []
    assert anybody.get("/services", q="x" * 201).status_code == 422


def test_too_many_lookups_without_sign_in_are_braked_by_policy(world: World):
    code = world.submitted(FREE).code
    _set("lookup.anonymous_per_minute", 3)
    anybody = ApiClient(None)

    answers = [anybody.get(f"/lookup/{code}") for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].json()["code"] == "TOO_MANY_REQUESTS"
    _set("lookup.anonymous_per_minute", 0)
    assert anybody.get(f"/lookup/{code}").status_code == 200


def test_papers_are_downloaded_through_the_api(world: World):
    client, dossier = ApiClient(world.citizen), world.submitted(FREE)

    early = client.get(f"/dossiers/{dossier.pk}/papers/slip")
    assert (early.status_code, early.json()["code"]) == (409, "NOT_RECEIVED")
    act(world, "receive", dossier)
    for paper in ("acknowledgement", "slip"):
        answer = client.get(f"/dossiers/{dossier.pk}/papers/{paper}")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert answer.content.startswith(b"%PDF")
        assert ApiClient(world.neighbour).get(f"/dossiers/{dossier.pk}/papers/{paper}").status_code == 404
    assert client.get(f"/dossiers/{dossier.pk}/papers/refusal").status_code == 409
    assert client.get(f"/dossiers/{dossier.pk}/papers/x").status_code == 404


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", '{"form": NaN}', '"\\ud800"', '{"service": "\\u0000"}', '{"x": 1e999}', b"\xff\xfe"],
)
def test_a_body_that_is_no_submission_is_refused_not_crashed(world: World, body: object):
    answer = ApiClient(world.citizen).post("/dossiers", body, Idempotency_Key="khoa-thu-1")

    assert answer.status_code in {400, 422}, answer.content
    assert answer.json()["code"]


@pytest.mark.parametrize("value", ["\u0000", "a\ud800", float("nan"), float("inf"), {"\u0000": 1}, [["\u0000"]]])
def test_what_no_database_can_hold_is_refused_wherever_it_stands(world: World, value: object):
    body = {**_submission(world), "form": {"applicant_name": value}}

    answer = ApiClient(world.citizen).post("/dossiers", body, Idempotency_Key="khoa-thu-1")

    assert answer.status_code in {400, 422}, answer.content
