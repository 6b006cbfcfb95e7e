"""Transactions at a gateway, what the gateway told us, and every credit with what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from motcua.domain.payments.models.obligations import Obligation
from motcua.domain.payments.rules import OPEN_ATTEMPTS, AttemptState, CreditCause, CreditOutcome, FailureCause

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from motcua.domain.payments.models.ledger import LedgerTransaction

_OPEN = sorted(state.value for state in OPEN_ATTEMPTS)


class Attempt(models.Model):
    """One transaction (giao dịch) at a gateway for one obligation (PAY-07)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="attempts")
    dossier_id = models.UUIDField()
    gateway = models.CharField(max_length=20)
    bank = models.CharField(max_length=20, db_comment="bank or intermediary that the payer chose (PAY-06)")
    kind = models.CharField(max_length=20, default="FEE", db_comment="kind of collection (PAY-17)")
    reference = models.CharField(
        max_length=25, unique=True, db_comment="transaction code: stripped dossier code and a suffix; also the content"
    )
    amount = models.BigIntegerField(db_comment="đồng")
    state = models.CharField(max_length=20, default=AttemptState.INITIATED.value)
    validity_seconds = models.PositiveIntegerField()
    return_url = models.CharField(max_length=500)
    locale = models.CharField(max_length=5, default="vi")
    order_id = models.CharField(max_length=60, default="")
    qr_payload = models.CharField(max_length=512, default="", db_comment="empty until the gateway has answered")
    pay_url = models.CharField(max_length=500, default="")
    started_at = models.DateTimeField()
    started_by_kind = models.CharField(max_length=20)
    started_by_id = models.CharField(max_length=80)
    expires_at = models.DateTimeField(db_comment="until then open; without a QR the limit of initiation")
    returned_at = models.DateTimeField(null=True, db_comment="when the payer came back from the bank")
    finished_at = models.DateTimeField(null=True)
    failure_cause = models.CharField(max_length=30, default="")
    late = models.BooleanField(default=False, db_comment="credited after it had failed or expired (PAY-11)")
    duplicate = models.BooleanField(default=False, db_comment="successful, but the obligation was paid already")
    credited = models.BooleanField(default=False, db_comment="its money pays the obligation")
    inquire_at = models.DateTimeField(null=True, db_comment="next inquiry at the gateway (tra soát); NULL: none owed")
    inquiries = models.PositiveIntegerField(default=0)

    if TYPE_CHECKING:
        obligation_id: UUID
        credits: RelatedManager[Credit]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["obligation"], condition=Q(credited=True), name="one_credit_per_obligation"
            ),
            models.UniqueConstraint(
                fields=["obligation"], condition=Q(state__in=_OPEN), name="one_open_attempt_per_obligation"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="attempt_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in AttemptState]), name="attempt_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="SUCCESS") & Q(credited=False, duplicate=False, late=False)
                | Q(state="SUCCESS", credited=True, duplicate=False)
                | Q(state="SUCCESS", credited=False, duplicate=True),
                name="success_pays_or_is_a_duplicate",
            ),
            models.CheckConstraint(
                condition=~Q(state="FAILED_TIMEOUT") | Q(failure_cause__in=[cause.value for cause in FailureCause]),
                name="failed_attempt_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_OPEN, finished_at__isnull=True)
                | ~Q(state__in=_OPEN) & Q(finished_at__isnull=False),
                name="attempt_is_open_or_has_its_end",
            ),
            models.CheckConstraint(
                condition=Q(reference__regex=r"^[A-Z0-9]{6,25}$"), name="attempt_reference_survives_a_transfer"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="open_attempts_by_expiry", condition=Q(state__in=_OPEN)),
            models.Index(fields=["inquire_at"], name="attempts_to_inquire", condition=Q(inquire_at__isnull=False)),
            models.Index(fields=["bank", "started_at"], name="attempts_by_bank"),
        ]


class GatewayNotification(models.Model):
    """A signed notification as it came; stored before it is acknowledged, applied afterwards (PAY-09)."""

    gateway = models.CharField(max_length=20)
    notification_id = models.CharField(max_length=80)
    body = models.BinaryField()
    received_at = models.DateTimeField()
    times_received = models.PositiveIntegerField(default=1)
    applied_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(db_comment="next try to apply it")
    tries = models.PositiveIntegerField(default=0)
    last_error = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "notification_id"], name="one_row_per_notification"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="notifications_to_apply", condition=Q(applied_at__isnull=True)),
        ]


class RejectedNotification(models.Model):
    """How many requests at the notification address were refused, per hour and cause: security events, no effect."""

    gateway = models.CharField(max_length=20)
    hour = models.DateTimeField()
    cause = models.CharField(max_length=30)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "hour", "cause"], name="one_count_of_refusals_per_hour"),
        ]


class Credit(models.Model):
    """One credit of the bank, told by notification or inquiry; its key makes every effect happen once (PAY-08)."""

    gateway = models.CharField(max_length=20)
    bank_transaction_id = models.CharField(max_length=80)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, null=True, related_name="credits")
    dossier_id = models.UUIDField(null=True)
    reference = models.CharField(max_length=80, db_comment="as the bank told it")
    amount = models.BigIntegerField(db_comment="đồng")
    payer_bank = models.CharField(max_length=20, default="")
    paid_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    source = models.CharField(max_length=20, db_comment="NOTIFICATION or INQUIRY, whichever told it first")
    outcome = models.CharField(max_length=20)
    cause = models.CharField(max_length=30, default="")

    if TYPE_CHECKING:
        postings: RelatedManager[LedgerTransaction]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "bank_transaction_id"], name="one_row_per_bank_credit"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="credit_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(outcome__in=[outcome.value for outcome in CreditOutcome]), name="credit_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome="PAYS", cause="", attempt__isnull=False)
                | ~Q(outcome="PAYS") & Q(cause__in=[cause.value for cause in CreditCause if cause]),
                name="credit_pays_or_says_why_not",
            ),
            models.UniqueConstraint(
                fields=["attempt"], condition=Q(outcome="PAYS"), name="one_paying_credit_per_attempt"
            ),
        ]


class RefundCase(models.Model):
    """Money that is owed back to a payer; opened with the credit, worked on by the refund room (PAY-08, PAY-11)."""

    credit = models.OneToOneField(Credit, on_delete=models.PROTECT, related_name="refund_case")
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="refund_cases")
    dossier_id = models.UUIDField()
    amount = models.BigIntegerField(db_comment="đồng")
    reason = models.CharField(max_length=30)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_is_positive")]


class UnmatchedCase(models.Model):
    """A credit that no obligation explains: wrong amount or unknown reference; a person decides."""

    credit = models.OneToOneField(Credit, on_delete=models.PROTECT, related_name="unmatched_case")
    reason = models.CharField(max_length=30)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=40, default="", db_comment="how it was closed; empty while open")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, resolution="") | Q(closed_at__isnull=False) & ~Q(resolution=""),
                name="unmatched_case_closes_with_a_resolution",
            )
        ]
