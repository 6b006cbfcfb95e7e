"""The audit log: append-only rows, sealed in hash-chained batches by one background sealer (SEC-02).

Requests only insert a row; they share no lock. `seal` chains what has committed; `verify` names an
altered row, a missing row, a broken chain and anything unsealed for too long.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from motcua.foundation import clock
from motcua.foundation.actor import Actor
from motcua.foundation.correlation import current_correlation_id
from motcua.foundation.models import AuditEntry, AuditSeal

GENESIS = bytes(32)
UNSEALED_LIMIT = timedelta(minutes=1)
_SEALER_LOCK = 0x6D6F7463  # advisory lock: one sealer at a time
_COLUMNS = [
    "id",
    "occurred_at",
    "action",
    "outcome",
    "actor_kind",
    "actor_id",
    "actor_role",
    "actor_unit",
    "assurance_level",
    "subject_kind",
    "subject_id",
    "details",
    "correlation_id",
]


def record(
    actor: Actor,
    action: str,
    subject: tuple[str, str],
    *,
    outcome: str = "done",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Inserts one row (one statement) in the caller's transaction.

    `subject` is (kind, id); `details` must not hold personal data, only codes, counts and names of fields.
    """
    record_all(actor, [(action, subject, details or {})], outcome=outcome)


Entry = tuple[str, tuple[str, str], Mapping[str, Any]]
"""One row to be written: action, subject (kind, id), details."""


def record_all(actor: Actor, entries: Sequence[Entry], *, outcome: str = "done") -> None:
    """Inserts many rows of one actor, as `record` does one; one statement for thousands."""
    now, correlation = clock.now(), current_correlation_id() or ""
    behalf = {"on_behalf_of": actor.on_behalf_of} if actor.on_behalf_of else {}
    AuditEntry.objects.bulk_create(
        AuditEntry(
            occurred_at=now,
            action=action,
            outcome=outcome,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_role=actor.role,
            actor_unit=actor.unit,
            assurance_level=actor.assurance_level,
            subject_kind=kind,
            subject_id=identifier,
            details={**details, **behalf},
            correlation_id=correlation,
        )
        for action, (kind, identifier), details in entries
    )


def digest(row: Mapping[str, Any]) -> bytes:
    """SHA-256 over the row's columns in a canonical form; seal columns are not part of it."""
    values = [row[name] for name in _COLUMNS]
    values[1] = values[1].astimezone(clock.VIETNAM).isoformat()
    return hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=False).encode()).digest()


def chain(previous: bytes, batch: int, digests: bytes) -> bytes:
    """The hash of a batch: previous hash, batch number and the digests of its rows in order."""
    return hashlib.sha256(previous + batch.to_bytes(8, "big") + digests).digest()


def seal(limit: int = 2000) -> int:
    """Seals up to `limit` committed rows as the next batch; returns how many. One sealer at a time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER_LOCK])
        row = cursor.fetchone()
        if row is None or not row[0]:
            return 0
        unsealed = AuditEntry.objects.filter(seal_batch__isnull=True).order_by("id")
        rows = list(unsealed.values(*_COLUMNS)[:limit])
        if not rows:
            return 0
        newest = AuditSeal.objects.order_by("-batch").first()
        batch = newest.batch + 1 if newest else 1
        previous = bytes(newest.hash) if newest else GENESIS
        digests = b"".join(digest(row) for row in rows)
        ids = [row["id"] for row in rows]
        cursor.execute(
            "UPDATE foundation_auditentry AS entry SET seal_batch = %s, seal_position = given.position "
            "FROM unnest(%s::bigint[]) WITH ORDINALITY AS given(id, position) WHERE entry.id = given.id",
            [batch, ids],
        )
        AuditSeal.objects.create(
            batch=batch,
            sealed_at=clock.now(),
            entry_ids=ids,
            digests=digests,
            previous=previous,
            hash=chain(previous, batch, digests),
        )
        return len(rows)


@dataclass(frozen=True)
class AuditFinding:
    """What is wrong: `kind` is ALTERED, MISSING, CHAIN_BROKEN or UNSEALED; `where` names the row or batch."""

    kind: str
    where: str


def verify() -> list[AuditFinding]:
    """Recomputes every digest and the chain; an empty list means that nothing was touched."""
    findings: list[AuditFinding] = []
    previous, expected = GENESIS, 1
    for sealed in AuditSeal.objects.order_by("batch").iterator(chunk_size=20):
        whole = bytes(sealed.previous) == previous and sealed.batch == expected
        if not whole or bytes(sealed.hash) != chain(previous, sealed.batch, bytes(sealed.digests)):
            findings.append(AuditFinding("CHAIN_BROKEN", f"batch {sealed.batch}"))
        findings += _verify_rows(sealed)
        previous, expected = bytes(sealed.hash), sealed.batch + 1
    last = AuditEntry.objects.aggregate(newest=Max("seal_batch"))["newest"]
    if last is not None and last >= expected:
        findings.append(AuditFinding("CHAIN_BROKEN", f"batch {last} has rows and no seal"))
    return findings + _unsealed_too_long()


def _verify_rows(sealed: AuditSeal) -> list[AuditFinding]:
    rows = {row["id"]: row for row in AuditEntry.objects.filter(id__in=sealed.entry_ids).values(*_COLUMNS)}
    digests = bytes(sealed.digests)
    findings: list[AuditFinding] = []
    for position, identifier in enumerate(sealed.entry_ids):
        row = rows.get(identifier)
        if row is None:
            findings.append(AuditFinding("MISSING", f"row {identifier}"))
        elif digest(row) != digests[32 * position : 32 * position + 32]:
            findings.append(AuditFinding("ALTERED", f"row {identifier}"))
    return findings


def _unsealed_too_long() -> list[AuditFinding]:
    late = AuditEntry.objects.filter(seal_batch__isnull=True, occurred_at__lt=clock.now() - UNSEALED_LIMIT)
    return [AuditFinding("UNSEALED", f"row {identifier}") for identifier in late.values_list("id", flat=True)[:20]]
