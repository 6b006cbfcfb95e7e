"""Calls to outside systems over HTTP: bounded, judged, repeated only where that is safe, and logged.

An outside call has three outcomes: DONE, FAILED (it certainly had no effect) and UNKNOWN (it may have had one: ask
again, or reconcile). No call is made inside a database transaction: a slow partner would hold its locks, and a
rollback would not undo what the partner did.
"""

from __future__ import annotations

import json
import logging
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from typing import Any

import httpx
from django.db import DatabaseError, connections
from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_attempt, wait_random_exponential

from motcua.foundation import clock
from motcua.foundation.breaker import Breaker
from motcua.foundation.correlation import correlated, current_correlation_id
from motcua.foundation.deadline_transport import DeadlineTransport, deadline
from motcua.foundation.models import OutboundAttempt

logger = logging.getLogger("motcua.outbound")

CORRELATION_HEADER = "X-Correlation-Id"
_BUSY = frozenset({408, 425, 429, 503})  # the partner says that it did not take the request


class Outcome(StrEnum):
    """What is known of the effect at the partner."""

    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Cause(StrEnum):
    """Why a call is not DONE."""

    NONE = ""
    CONNECT = "CONNECT"  # nothing was sent
    TLS = "TLS"  # the partner's certificate or protocol was not accepted; nothing was sent
    TIMEOUT = "TIMEOUT"
    CONNECTION_LOST = "CONNECTION_LOST"
    RESPONSE = "RESPONSE"  # an answer that refuses, or that cannot be used
    CIRCUIT_OPEN = "CIRCUIT_OPEN"  # not tried: the partner keeps failing


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how often one partner is tried. Seconds; `total` bounds one attempt, not all of them."""

    connect_seconds: float = 3.0
    read_seconds: float = 10.0
    total_seconds: float = 15.0
    attempts: int = 3
    backoff_seconds: float = 0.3
    backoff_max_seconds: float = 5.0
    breaker_failures: int = 5
    breaker_open_seconds: float = 30.0
    answer_bytes: int = 5 * 1024 * 1024
    connections: int = 16


@dataclass(frozen=True, slots=True)
class Partner:
    """One outside system. `name` keys its circuit and its log; `trusted_ca` is a PEM file beside the usual CAs."""

    name: str
    base_url: str
    limits: Limits = field(default_factory=Limits)
    trusted_ca: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the partner sent back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON. ValueError if it is not (an empty body included)."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of a call over all its attempts; `answer` is the last one received."""

    outcome: Outcome
    cause: Cause = Cause.NONE
    answer: Answer | None = None

    @property
    def status(self) -> int | None:
        """HTTP status of the answer, None without one."""
        return self.answer.status if self.answer else None


@dataclass(frozen=True, slots=True)
class Request:
    """One call. `purpose` is a fixed word (`sms.send`), `subject` an opaque (kind, id): both are logged.

    `path` (with its query) is appended to the partner's base address and is never logged. `idempotent` says that the
    partner takes a repetition for the same request: only then is it repeated.
    """

    method: str
    path: str
    purpose: str
    subject: tuple[str, str]
    idempotent: bool
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Judge = Callable[[Answer], Outcome]


def json_request(
    method: str,
    path: str,
    body: object,
    *,
    purpose: str,
    subject: tuple[str, str],
    idempotent: bool,
    headers: Mapping[str, str] | None = None,
) -> Request:
    """A request whose content is `body` as UTF-8 JSON."""
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    sent = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    return Request(method, path, purpose, subject, idempotent, content, sent)


def judge_by_status(answer: Answer) -> Outcome:
    """2xx is done; 5xx but 503 leaves it unknown; anything else (redirects too) is a refusal."""
    if 200 <= answer.status < 300:
        return Outcome.DONE
    return Outcome.UNKNOWN if answer.status >= 500 and answer.status not in _BUSY else Outcome.FAILED


def call(partner: Partner, request: Request, judge: Judge = judge_by_status) -> Result:
    """Calls `partner` and says what came of it; no error of the network or the partner is raised.

    - `judge` reads the outcome from an answer; where it raises ValueError, KeyError or TypeError (an answer that is
      garbled, empty or lacks a field) the outcome is UNKNOWN with cause RESPONSE.
    - Idempotent requests are repeated with growing, jittered pauses; others are sent once.
    - While the partner's circuit is open nothing is sent: FAILED with cause CIRCUIT_OPEN.
    - An attempt that may have reached the partner is not forgotten because a later one did not: the call is UNKNOWN.
    - Every attempt is a row of OutboundAttempt: no address, body or personal data.

    RuntimeError inside an open database transaction.
    """
    _refuse_inside_transaction()
    limits = partner.limits
    retrying = Retrying(
        stop=stop_after_attempt(limits.attempts if request.idempotent else 1),
        wait=wait_random_exponential(multiplier=limits.backoff_seconds, max=limits.backoff_max_seconds),
        retry=retry_if_result(_worth_repeating),
        retry_error_callback=_last_result,
    )
    results: list[Result] = []

    def attempt() -> Result:
        results.append(_attempt(partner, request, judge, len(results) + 1))
        return results[-1]

    with correlated(current_correlation_id()):
        last = retrying(attempt)
    nothing_definite = last.outcome is Outcome.FAILED and (_worth_repeating(last) or last.cause is Cause.CIRCUIT_OPEN)
    if nothing_definite and any(result.outcome is Outcome.UNKNOWN for result in results):
        return replace(last, outcome=Outcome.UNKNOWN)
    return last


def circuit_is_open(partner: Partner) -> bool:
    """Whether this process leaves `partner` alone at present."""
    return _breaker(partner.name).is_open


def _attempt(partner: Partner, request: Request, judge: Judge, number: int) -> Result:
    """One try, through the circuit and into the log."""
    limits, breaker = partner.limits, _breaker(partner.name)
    if not breaker.admit(limits.breaker_open_seconds):
        return Result(Outcome.FAILED, Cause.CIRCUIT_OPEN)
    started_at, started = clock.now(), time.monotonic()
    healthy = False
    try:
        result = _exchange(partner, request, judge)
        healthy = _is_healthy(result)
    finally:
        breaker.record(healthy=healthy, failures=limits.breaker_failures, open_seconds=limits.breaker_open_seconds)
    row = OutboundAttempt(
        partner=partner.name,
        purpose=request.purpose,
        subject_kind=request.subject[0],
        subject_id=request.subject[1],
        number=number,
        started_at=started_at,
        duration_ms=round((time.monotonic() - started) * 1000),
        outcome=result.outcome.value,
        cause=result.cause.value,
        http_status=result.status,
        correlation_id=current_correlation_id() or "",
    )
    try:
        row.save(force_insert=True)
    except DatabaseError:
        # the partner has acted: what came of it must reach the caller even if it cannot be written down
        logger.exception("attempt at %s for %s not logged", partner.name, request.purpose)
    return result


def _exchange(partner: Partner, request: Request, judge: Judge) -> Result:
    try:
        answer = _send(partner, request)
    except _TooLarge:
        return Result(Outcome.UNKNOWN, Cause.RESPONSE)
    except httpx.ConnectError as error:
        return Result(Outcome.FAILED, Cause.TLS if _is_tls(error) else Cause.CONNECT)
    except (httpx.ConnectTimeout, httpx.PoolTimeout):
        return Result(Outcome.FAILED, Cause.CONNECT)
    except httpx.TimeoutException:
        return Result(Outcome.UNKNOWN, Cause.TIMEOUT)
    except httpx.TransportError:
        return Result(Outcome.UNKNOWN, Cause.CONNECTION_LOST)
    except httpx.DecodingError:
        return Result(Outcome.UNKNOWN, Cause.RESPONSE)
    try:
        outcome = judge(answer)
    except (ValueError, KeyError, TypeError):
        outcome = Outcome.UNKNOWN
    return Result(outcome, Cause.NONE if outcome is Outcome.DONE else Cause.RESPONSE, answer)


def _send(partner: Partner, request: Request) -> Answer:
    limits = partner.limits
    timeout = httpx.Timeout(limits.read_seconds, connect=limits.connect_seconds)
    headers = {**request.headers, CORRELATION_HEADER: current_correlation_id() or ""}
    url = partner.base_url.rstrip("/") + request.path
    client = _client(partner.name, partner.trusted_ca, limits.connections)
    with (
        deadline(limits.total_seconds),
        client.stream(request.method, url, content=request.content, headers=headers, timeout=timeout) as response,
    ):
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > limits.answer_bytes:
                raise _TooLarge
        return Answer(response.status_code, dict(response.headers), bytes(body))


class _TooLarge(Exception):
    """The answer passes the partner's limit."""


def _worth_repeating(result: Result) -> bool:
    return result.outcome is Outcome.UNKNOWN or (
        result.outcome is Outcome.FAILED and (result.cause is Cause.CONNECT or result.status in _BUSY)
    )


def _is_healthy(result: Result) -> bool:
    """A partner that refuses in good order is well; one that is silent, garbled or in error is not."""
    if result.outcome is Outcome.UNKNOWN or result.cause in (Cause.CONNECT, Cause.TLS):
        return False
    return result.status is not None and result.status < 500


def _last_result(state: RetryCallState) -> Result:
    assert state.outcome is not None  # noqa: S101 - tenacity calls this after an attempt
    return state.outcome.result()


def _is_tls(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _refuse_inside_transaction() -> None:
    for connection in connections.all(initialized_only=True):
        # the block that a test case wraps around everything is not a transaction of the product
        if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
            raise RuntimeError("an outside call inside a database transaction")


_lock = threading.Lock()
_breakers: dict[str, Breaker] = {}


def _breaker(name: str) -> Breaker:
    with _lock:
        return _breakers.setdefault(name, Breaker(name))


@cache
def _client(_name: str, trusted_ca: str | None, connections: int) -> httpx.Client:
    """One pool of connections per partner; threads share it."""
    context = ssl.create_default_context()
    if trusted_ca:
        context.load_verify_locations(trusted_ca)
    return httpx.Client(transport=DeadlineTransport(context, connections), follow_redirects=False, trust_env=False)


def forget_partners() -> None:
    """Closes every circuit and pool: for tests, and after a fork."""
    with _lock:
        _breakers.clear()
    _client.cache_clear()
