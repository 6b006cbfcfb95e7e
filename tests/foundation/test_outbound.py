"""Calls to outside systems: what they did is known, said and logged, and nothing is repeated that must not be."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction

from motcua.foundation import outbound
from motcua.foundation.breaker import Breaker
from motcua.foundation.correlation import correlated
from motcua.foundation.models import OutboundAttempt
from motcua.foundation.outbound import Answer, Cause, Limits, Outcome, Partner, Request, call, json_request
from tests.foundation.partner_server import PartnerServer, answer, drip, drop, hang, partner_server, raw

pytestmark = pytest.mark.django_db

QUICK = Limits(
    connect_seconds=0.5,
    read_seconds=0.3,
    total_seconds=0.8,
    attempts=3,
    backoff_seconds=0.001,
    backoff_max_seconds=0.002,
    breaker_failures=50,
    breaker_open_seconds=30,
)
OK = answer()


@pytest.fixture
def server() -> Generator[PartnerServer]:
    outbound.forget_partners()
    with partner_server() as running:
        yield running


def partner(server: PartnerServer, **limits: Any) -> Partner:
    return Partner("bank", server.url, replace(QUICK, **limits))


def request(*, idempotent: bool = True, path: str = "/v1/orders/SECRET-REFERENCE") -> Request:
    return json_request(
        "POST", path, {"name": "Nguyễn Văn An"}, purpose="order.create", subject=("payment", "7"), idempotent=idempotent
    )


def causes() -> list[tuple[str, str, int | None]]:
    return list(OutboundAttempt.objects.order_by("id").values_list("outcome", "cause", "http_status"))


def test_a_good_answer_is_done(server: PartnerServer) -> None:
    server.script = [answer(201, b'{"id": 1}', "Content-Type: application/json\r\n")]

    result = call(partner(server), request())

    assert (result.outcome, result.cause, result.status) == (Outcome.DONE, Cause.NONE, 201)
    assert result.answer is not None
    assert result.answer.json() == {"id": 1}


def test_every_attempt_is_logged_without_address_body_or_person(server: PartnerServer) -> None:
    server.script = [answer(503), OK]

    with correlated("7KQ2-M9XA-4TDP"):
        call(partner(server), request())

    rows = list(OutboundAttempt.objects.order_by("id"))
    assert [(row.number, row.outcome, row.cause, row.http_status) for row in rows] == [
        (1, "failed", "RESPONSE", 503),
        (2, "done", "", 200),
    ]
    assert {(row.partner, row.purpose, row.subject_kind, row.subject_id) for row in rows} == {
        ("bank", "order.create", "payment", "7")
    }
    assert {row.correlation_id for row in rows} == {"7KQ2-M9XA-4TDP"}
    assert all(row.started_at is not None and row.duration_ms >= 0 for row in rows)
    stored = " ".join(str(value) for row in OutboundAttempt.objects.values() for value in row.values())
    assert "SECRET" not in stored
    assert "Nguy" not in stored


def test_the_partner_gets_the_correlation_id_and_the_exact_bytes(server: PartnerServer) -> None:
    server.script = [OK]

    with correlated("7KQ2-M9XA-4TDP"):
        call(partner(server), request())

    head, _, body = server.received[0].partition(b"\r\n\r\n")
    assert b"X-Correlation-Id: 7KQ2-M9XA-4TDP" in head
    assert head.startswith(b"POST /v1/orders/SECRET-REFERENCE HTTP/1.1")
    assert body.decode() == '{"name":"Nguyễn Văn An"}'


def test_all_attempts_of_a_call_outside_any_request_share_one_new_correlation_id(server: PartnerServer) -> None:
    server.script = [drop, OK]

    call(partner(server), request())

    identifiers = set(OutboundAttempt.objects.values_list("correlation_id", flat=True))
    assert len(identifiers) == 1
    assert identifiers != {""}


@pytest.mark.parametrize(
    ("behaviour", "outcome", "cause"),
    [
        (hang(1), Outcome.UNKNOWN, Cause.TIMEOUT),
        (drop, Outcome.UNKNOWN, Cause.CONNECTION_LOST),
        (raw(b"SSH-2.0-OpenSSH\r\n\r\n"), Outcome.UNKNOWN, Cause.CONNECTION_LOST),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"), Outcome.UNKNOWN, Cause.CONNECTION_LOST),
        (answer(200, b"not gzip at all", "Content-Encoding: gzip\r\n"), Outcome.UNKNOWN, Cause.RESPONSE),
        (answer(500), Outcome.UNKNOWN, Cause.RESPONSE),
        (answer(502), Outcome.UNKNOWN, Cause.RESPONSE),
        (answer(503), Outcome.FAILED, Cause.RESPONSE),
        (answer(429), Outcome.FAILED, Cause.RESPONSE),
        (answer(409), Outcome.FAILED, Cause.RESPONSE),
        (answer(302, b"", "Location: http://127.0.0.1:1/\r\n"), Outcome.FAILED, Cause.RESPONSE),
    ],
)
def test_what_goes_wrong_is_named_and_its_effect_judged(
    server: PartnerServer, behaviour: Any, outcome: Outcome, cause: Cause
) -> None:
    server.script = [behaviour]

    result = call(partner(server), request(idempotent=False))

    assert (result.outcome, result.cause) == (outcome, cause)
    assert len(server.received) == 1


def test_a_partner_nobody_answers_for_has_certainly_done_nothing() -> None:
    outbound.forget_partners()

    result = call(Partner("bank", "http://127.0.0.1:1", QUICK), request())

    assert (result.outcome, result.cause) == (Outcome.FAILED, Cause.CONNECT)
    assert causes() == [("failed", "CONNECT", None)] * 3


def test_a_partner_without_tls_where_tls_is_due_is_refused(server: PartnerServer) -> None:
    server.script = [OK]

    result = call(Partner("bank", server.url.replace("http:", "https:"), QUICK), request(idempotent=False))

    assert result.outcome is Outcome.FAILED
    assert result.cause in (Cause.TLS, Cause.CONNECT)
    assert server.received == []


@pytest.mark.parametrize(
    "slow",
    [
        drip(b"H", 40, 0.1),
        drip(b"HTTP/1.1 200 OK\r\nX-Padding: x\r\n", 40, 0.1),
        lambda connection: (
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n"),
            drip(b"x", 40, 0.1)(connection),
        ),
    ],
)
def test_a_partner_that_drips_is_cut_off_at_the_end_of_the_whole_time(server: PartnerServer, slow: Any) -> None:
    server.script = [slow]

    started = time.monotonic()
    result = call(partner(server), request(idempotent=False))

    assert (result.outcome, result.cause) == (Outcome.UNKNOWN, Cause.TIMEOUT)
    assert time.monotonic() - started < 2


def test_an_endless_answer_is_not_read_to_its_end(server: PartnerServer) -> None:
    server.script = [answer(200, b"x" * 100_000)]

    result = call(partner(server, answer_bytes=10_000), request(idempotent=False))

    assert (result.outcome, result.cause) == (Outcome.UNKNOWN, Cause.RESPONSE)


def test_an_idempotent_call_is_repeated_until_it_succeeds(server: PartnerServer) -> None:
    server.script = [hang(1), answer(500), OK]

    assert call(partner(server), request()).outcome is Outcome.DONE
    assert [cause for _, cause, _ in causes()] == ["TIMEOUT", "RESPONSE", ""]


def test_a_call_that_is_not_idempotent_is_never_repeated(server: PartnerServer) -> None:
    server.script = [drop, OK]

    assert call(partner(server), request(idempotent=False)).outcome is Outcome.UNKNOWN
    assert len(server.received) == 1


def test_a_refusal_is_not_repeated(server: PartnerServer) -> None:
    server.script = [answer(422), OK]

    result = call(partner(server), request())

    assert (result.outcome, result.status) == (Outcome.FAILED, 422)
    assert len(server.received) == 1


def test_repetition_ends_at_the_number_of_attempts(server: PartnerServer) -> None:
    server.script = [answer(503)] * 5

    assert call(partner(server), request()).status == 503
    assert len(server.received) == 3


def test_an_attempt_that_may_have_arrived_is_not_forgotten(server: PartnerServer) -> None:
    server.script = [hang(1), answer(503), answer(503)]

    result = call(partner(server), request())

    assert (result.outcome, result.status) == (Outcome.UNKNOWN, 503)


def test_a_definite_refusal_after_an_unknown_attempt_counts(server: PartnerServer) -> None:
    server.script = [drop, answer(409)]

    assert call(partner(server), request()).outcome is Outcome.FAILED


def test_the_caller_judges_the_answer_and_a_garbled_one_is_unknown(server: PartnerServer) -> None:
    def judge(received: Answer) -> Outcome:
        return Outcome.DONE if received.json()["error"] == "0" else Outcome.FAILED

    server.script = [answer(200, b'{"error": "0"}'), answer(200, b'{"error": "7"}')]
    assert call(partner(server), request(), judge).outcome is Outcome.DONE
    assert call(partner(server), request(), judge).outcome is Outcome.FAILED

    for garbled in (b"", b"<html>", b"{}", b"[]", b"\xff"):
        server.script = [answer(200, garbled)]
        result = call(partner(server), request(idempotent=False), judge)
        assert (result.outcome, result.cause) == (Outcome.UNKNOWN, Cause.RESPONSE)


def test_a_failing_partner_is_left_alone_and_then_probed_once(server: PartnerServer) -> None:
    now = [0.0]
    outbound._breakers["bank"] = Breaker("bank", timer=lambda: now[0])
    broken = partner(server, breaker_failures=2, attempts=1, breaker_open_seconds=30)
    server.script = [drop, drop, drop, OK, OK]

    assert [call(broken, request()).cause for _ in range(4)] == [
        Cause.CONNECTION_LOST,
        Cause.CONNECTION_LOST,
        Cause.CIRCUIT_OPEN,
        Cause.CIRCUIT_OPEN,
    ]
    assert outbound.circuit_is_open(broken)
    now[0] += 30
    assert [call(broken, request()).cause for _ in range(2)] == [Cause.CONNECTION_LOST, Cause.CIRCUIT_OPEN]
    now[0] += 30
    assert [call(broken, request()).outcome for _ in range(2)] == [Outcome.DONE, Outcome.DONE]
    assert not outbound.circuit_is_open(broken)
    assert len(server.received) == 5


def test_a_circuit_that_opens_between_attempts_leaves_the_call_unknown(server: PartnerServer) -> None:
    server.script = [drop, OK]

    result = call(partner(server, breaker_failures=1), request())

    assert (result.outcome, result.cause) == (Outcome.UNKNOWN, Cause.CIRCUIT_OPEN)


def test_the_circuit_of_one_partner_is_not_anothers(server: PartnerServer) -> None:
    server.script = [drop, OK]
    call(partner(server, breaker_failures=1, attempts=1), request())

    assert call(replace(partner(server), name="sms"), request()).outcome is Outcome.DONE


def test_refusals_in_good_order_do_not_open_the_circuit(server: PartnerServer) -> None:
    strict = partner(server, breaker_failures=1, attempts=1)
    server.script = [answer(422), answer(404), OK]

    assert [call(strict, request()).status for _ in range(3)] == [422, 404, 200]


@pytest.mark.django_db(transaction=True)
def test_a_call_inside_a_database_transaction_is_refused(server: PartnerServer) -> None:
    server.script = [OK]

    with transaction.atomic(), pytest.raises(RuntimeError, match="transaction"):
        call(partner(server), request())

    assert server.received == []
    assert call(partner(server), request()).outcome is Outcome.DONE


def test_an_outcome_reaches_the_caller_even_if_it_cannot_be_logged(server: PartnerServer) -> None:
    server.script = [OK]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE foundation_outboundattempt ADD CONSTRAINT full_disk CHECK (false) NOT VALID")

    result = call(partner(server), request())

    assert result.outcome is Outcome.DONE
    transaction.set_rollback(True)
