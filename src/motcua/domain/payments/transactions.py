"""Moving one transaction (attempt) along the rule table; every change of its state passes here."""

from __future__ import annotations

from datetime import timedelta

from motcua.domain.payments import policies, settling
from motcua.domain.payments.events import PaymentEnded
from motcua.domain.payments.models import Attempt
from motcua.domain.payments.rules import AttemptEvent, AttemptState, FailureCause, after_event
from motcua.foundation import clock
from motcua.foundation.actor import Actor


def end(attempt: Attempt, event: AttemptEvent, *, cause: FailureCause | None = None, actor: Actor) -> None:
    """A locked transaction ends without money: failed (with its cause) or expired. Conflict if it cannot.

    It is still inquired for a while: money may be on its way (PAY-11).
    """
    attempt.state = after_event(AttemptState(attempt.state), event).value
    attempt.failure_cause = cause.value if cause else ""
    attempt.finished_at = clock.now()
    attempt.inquire_at = clock.now() + timedelta(seconds=policies.INQUIRY_AFTER.get())
    attempt.save(update_fields=["state", "failure_cause", "finished_at", "inquire_at"])
    ended = PaymentEnded(
        reference=attempt.reference, bank=attempt.bank, state=attempt.state, cause=attempt.failure_cause
    )
    settling.record(attempt.obligation, [ended], [], actor=actor)


def end_overdue(attempt: Attempt, *, actor: Actor) -> None:
    """A locked open transaction is past its time: its QR expired unscanned, or there never was one (PAY-05, PAY-13)."""
    if not attempt.qr_payload:
        end(attempt, AttemptEvent.FAILED, cause=FailureCause.NO_ANSWER, actor=actor)
    elif attempt.state == AttemptState.PROCESSING.value:
        end(attempt, AttemptEvent.FAILED, cause=FailureCause.NOT_CONFIRMED, actor=actor)
    else:
        end(attempt, AttemptEvent.EXPIRED, actor=actor)


def succeed(attempt: Attempt, *, credited: bool) -> None:
    """Money came for a locked transaction: `credited` if it pays the obligation, else it is a duplicate.

    A second credit for a successful one changes nothing here: the money has its own row and refund case.
    """
    before = AttemptState(attempt.state)
    if before is AttemptState.SUCCESS:
        return
    attempt.state = after_event(before, AttemptEvent.CREDITED).value
    attempt.late = before in (AttemptState.FAILED_TIMEOUT, AttemptState.QR_EXPIRED)
    attempt.credited, attempt.duplicate = credited, not credited
    attempt.finished_at = clock.now()
    # One more look when the order is surely over, for a second credit whose notification was lost.
    attempt.inquire_at = max(attempt.expires_at, clock.now()) + timedelta(seconds=policies.INQUIRY_AFTER.get())
    attempt.save(update_fields=["state", "late", "credited", "duplicate", "finished_at", "inquire_at"])
