"""Notifications of a gateway: verified, stored, committed, acknowledged; applied afterwards by a pump (PAY-09)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from django.db import connection, transaction

from motcua.domain.payments import crediting, locks, transactions
from motcua.domain.payments.gateways import gateway
from motcua.domain.payments.gateways.base import (
    FailureNotice,
    Notification,
    NotificationMalformed,
    SignatureRefused,
    SignedRequest,
)
from motcua.domain.payments.models import Attempt, GatewayNotification, RejectedNotification
from motcua.domain.payments.rules import OPEN_ATTEMPTS, AttemptEvent
from motcua.foundation import clock, security
from motcua.foundation.actor import Actor
from motcua.foundation.reactions import backoff
from motcua.foundation.security_kinds import SecurityKind

logger = logging.getLogger("motcua.payments")
ACTOR = Actor.job("payments.notifications")
_LEASE = timedelta(seconds=60)


class Received(Enum):
    """What came of a request at the notification address; only STORED is acknowledged."""

    STORED = "STORED"
    UNSIGNED = "UNSIGNED"
    MALFORMED = "MALFORMED"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request was refused, for the counter."""

    outcome: Received
    cause: str


def receive(key: str, request: SignedRequest) -> Received:
    """Stores a signed notification durably; when this returns STORED it is committed and may be acknowledged.

    - A wrong signature, an old timestamp or an unknown merchant has no effect but a count per hour and cause.
    - A repeated notification is counted on its row. Another content under a known id is refused, never applied.
    - NotFound for an unknown gateway.
    """
    adapter = gateway(key)
    try:
        adapter.verify(request)
        told = adapter.read_notification(request.body)
        fresh = _store(key, told, request.body)
    except SignatureRefused as refused:
        return _refuse(key, Refusal(Received.UNSIGNED, str(refused)))
    except NotificationMalformed:
        return _refuse(key, Refusal(Received.MALFORMED, "MALFORMED"))
    return Received.STORED if fresh else _refuse(key, Refusal(Received.MALFORMED, "IDENTIFIER_REUSED"))


@transaction.atomic
def _store(key: str, told: Notification, body: bytes) -> bool:
    """Writes the row or counts the repetition; False if the id is known with another content."""
    now = clock.now()
    row, is_new = GatewayNotification.objects.get_or_create(
        gateway=key,
        notification_id=told.notification_id[:80],
        defaults={"body": body, "received_at": now, "due_at": now},
    )
    if is_new:
        return True
    if gateway(key).read_notification(bytes(row.body)) != told:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE payments_gatewaynotification SET times_received = times_received + 1 WHERE id = %s", [row.pk]
        )
    return True


def _refuse(key: str, refusal: Refusal) -> Received:
    """Counts a refused request: a security event that leaves no other trace."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    if refusal.outcome is Received.UNSIGNED:
        security.note(SecurityKind.FORGED_CALLBACK, f"payment.{refusal.cause.lower()}")
    logger.warning("notification refused at gateway %s: %s", key, refusal.cause)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO payments_rejectednotification AS known (gateway, hour, cause, count) VALUES (%s, %s, %s, 1) "
            "ON CONFLICT (gateway, hour, cause) DO UPDATE SET count = known.count + 1",
            [key, hour, refusal.cause],
        )
    return refusal.outcome


def rejected_count() -> int:
    """How many requests at the notification addresses were refused so far."""
    return sum(RejectedNotification.objects.values_list("count", flat=True))


def apply_due(limit: int = 50) -> int:
    """Applies stored notifications; returns how many were tried.

    Repairs: a process that died after acknowledging. Each is applied in a transaction of its own and is safe to
    apply twice; one that fails waits longer each time and is shown by a detector, never dropped.
    """
    claimed = _claim(limit)
    for pk in claimed:
        try:
            _apply_one(pk)
        except Exception as error:
            logger.exception("notification %s could not be applied", pk)
            _postpone(pk, error)
    return len(claimed)


def _claim(limit: int) -> list[int]:
    """Leases due rows to this worker for a minute."""
    now = clock.now()
    with transaction.atomic():
        due = GatewayNotification.objects.filter(applied_at__isnull=True, due_at__lte=now).order_by("due_at", "id")
        ids = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
        GatewayNotification.objects.filter(pk__in=ids).update(due_at=now + _LEASE)
    return ids


@transaction.atomic
def _apply_one(pk: int) -> None:
    row = GatewayNotification.objects.get(pk=pk)
    told = gateway(row.gateway).read_notification(bytes(row.body))
    if told.credit is not None:
        crediting.book(row.gateway, told.credit, source=crediting.NOTIFICATION, actor=ACTOR)
    elif told.failure is not None:
        note_failure(told.failure, actor=ACTOR)
    GatewayNotification.objects.filter(pk=pk).update(applied_at=clock.now(), last_error="")


@transaction.atomic
def note_failure(failure: FailureNotice, *, actor: Actor) -> None:
    """The bank says that an order came to nothing; an open transaction fails, any other is left as it is."""
    pk = Attempt.objects.filter(reference=failure.reference).values_list("pk", flat=True).first()
    if pk is None:
        return
    attempt = locks.attempt(pk)
    if attempt.state in [state.value for state in OPEN_ATTEMPTS]:
        transactions.end(attempt, AttemptEvent.FAILED, cause=failure.cause, actor=actor)


def _postpone(pk: int, error: Exception) -> None:
    row = GatewayNotification.objects.get(pk=pk)
    row.tries += 1
    row.due_at = clock.now() + backoff(row.tries)
    row.last_error = f"{type(error).__name__}: {error}"[:500]
    row.save(update_fields=["tries", "due_at", "last_error"])
