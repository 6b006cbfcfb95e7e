"""The audit log names what was touched (SEC-02)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.foundation import audit, clock
from motcua.foundation.actor import Actor
from motcua.foundation.models import AuditEntry, AuditSeal

ACTOR = Actor("staff", "7", role="APPROVER", unit="H26.00004", assurance_level=2)


def write(count: int = 1) -> None:
    for number in range(count):
        audit.record(ACTOR, "dossier.approve", ("dossier", str(number)), details={"step": number})


def tamper(sql: str) -> None:
    """An intruder with the database's own rights switches the triggers off first."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET session_replication_role = DEFAULT")


@pytest.mark.django_db
def test_a_log_nobody_touched_verifies():
    write(5)
    assert audit.seal() == 5
    write(3)
    assert audit.seal() == 3

    assert audit.verify() == []


@pytest.mark.requirement("SEC-02")
@pytest.mark.django_db
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.integers(0, 3), st.sampled_from(["action", "actor_id", "subject_id", "outcome", "correlation_id"]))
def test_any_altered_row_is_named(position, column):
    write(4)
    audit.seal()
    row = AuditEntry.objects.order_by("-id")[position]
    before = getattr(row, column)
    tamper(f"UPDATE foundation_auditentry SET {column} = 'failed' WHERE id = {row.id}")

    assert audit.AuditFinding("ALTERED", f"row {row.id}") in audit.verify()

    tamper(f"UPDATE foundation_auditentry SET {column} = '{before}' WHERE id = {row.id}")
    assert audit.verify() == []


@pytest.mark.django_db
def test_a_missing_row_is_named():
    write(3)
    audit.seal()
    victim = AuditEntry.objects.order_by("id")[1]
    tamper(f"DELETE FROM foundation_auditentry WHERE id = {victim.id}")

    assert audit.verify() == [audit.AuditFinding("MISSING", f"row {victim.id}")]


@pytest.mark.django_db
def test_a_row_altered_together_with_its_digest_breaks_the_chain():
    write(2)
    audit.seal()
    write(2)
    audit.seal()
    row = AuditEntry.objects.order_by("id").first()
    assert row is not None
    tamper(f"UPDATE foundation_auditentry SET actor_id = '8' WHERE id = {row.id}")
    first = AuditSeal.objects.get(batch=1)
    forged = audit.digest(AuditEntry.objects.filter(id=row.id).values(*audit._COLUMNS)[0]) + bytes(first.digests)[32:]
    forged_hash = audit.chain(bytes(first.previous), 1, forged)
    forgery = f"digests = '\\x{forged.hex()}', hash = '\\x{forged_hash.hex()}'"
    tamper(f"UPDATE foundation_auditseal SET {forgery} WHERE batch = 1")

    assert audit.AuditFinding("CHAIN_BROKEN", "batch 2") in audit.verify()


@pytest.mark.django_db
def test_a_removed_seal_is_noticed():
    for _ in range(3):
        write()
        audit.seal()
    tamper("DELETE FROM foundation_auditseal WHERE batch = 2")
    assert audit.AuditFinding("CHAIN_BROKEN", "batch 3") in audit.verify()
    tamper("DELETE FROM foundation_auditseal WHERE batch = 3")
    assert audit.AuditFinding("CHAIN_BROKEN", "batch 3 has rows and no seal") in audit.verify()


@pytest.mark.django_db
def test_anything_unsealed_for_over_a_minute_is_named():
    write()
    assert audit.verify() == []

    with clock.travel(clock.now() + timedelta(seconds=61)):
        assert [finding.kind for finding in audit.verify()] == ["UNSEALED"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql", ["UPDATE foundation_auditentry SET actor_id = '9'", "DELETE FROM foundation_auditentry"]
)
def test_the_store_refuses_changes(sql):
    write()

    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(sql)
