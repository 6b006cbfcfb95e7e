"""Tables of the foundation: events and their pending reactions, audit and its seals, security events, policy values.

Events, audit rows, seals and policy values are append-only; the database refuses anything else.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from motcua.foundation.security_kinds import SecurityKind


class Event(models.Model):
    """One thing that happened to one aggregate; the key is natural, so the table can be split by aggregate."""

    pk = models.CompositePrimaryKey("aggregate_id", "seq")
    aggregate_id = models.UUIDField()
    seq = models.PositiveIntegerField(db_comment="1, 2, 3 … without gaps per aggregate")
    aggregate = models.CharField(max_length=40, db_comment="kind of aggregate: dossier, obligation, procedure …")
    dossier_id = models.UUIDField(null=True, db_comment="dossier the event belongs to, for its one-query trace")
    type = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=80)
    actor_role = models.CharField(max_length=40)
    actor_unit = models.CharField(max_length=60)
    system = models.CharField(max_length=60, db_comment="system the event comes from")
    occurred_at = models.DateTimeField(db_comment="when it happened, as its source says")
    recorded_at = models.DateTimeField(db_comment="when it reached us")
    correlation_id = models.CharField(max_length=64)
    on_behalf_of = models.CharField(
        max_length=80, default="", db_default="", db_comment="party in whose name a person acted; empty: the own"
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(seq__gte=1), name="event_seq_starts_at_one")]
        indexes = [models.Index(fields=["dossier_id", "recorded_at"], name="event_trace_of_dossier")]


class PendingReaction(models.Model):
    """Work owed by one `after` reaction to one aggregate, from `first_seq` on; deleted when done."""

    pk = models.CompositePrimaryKey("reaction", "aggregate_id")
    reaction = models.CharField(max_length=80)
    aggregate_id = models.UUIDField()
    first_seq = models.PositiveIntegerField()
    generation = models.PositiveIntegerField(default=0, db_comment="raised by every append while the row waits")
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="pending_reaction_due")]


class AuditEntry(models.Model):
    """One privileged act, refusal of one, or read of personal data (SEC-02)."""

    id = models.BigAutoField(primary_key=True)
    occurred_at = models.DateTimeField()
    action = models.CharField(max_length=80)
    outcome = models.CharField(max_length=10, db_comment="done, refused or failed")
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=80)
    actor_role = models.CharField(max_length=40)
    actor_unit = models.CharField(max_length=60)
    assurance_level = models.PositiveSmallIntegerField(null=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    details = models.JSONField(default=dict)
    correlation_id = models.CharField(max_length=64)
    seal_batch = models.PositiveBigIntegerField(null=True, db_comment="set once by the sealer")
    seal_position = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["done", "refused", "failed"]), name="audit_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=Q(seal_batch__isnull=True, seal_position__isnull=True)
                | Q(seal_batch__isnull=False, seal_position__isnull=False),
                name="audit_sealed_whole",
            ),
            models.UniqueConstraint(fields=["seal_batch", "seal_position"], name="audit_one_row_per_seal_position"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(seal_batch__isnull=True), name="audit_unsealed"),
            models.Index(fields=["subject_kind", "subject_id", "occurred_at"], name="audit_by_subject"),
            models.Index(fields=["actor_id", "occurred_at"], name="audit_by_actor"),
            models.Index(fields=["correlation_id"], name="audit_by_correlation"),
            models.Index(fields=["occurred_at", "id"], name="audit_by_time"),
            models.Index(fields=["action", "occurred_at"], name="audit_by_action"),
        ]


class AuditSeal(models.Model):
    """One sealed batch: digests of its rows in order, chained to the batch before by SHA-256."""

    batch = models.PositiveBigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    entry_ids = models.JSONField(db_comment="ids of the rows, in sealed order")
    digests = models.BinaryField(db_comment="32 bytes a row, in the same order")
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)


class SecurityEvent(models.Model):
    """Something refused, forged or out of the ordinary, as the security officer counts it (SEC-01)."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in SecurityKind])
    occurred_at = models.DateTimeField()
    source = models.CharField(max_length=45, db_comment="Sender's IPv4 address or IPv6 /64 network; empty: none")
    detail = models.CharField(max_length=80, db_comment="Fixed word of the code; never what the sender wrote")
    account_id = models.CharField(max_length=40, db_comment="Account it was done with or tried on; empty: none")
    count = models.PositiveIntegerField(default=1, db_comment="How often, where a flood is written in steps")
    correlation_id = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="security_event_kind_known", condition=Q(kind__in=sorted(kind.value for kind in SecurityKind))
            ),
            models.CheckConstraint(name="security_event_happened", condition=Q(count__gte=1)),
        ]
        indexes = [
            models.Index(fields=["occurred_at", "kind"], name="security_event_time"),
            models.Index(fields=["kind", "-id"], name="security_event_newest"),
        ]


class PolicyValue(models.Model):
    """One setting of one policy; the newest row holds, the older ones are its history."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=80)
    value = models.JSONField()
    reason = models.TextField()
    set_at = models.DateTimeField()
    set_by_kind = models.CharField(max_length=20)
    set_by_id = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["key", "-id"], name="policy_newest_first")]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="policy_change_has_reason")]


class OutboundAttempt(models.Model):
    """One try of a call to an outside system: how long, with what outcome. Never an address, body or personal data."""

    id = models.BigAutoField(primary_key=True)
    partner = models.CharField(max_length=40)
    purpose = models.CharField(max_length=60, db_comment="fixed word of the caller, such as sms.send")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80, db_comment="opaque reference")
    number = models.PositiveSmallIntegerField(db_comment="1, 2, 3 … within one call")
    started_at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, db_comment="done, failed (no effect) or unknown (perhaps an effect)")
    cause = models.CharField(
        max_length=20, db_comment="CONNECT, TLS, TIMEOUT, CONNECTION_LOST, RESPONSE; empty if done"
    )
    http_status = models.PositiveSmallIntegerField(null=True)
    correlation_id = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="done", cause="") | (Q(outcome__in=["failed", "unknown"]) & ~Q(cause="")),
                name="outbound_cause_unless_done",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="outbound_number_starts_at_one"),
        ]
        indexes = [
            models.Index(fields=["partner", "started_at"], name="outbound_by_partner"),
            models.Index(fields=["subject_kind", "subject_id", "started_at"], name="outbound_by_subject"),
        ]


class StoredFile(models.Model):
    """One file as it was received: its bytes never change, its key in the storage says nothing of its name (SUB-07)."""

    id = models.UUIDField(primary_key=True)
    storage_key = models.CharField(max_length=60, unique=True)
    original_name = models.CharField(max_length=255, db_comment="as the uploader named it, for display only")
    media_type = models.CharField(max_length=100, db_comment="found in the content, not taken from the name")
    size = models.PositiveBigIntegerField(db_comment="bytes")
    sha256 = models.CharField(max_length=64, db_comment="hexadecimal, computed while receiving")
    uploader_kind = models.CharField(max_length=20)
    uploader_id = models.CharField(max_length=80)
    stored_at = models.DateTimeField()
    scanned_by = models.CharField(max_length=80, db_comment="malware scanners that found nothing; empty if none ran")
    damaged_at = models.DateTimeField(null=True, db_comment="when a read first found other bytes or none")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="stored_file_not_empty"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="stored_file_sha256_is_hex"),
            models.CheckConstraint(
                condition=Q(storage_key__regex=r"^[0-9]{4}/[0-9]{2}/[0-9]{2}/[0-9a-f]{32}$"),
                name="stored_file_key_is_ours",
            ),
        ]
        indexes = [
            models.Index(fields=["uploader_id", "stored_at"], name="stored_file_by_uploader"),
            models.Index(fields=["damaged_at"], condition=Q(damaged_at__isnull=False), name="stored_file_damaged"),
        ]
