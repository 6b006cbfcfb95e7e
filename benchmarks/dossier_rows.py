"""Dossiers by the hundred thousand, and the officers who look at them: set-based SQL, nothing of it real.

Only what a list reads is filled in truly: units, states, times, services, owners. Tasks, files and events are left out.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

PROCEDURES = 5_775
Progress = Callable[[int], None]
PARTIES = 20_000
SCATTERED = 200

_PROCEDURES = """
INSERT INTO catalogue_procedure (id, code, state, state_reason, owner_id, field_id, version, created_at)
SELECT gen_random_uuid(), '8.' || lpad(number::text, 6, '0'), 'DECLARED', '', NULL,
    (SELECT array_agg(id ORDER BY id) FROM organisations_field)[1 + number %% (SELECT count(*)::int
     FROM organisations_field)], 1, now()
FROM generate_series(1, %(procedures)s) AS number
"""
_SERVICES = """
INSERT INTO catalogue_service (id, procedure_id, code, state, state_reason, version, created_at)
SELECT gen_random_uuid(), id, code || '.01', 'DECLARED', '', 1, now() FROM catalogue_procedure WHERE code LIKE '8.%%'
"""
_REVISIONS = """
INSERT INTO catalogue_servicerevision (id, service_id, number, name, online_level, receiving_level,
    minimum_identity_level, audience, channels, definition, digest, saved_at, tested_at, published_at, valid_from)
SELECT gen_random_uuid(), service.id, 1, 'Thủ tục hành chính số ' || service.code, model.online_level,
    model.receiving_level, model.minimum_identity_level, model.audience, model.channels,
    jsonb_set(model.definition, '{name}', to_jsonb('Thủ tục hành chính số ' || service.code)), md5(service.code),
    now(), now(), now(), now()
FROM catalogue_service AS service
CROSS JOIN (SELECT * FROM catalogue_servicerevision WHERE published_at IS NOT NULL ORDER BY name LIMIT 1) AS model
WHERE service.code LIKE '8.%%'
"""
_PARTIES = """
INSERT INTO people_party (id, kind, display_name, sort_key, created_at)
SELECT gen_random_uuid(), 'PERSON', 'Người nộp hồ sơ ' || number, 'nguoi nop ho so ' || number, now()
FROM generate_series(1, %(parties)s) AS number
"""
_PLACES = (
    """
CREATE TABLE benchmark_unit AS
SELECT row_number() OVER (ORDER BY desk.id) - 1 AS place, desk.id, desk.parent_id AS locality_id
FROM organisations_unit AS desk WHERE desk.kind = 'DESK'
""",
    """
CREATE TABLE benchmark_service AS
SELECT row_number() OVER (ORDER BY service.code) - 1 AS place, revision.id, service.code, procedure.field_id
FROM catalogue_service AS service JOIN catalogue_servicerevision AS revision ON revision.service_id = service.id
JOIN catalogue_procedure AS procedure ON procedure.id = service.procedure_id WHERE service.code LIKE '8.%%'
""",
    """
CREATE TABLE benchmark_party AS
SELECT row_number() OVER (ORDER BY id) - 1 AS place, id, display_name FROM people_party
WHERE sort_key LIKE 'nguoi nop ho so %%'
""",
)
_DOSSIERS = """
INSERT INTO dossiers_dossier (id, code, version, state, national_number, service_revision_id, service_code, field_id,
    owner_party_id, owner_name, owner_name_folded, contact_phone, submitted_by_id, idempotency_key, request_digest,
    channel, locality_id, receiving_unit_id, holding_unit_id, routing_rule_id, form, reason_code, reason_text,
    submitted_at, receive_by, received_at, due_at, paused_since, resume_state, supplement_count, finished_at,
    returned_at)
SELECT gen_random_uuid(), 'G01.001-260101-' || lpad(drawn.number::text, 8, '0'), 3, drawn.state,
    CASE drawn.state WHEN 'SUBMITTED' THEN 1 WHEN 'RECEIVED' THEN 2 WHEN 'WAIT_SUPPLEMENT' THEN 5 WHEN 'RESOLVED' THEN 9
    WHEN 'RETURNED' THEN 10 ELSE 4 END, service.id, service.code, service.field_id, party.id, party.display_name,
    lower(party.display_name), '', (SELECT id FROM organisations_account ORDER BY id LIMIT 1),
    'bench-' || drawn.number, repeat('0', 64), 'ONLINE', unit.locality_id, unit.id, unit.id,
    (SELECT id FROM dossiers_routingrule ORDER BY id LIMIT 1), '{}',
    CASE WHEN drawn.state = 'WAIT_SUPPLEMENT' THEN 'MISSING_COMPONENT' ELSE '' END,
    CASE WHEN drawn.state = 'WAIT_SUPPLEMENT' THEN 'Thiếu bản chụp giấy tờ tùy thân' ELSE '' END,
    drawn.submitted_at, drawn.submitted_at + interval '8 hours',
    CASE WHEN drawn.state <> 'SUBMITTED' THEN drawn.submitted_at + interval '4 hours' END,
    CASE WHEN drawn.state <> 'SUBMITTED' THEN drawn.submitted_at + drawn.days * interval '1 day' END,
    CASE WHEN drawn.state = 'WAIT_SUPPLEMENT' THEN drawn.submitted_at + interval '1 day' END,
    CASE WHEN drawn.state = 'WAIT_SUPPLEMENT' THEN 'IN_PROCESS' ELSE '' END, 0,
    CASE WHEN drawn.state IN ('RESOLVED', 'RETURNED') THEN drawn.submitted_at + interval '2 days' END,
    CASE WHEN drawn.state = 'RETURNED' THEN drawn.submitted_at + interval '3 days' END
FROM (
    SELECT number, now() - random() * interval '180 days' AS submitted_at, 3 + floor(random() * 27) AS days,
        floor(random() * %(units)s)::bigint AS unit, floor(random() * %(procedures)s)::bigint AS service,
        floor(random() * %(parties)s)::bigint AS party,
        (array['SUBMITTED', 'RECEIVED', 'IN_PROCESS', 'IN_PROCESS', 'IN_PROCESS', 'IN_PROCESS', 'IN_PROCESS',
               'TRANSFERRED', 'WAIT_SUPPLEMENT', 'RESOLVED', 'RETURNED', 'RETURNED'])[1 + floor(random() * 12)::int]
        AS state
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS number
) AS drawn
JOIN benchmark_unit AS unit ON unit.place = drawn.unit
JOIN benchmark_service AS service ON service.place = drawn.service
JOIN benchmark_party AS party ON party.place = drawn.party
"""
_STEP = 100_000
_MOST_VACUUMS = 30


def prepare(procedures: int = PROCEDURES, parties: int = PARTIES) -> None:
    """Procedures with a service each, the parties that own dossiers, and who and what a dossier's row is drawn from."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (_PROCEDURES, _SERVICES, _REVISIONS, _PARTIES, *_PLACES):
            cursor.execute(statement, {"procedures": procedures, "parties": parties})


def add(first: int, last: int) -> None:
    """Inserts the dossiers numbered from `first` to `last`; one statement besides the sizes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM benchmark_unit), (SELECT count(*) FROM benchmark_service), "
            "(SELECT count(*) FROM benchmark_party)"
        )
        units, procedures, parties = cursor.fetchone()
        sizes = {"first": first, "last": last, "units": units, "procedures": procedures, "parties": parties}
        cursor.execute(_DOSSIERS, sizes)


def fill(count: int, progress: Progress = lambda _done: None) -> None:
    """Adds dossiers until there are `count`; what is loaded is true by construction, so foreign keys are not asked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM dossiers_dossier")
        done = cursor.fetchone()[0]
    while done < count:
        last = min(done + _STEP, count)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("SET LOCAL synchronous_commit = off")
            add(done + 1, last)
        done = last
        progress(done)
    settle()


def settle() -> None:
    """What autovacuum does in time: statistics, and pages known to be visible to all. Waits for older transactions."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        for _ in range(_MOST_VACUUMS):
            cursor.execute("VACUUM (ANALYZE) dossiers_dossier")
            cursor.execute(
                "SELECT relallvisible >= 0.99 * relpages FROM pg_class WHERE oid = 'dossiers_dossier'::regclass"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(1)
    raise RuntimeError("an old transaction keeps the dossiers from being vacuumed")


@dataclass(frozen=True)
class Officer:
    """An officer with rights of one kind; `secret` is their token."""

    name: str
    account: Any
    secret: str


def officers() -> list[Officer]:
    """One grant at a province, 200 grants at communes all over the country, monitoring of the nation."""
    from motcua.domain.organisations.models import Unit
    from motcua.domain.organisations.rules import UnitKind

    nation = Unit.objects.get(kind=UnitKind.NATION.value)
    provinces = Unit.objects.filter(kind=UnitKind.PROVINCE.value).order_by("pk")
    communes = list(Unit.objects.filter(kind=UnitKind.COMMUNE.value).order_by("pk"))
    scattered = communes[:: len(communes) // SCATTERED][:SCATTERED]
    return [
        _officer("one grant", "PROCESSOR", provinces[:1]),
        _officer("200 grants", "PROCESSOR", scattered),
        _officer("nation", "MONITOR", [nation]),
    ]


def _officer(name: str, role: str, units: Any) -> Officer:
    from motcua.domain.organisations.models import Account, Grant
    from motcua.domain.organisations.rules import AccountKind
    from motcua.domain.people.tokens import install_token
    from motcua.foundation import clock
    from motcua.foundation.actor import Actor

    account = Account.objects.create(kind=AccountKind.STAFF.value, display_name=name, unit=units[0])
    now = clock.now()
    Grant.objects.bulk_create(
        [Grant(account=account, role=role, unit=unit, valid_from=now, reason="phép đo") for unit in units]
    )
    issued = install_token(account.pk, label="benchmark", level=2, days=1, actor=Actor.job("benchmark"))
    return Officer(name, account, issued.secret)
