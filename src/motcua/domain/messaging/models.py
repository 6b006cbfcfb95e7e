"""Tables of the messages. Only this room's services write them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from motcua.domain.messaging.rules import CAUSE_NAMES, FINAL, STATE_NAMES, TAKEN, Cause, State
from motcua.domain.organisations.access import ScopedManager
from motcua.foundation.identifiers import mask

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

_FINAL = sorted(state.value for state in FINAL)
_TAKEN = sorted(state.value for state in TAKEN)


class Message(models.Model):
    """One SMS to one person about one thing (SMS-01). Its id is the gateway's REQID, the same at every try."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    dedup_key = models.CharField(max_length=160, unique=True, db_comment="one event, one message")
    template = models.CharField(max_length=80)
    template_version = models.PositiveSmallIntegerField()
    recipient = models.CharField(max_length=15, db_comment="84… without plus; empty if no usable number was given")
    text = models.TextField(db_comment="as sent, ASCII; empty if it could not be made")
    segments = models.PositiveSmallIntegerField(db_comment="parts that the carrier bills")
    subject_kind = models.CharField(max_length=40, db_comment="opaque reference: this room never follows it")
    subject_id = models.CharField(max_length=80)
    subject_code = models.CharField(max_length=80, db_comment="code that people search by")
    unit = models.ForeignKey(
        "organisations.Unit",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_comment="unit whose business it is, for access and statistics",
    )
    state = models.CharField(max_length=16, default=State.REQUESTED.value)
    cause = models.CharField(max_length=10, default="", db_comment="why the last try, or the whole message, failed")
    provider_code = models.CharField(
        max_length=20, default="", db_comment="code of the gateway, or of the text's fault"
    )
    tries = models.PositiveSmallIntegerField(default=0)
    perhaps_taken = models.BooleanField(default=False, db_comment="a try without answer may have reached the gateway")
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_comment="not sent after this moment")
    due_at = models.DateTimeField(null=True, db_comment="next try, or next look at the gateway; NULL in a final state")
    leased_until = models.DateTimeField(null=True, db_comment="a worker has it until then")
    accepted_at = models.DateTimeField(null=True)
    processed_at = models.DateTimeField(null=True, db_comment="as the gateway says")
    ended_at = models.DateTimeField(null=True, db_comment="when the final state was reached")

    objects = ScopedManager["Message"]()

    if TYPE_CHECKING:
        unit_id: int | None
        attempts: RelatedManager[Attempt]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="message_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=_FINAL, due_at__isnull=True, ended_at__isnull=False)
                | (~Q(state__in=_FINAL) & Q(due_at__isnull=False, ended_at__isnull=True)),
                name="message_is_due_until_final",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_TAKEN, accepted_at__isnull=False)
                | (~Q(state__in=_TAKEN) & Q(accepted_at__isnull=True)),
                name="message_taken_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state=State.PROCESSED.value, processed_at__isnull=False)
                | (~Q(state=State.PROCESSED.value) & Q(processed_at__isnull=True)),
                name="message_processed_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_FINAL) | Q(state=State.PROCESSED.value) | ~Q(cause=""),
                name="message_failed_has_its_cause",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.INVALID_NUMBER.value, State.REFUSED.value])
                | Q(recipient__regex=r"^84[0-9]{9}$", segments__gte=1),
                name="message_sendable_has_number_and_text",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state=State.REQUESTED.value), name="message_to_send"),
            models.Index(fields=["due_at"], condition=Q(state=State.ACCEPTED.value), name="message_to_ask_for"),
            models.Index(fields=["accepted_at"], condition=Q(state=State.ACCEPTED.value), name="message_unprocessed"),
            models.Index(fields=["subject_code", "requested_at"], name="message_by_code"),
            models.Index(fields=["subject_kind", "subject_id", "requested_at"], name="message_by_subject"),
            models.Index(fields=["requested_at"], name="message_by_time"),
        ]

    @property
    def state_name(self) -> str:
        """The state as people read it."""
        return str(STATE_NAMES[State(self.state)])

    @property
    def cause_name(self) -> str:
        """The cause as people read it; empty where there is none."""
        return str(CAUSE_NAMES[Cause(self.cause)])

    @property
    def masked_recipient(self) -> str:
        """The number for lists and reports (SEC-03)."""
        return mask(self.recipient)

    @property
    def request_id(self) -> str:
        """The gateway's REQID."""
        return str(self.pk)


class Attempt(models.Model):
    """One try to hand a message to the gateway; append-only (SMS-03)."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(db_comment="1, 2, 3 …")
    started_at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField()
    accepted = models.BooleanField()
    cause = models.CharField(max_length=10, default="")
    provider_code = models.CharField(max_length=20, default="")

    if TYPE_CHECKING:
        message_id: UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "number"], name="one_row_per_attempt_number"),
            models.CheckConstraint(
                condition=Q(accepted=True, cause="") | (Q(accepted=False) & ~Q(cause="")),
                name="attempt_failed_has_its_cause",
            ),
        ]
        indexes = [models.Index(fields=["started_at"], name="attempt_by_time")]

    @property
    def cause_name(self) -> str:
        """The cause as people read it; empty where the gateway accepted."""
        return str(CAUSE_NAMES[Cause(self.cause)])
