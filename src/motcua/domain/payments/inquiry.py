"""Asking the gateway what became of a transaction (tra soát), and ending those past their time (PAY-05, PAY-10).

A lost notification does no harm: the inquiry finds the money. No transaction stays open beyond its limit, whether
or not the gateway answers.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from motcua.domain.payments import crediting, locks, policies, transactions
from motcua.domain.payments.gateways import gateway
from motcua.domain.payments.gateways.base import GatewayFailure, Order, OrderStatus
from motcua.domain.payments.models import Attempt
from motcua.domain.payments.rules import OPEN_ATTEMPTS, AttemptEvent, AttemptState, FailureCause
from motcua.foundation import clock
from motcua.foundation.actor import Actor

ACTOR = Actor.job("payments.inquiry")
_OPEN = [state.value for state in OPEN_ATTEMPTS]


def inquire_due(limit: int = 20) -> int:
    """Asks about every transaction whose next inquiry is due; returns how many were asked about.

    Repairs: a callback that never came, within `payments.inquiry_after_seconds`; money that came after the end,
    within `payments.late_inquiry_hours`. The claim is committed before the gateway is called.
    """
    claimed = _claim(limit)
    for attempt in claimed:
        inquire(attempt)
    return len(claimed)


def _claim(limit: int) -> list[Attempt]:
    now = clock.now()
    again = now + timedelta(seconds=policies.INQUIRY_AFTER.get())
    with transaction.atomic():
        due = Attempt.objects.filter(inquire_at__lte=now).order_by("inquire_at")
        claimed = list(due.select_for_update(skip_locked=True, no_key=True)[:limit])
        ids = [attempt.pk for attempt in claimed]
        Attempt.objects.filter(pk__in=ids).update(inquire_at=again, inquiries=F("inquiries") + 1)
    return claimed


def inquire(attempt: Attempt) -> None:
    """Asks the gateway about one transaction and books what it tells. Outside any database transaction."""
    try:
        order = gateway(attempt.gateway).query(attempt.reference)
    except GatewayFailure:
        _schedule(attempt.pk)
        return
    for credit in order.credits if order else ():
        crediting.book(attempt.gateway, credit, source=crediting.INQUIRY, actor=ACTOR)
    _conclude(attempt.pk, order)


@transaction.atomic
def _conclude(attempt_id: UUID, order: Order | None) -> None:
    """Ends an open transaction as the gateway says; what it does not know ends with its time."""
    attempt = locks.attempt(attempt_id)
    if attempt.state in _OPEN:
        if order is None:
            _end_unknown(attempt)
        elif order.status is OrderStatus.FAILED:
            transactions.end(attempt, AttemptEvent.FAILED, cause=FailureCause.REFUSED_BY_BANK, actor=ACTOR)
        elif order.status is OrderStatus.EXPIRED:
            transactions.end(attempt, AttemptEvent.EXPIRED, actor=ACTOR)
    _schedule(attempt.pk)


def _end_unknown(attempt: Attempt) -> None:
    """The gateway has no such order: a QR that was shown lives until its time, anything else is over now."""
    if not attempt.qr_payload or attempt.state == AttemptState.PROCESSING.value:
        transactions.end(attempt, AttemptEvent.FAILED, cause=FailureCause.UNKNOWN_AT_BANK, actor=ACTOR)


def _schedule(attempt_id: UUID) -> None:
    """Sets the next inquiry: soon while open, ever rarer afterwards, none when the window for late money closes."""
    attempt = Attempt.objects.get(pk=attempt_id)
    now = clock.now()
    pause = timedelta(seconds=policies.INQUIRY_AFTER.get())
    following = now + pause
    if attempt.finished_at is not None:
        following = now + max(pause, now - attempt.finished_at)
        closes = attempt.finished_at + timedelta(hours=policies.LATE_INQUIRY_HOURS.get())
        over = attempt.state == AttemptState.SUCCESS.value and now >= attempt.expires_at + pause
        if over or following > closes:
            Attempt.objects.filter(pk=attempt_id).update(inquire_at=None)
            return
    elif now < attempt.expires_at:
        following = min(following, attempt.expires_at)
    Attempt.objects.filter(pk=attempt_id).update(inquire_at=following)


def expire_due(limit: int = 100) -> int:
    """Ends open transactions past their time (and a short grace in which the inquiry asks first); returns how many.

    Repairs: a QR that nobody scanned, a process that died between opening and asking, a gateway that is down.
    """
    passed = clock.now() - timedelta(seconds=policies.EXPIRY_GRACE.get())
    due = Attempt.objects.filter(state__in=_OPEN, expires_at__lte=passed).order_by("expires_at")
    ids = list(due.values_list("pk", flat=True)[:limit])
    for pk in ids:
        _expire_one(pk, passed)
    return len(ids)


@transaction.atomic
def _expire_one(attempt_id: UUID, passed: object) -> None:
    attempt = locks.attempt(attempt_id)
    if attempt.state in _OPEN and attempt.expires_at <= passed:
        transactions.end_overdue(attempt, actor=ACTOR)
