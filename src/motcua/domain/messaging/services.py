"""Commands: ask for a message, hand due ones to the gateway, learn what the gateway made of them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from motcua.domain.messaging import gateway, policies
from motcua.domain.messaging.gateway import MOST_IN_ONE_QUESTION, Tried
from motcua.domain.messaging.models import Attempt, Message
from motcua.domain.messaging.rules import (
    FINAL,
    Cause,
    Fact,
    State,
    Unsendable,
    compose,
    expires_at,
    next_state,
    poll_wait,
    retry_wait,
    segments,
)
from motcua.domain.messaging.templates import templates
from motcua.foundation import clock, outbound
from motcua.foundation.errors import Invalid
from motcua.foundation.identifiers import normalise_phone, receives_sms

CIRCUIT_PAUSE: Final = timedelta(seconds=5)
_VIETNAM_PREFIX: Final = "84"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a message is about: an opaque reference, its searchable code, the unit whose business it is."""

    kind: str
    id: str
    code: str
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class SmsOrder:
    """One message to ask for. `phone` as the person wrote it, or None; `dedup_key` names the event, 160 characters."""

    template: str
    phone: str | None
    subject: Subject
    dedup_key: str
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])


def request_sms(orders: Sequence[SmsOrder]) -> None:
    """Puts messages into the queue within the caller's transaction: one statement, no outside call (SMS-01, SMS-05).

    - One dedup key, one message: asked for again, nothing happens.
    - A missing, malformed, foreign or landline number gives a message in state INVALID_NUMBER (SMS-09), a text that
      cannot be made one in state REFUSED; neither stops the act that asked.
    - KeyError for a template that no room declared.
    """
    now = clock.now()
    Message.objects.bulk_create([_message(order, now) for order in orders], ignore_conflicts=True)


def _message(order: SmsOrder, now: datetime) -> Message:
    template = templates[order.template]
    valid = timedelta(hours=template.valid_hours or policies.VALID_HOURS.get())
    message = Message(
        dedup_key=order.dedup_key,
        template=template.key,
        template_version=template.version,
        recipient=_mobile(order.phone),
        text="",
        segments=0,
        subject_kind=order.subject.kind,
        subject_id=order.subject.id,
        subject_code=order.subject.code,
        unit_id=order.subject.unit_id,
        requested_at=now,
        expires_at=expires_at(now, valid),
        due_at=now,
    )
    try:
        message.text = compose(template, order.parameters, policies.MAX_SEGMENTS.get())
        message.segments = segments(message.text)
    except Unsendable as fault:
        return _born_final(message, Fact.REFUSED, Cause.TEXT, fault.code)
    return message if message.recipient else _born_final(message, Fact.NUMBER_REFUSED, Cause.NUMBER, "")


def _mobile(written: str | None) -> str:
    """The number in the gateway's form, empty if a Vietnamese gateway cannot reach it."""
    try:
        phone = normalise_phone(written or "")
    except Invalid:
        return ""
    return phone if phone.startswith(_VIETNAM_PREFIX) and receives_sms(phone) else ""


def _born_final(message: Message, fact: Fact, cause: Cause, code: str) -> Message:
    message.state = next_state(State.REQUESTED, fact).value
    message.cause, message.provider_code = cause.value, code
    message.due_at, message.ended_at = None, message.requested_at
    return message


_CLAIM = """
UPDATE messaging_message AS m SET leased_until = %(until)s
FROM (
    SELECT id FROM messaging_message
    WHERE state = %(state)s AND due_at <= %(now)s AND (leased_until IS NULL OR leased_until < %(now)s)
    ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) AS due
WHERE m.id = due.id RETURNING m.id
"""


def _claim(state: State, limit: int, calls: int) -> list[Message]:
    """Leases due messages to this worker for the time of `calls`; two workers never get the same one. Commits."""
    now = clock.now()
    limits = policies.GATEWAY.limits()
    lease = timedelta(seconds=60 + calls * limits.attempts * (limits.total_seconds + limits.backoff_max_seconds))
    with transaction.atomic():
        with connection.cursor() as cursor:
            values = {"state": state.value, "now": now, "until": now + lease, "limit": limit}
            cursor.execute(_CLAIM, values)
            ids = [row[0] for row in cursor.fetchall()]
        return list(Message.objects.filter(pk__in=ids).order_by("due_at", "pk"))


def send_due(limit: int = 10) -> int:
    """Hands due messages to the gateway, one after the other; returns how many were tried or ended.

    - No database transaction is open during the call; what came of it is written in one of its own.
    - A worker that dies after the call leaves a lease that runs out: the message is tried again under the same id,
      which the gateway delivers once (SMS-03).
    - A message past its time is not sent (SMS-05).
    - While the gateway is left alone after repeated failures, one message at a time serves as the probe.
    """
    size = 1 if outbound.circuit_is_open(gateway.partner()) else limit
    return sum(_handle(message) for message in _claim(State.REQUESTED, size, calls=2 * size))


def _handle(message: Message) -> bool:
    if message.expires_at <= clock.now():
        _give_up(message, Fact.TOO_LATE, Cause.EXPIRY, "")
        return True
    return _try(message)


def _try(message: Message) -> bool:
    """One try and its record; False if nothing was tried."""
    started_at, started = clock.now(), time.monotonic()
    tried = gateway.send(message.request_id, message.recipient, message.text)
    if not tried.sent:
        _release(message)
        return False
    number = message.tries + 1
    attempt = Attempt(
        message_id=message.pk,
        number=number,
        started_at=started_at,
        duration_ms=round((time.monotonic() - started) * 1000),
        accepted=tried.fact is Fact.ACCEPTED,
        cause=tried.cause.value,
        provider_code=tried.provider_code,
    )
    if _record(message, attempt, tried) and tried.fact is None and number >= policies.MAX_TRIES.get():
        _give_up(message, Fact.TRIES_USED_UP, tried.cause, tried.provider_code)
    return True


def _release(message: Message) -> None:
    """Puts a message back that was not tried, because the gateway is being left alone."""
    due = clock.now() + CIRCUIT_PAUSE
    _leased(message).update(due_at=due, leased_until=None)


def _leased(message: Message) -> QuerySet[Message]:
    """The message, if this worker still has it."""
    return Message.objects.filter(pk=message.pk, state=message.state, leased_until=message.leased_until)


@transaction.atomic
def _record(message: Message, attempt: Attempt, tried: Tried) -> bool:
    """Writes a try and what it settles; False if another worker has taken the message over meanwhile."""
    current = _leased(message).select_for_update().first()
    if current is None:
        return False
    attempt.save(force_insert=True)
    current.tries = message.tries = attempt.number
    current.perhaps_taken = message.perhaps_taken = current.perhaps_taken or tried.perhaps_taken
    if tried.fact is None:
        current.cause, current.provider_code = tried.cause.value, tried.provider_code
        current.due_at = min(clock.now() + _wait_after(attempt.number), current.expires_at)
        if attempt.number < policies.MAX_TRIES.get():
            current.leased_until = None
    else:
        _settle(current, tried.fact, tried.cause, tried.provider_code)
    current.save()
    return True


def _wait_after(tries: int) -> timedelta:
    first = timedelta(seconds=policies.FIRST_RETRY_SECONDS.get())
    return retry_wait(tries, first, timedelta(seconds=policies.LONGEST_RETRY_SECONDS.get()))


def _settle(message: Message, fact: Fact, cause: Cause, code: str) -> None:
    """Moves a message that was tried to its next state; the caller holds the row and saves it."""
    now = clock.now()
    state = next_state(State(message.state), fact)
    message.state, message.leased_until = state.value, None
    message.cause, message.provider_code = cause.value, code
    if state is State.ACCEPTED:
        message.accepted_at = now
    message.due_at, message.ended_at = (None, now) if state in FINAL else (now, None)


def _give_up(message: Message, fact: Fact, cause: Cause, code: str) -> None:
    """Ends a message; asks first where a try without answer may have reached the gateway (F-61)."""
    if message.perhaps_taken:
        known = gateway.states([message.request_id])
        if known and message.request_id in known:
            fact, cause, code = Fact.ACCEPTED, Cause.NONE, ""
    with transaction.atomic():
        current = _leased(message).select_for_update().first()
        if current is not None:
            _settle(current, fact, cause, code)
            current.save()


def poll_processed(limit: int = MOST_IN_ONE_QUESTION) -> int:
    """Asks the gateway which accepted messages it has processed; returns how many it was asked for (SMS-02).

    Those that it has not are asked for again, ever less often. Set by set: one statement each way.
    """
    claimed = _claim(State.ACCEPTED, min(limit, MOST_IN_ONE_QUESTION), calls=1)
    if not claimed:
        return 0
    known = gateway.states([message.request_id for message in claimed]) or {}
    now = clock.now()
    longest = timedelta(minutes=policies.LONGEST_POLL_MINUTES.get())
    processed: dict[UUID, datetime] = {}
    waiting: dict[UUID, datetime] = {}
    for message in claimed:
        one = known.get(message.request_id)
        if one is not None and one.processed_at is not None:
            processed[message.pk] = one.processed_at
        else:
            waiting[message.pk] = now + poll_wait(now - (message.accepted_at or now), longest)
    state = next_state(State.ACCEPTED, Fact.PROCESSED).value
    held = {"now": now, "state": state, "lease": claimed[0].leased_until}
    with transaction.atomic(), connection.cursor() as cursor:
        for statement, moments in ((_PROCESSED, processed), (_ASK_AGAIN, waiting)):
            cursor.execute(statement, {**held, "ids": list(moments), "moments": list(moments.values())})
    return len(claimed)


_HELD = """
FROM unnest(%(ids)s::uuid[], %(moments)s::timestamptz[]) AS told(id, moment)
WHERE m.id = told.id AND m.state = 'ACCEPTED' AND m.leased_until = %(lease)s
"""
_PROCESSED = f"""
UPDATE messaging_message AS m
SET state = %(state)s, processed_at = told.moment, ended_at = %(now)s, due_at = NULL, leased_until = NULL {_HELD}
"""  # noqa: S608 - constants only
_ASK_AGAIN = f"UPDATE messaging_message AS m SET due_at = told.moment, leased_until = NULL {_HELD}"  # noqa: S608
