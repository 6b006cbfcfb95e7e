"""Imports a list of procedures: COPY into a staging table, then set-based statements (at most a few seconds).

- What is imported is public information with a page, and takes no dossiers until it has a tested service.
- A text makes a new revision only where it differs from the latest one; importing again changes nothing.
- One transaction: either the whole list with its events is in, or nothing. Refused rows are reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from psycopg import sql
from uuid_utils.compat import uuid7

from motcua.domain.catalogue import importing_rows, journal
from motcua.domain.catalogue.definition import encode
from motcua.domain.catalogue.events import ProcedureDeclared, ProcedureRevised, ProcedureStateChanged
from motcua.domain.catalogue.importing_rows import Accepted, Refusal
from motcua.domain.catalogue.rules import State
from motcua.domain.catalogue.services import digest
from motcua.domain.organisations.models import Unit
from motcua.domain.organisations.reference import add_fields
from motcua.foundation import audit, bulk, clock, events
from motcua.foundation.actor import Actor
from motcua.foundation.events import Append, EventBody

Progress = Callable[[int], None]
"""Told how many rows have been read so far."""

# Ministries that were merged are still written in live lists; their procedures belong to the successor.
SUCCESSORS = {"G04": "G17", "G05": "G12", "G07": "G09", "G13": "G10", "G14": "G06", "G24": "G12"}

NO_OWNER = "-"
"""Stands in the report for rows that name no owner."""

_IMPORT_LOCK = 0x6D6F7469  # advisory lock: one import at a time
_EVENTS_AT_ONCE = 500
_LONGEST_FIELD_CODE = 20


@dataclass(frozen=True)
class Report:
    """What an import did. `unknown_owners`: owner codes no unit has, with how many rows name them."""

    added: int
    revised: int
    unchanged: int
    refused: tuple[Refusal, ...]
    unknown_owners: dict[str, int]

    @property
    def rows(self) -> int:
        """All rows of the file."""
        return self.added + self.revised + self.unchanged + len(self.refused)


@dataclass(frozen=True)
class _Change:
    """A procedure that gets a new text."""

    id: UUID
    code: str
    version: int
    is_new: bool
    number: int


def import_file(path: Path | str, progress: Progress | None = None, *, actor: Actor | None = None) -> Report:
    """Imports the list at `path` (JSON lines or a spreadsheet). `progress` hears of every chunk of rows read.

    Raises FileNotFoundError, Invalid (FILE_UNREADABLE, COLUMNS_MISSING).
    """
    who = actor or Actor.job("catalogue.import")
    with transaction.atomic():
        _one_import_at_a_time()
        reading = _Reading(Path(path))
        with bulk.staged(_COLUMNS, reading.staging_rows(), progress=progress, chunk=500) as staging:
            _lock_procedures(staging)
            moment = clock.now()  # after whoever held a procedure: their text began before ours
            refused = [*reading.refused, *_overlapping(staging, moment)]
            field_ids = add_fields(reading.fields)
            changes = _write(staging, moment, reading.owner_ids, field_ids)
        _publish_events(changes, moment, who)
        report = Report(
            added=sum(change.is_new for change in changes),
            revised=sum(not change.is_new for change in changes),
            unchanged=reading.accepted - len(changes) - (len(refused) - len(reading.refused)),
            refused=tuple(sorted(refused, key=lambda refusal: refusal.row)),
            unknown_owners=dict(reading.unknown_owners),
        )
        _leave_traces(report, who, changed=bool(changes))
    return report


_COLUMNS = {
    "row": "bigint",
    "new_id": "uuid",
    "code": "text",
    "owner_code": "text",
    "field_code": "text",
    "name": "text",
    "definition": "jsonb",
    "digest": "text",
}


class _Reading:
    """One pass over the file: hands accepted rows to the staging table and keeps the rest."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.refused: list[Refusal] = []
        self.accepted = 0
        self.fields: dict[str, tuple[str, int | None]] = {}
        self.unknown_owners: Counter[str] = Counter()
        self.owner_ids: dict[str, int] = dict(Unit.objects.values_list("code", "pk"))

    def staging_rows(self) -> Iterator[tuple[Any, ...]]:
        for item in importing_rows.read(self._path):
            if isinstance(item, Refusal):
                self.refused.append(item)
                continue
            self.accepted += 1
            yield self._row(item)

    def _row(self, item: Accepted) -> tuple[Any, ...]:
        said = item.definition
        owner = SUCCESSORS.get(said.owner_code, said.owner_code)
        if owner not in self.owner_ids:
            self.unknown_owners[said.owner_code or NO_OWNER] += 1
            owner = ""
        field = said.field_code if 0 < len(said.field_code) <= _LONGEST_FIELD_CODE else ""
        if field:
            self.fields.setdefault(field, (said.field_name or field, self.owner_ids.get(owner)))
        text = encode(said).decode()
        return (item.row, uuid7(), item.code, owner, field, said.name, text, digest(said))


def _one_import_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IMPORT_LOCK])


def _lock_procedures(staging: bulk.Staging) -> None:
    """Holds the procedures of the list, in one order, for the rest of the transaction."""
    statement = "SELECT id FROM catalogue_procedure WHERE code IN (SELECT code FROM {}) ORDER BY id FOR UPDATE"
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(staging.identifier))


_LATEST = """
    SELECT DISTINCT ON (procedure_id) procedure_id, number, digest, valid_from
    FROM catalogue_procedurerevision ORDER BY procedure_id, number DESC
"""


def _overlapping(staging: bulk.Staging, moment: datetime) -> Iterator[Refusal]:
    """Rows whose procedure has a later text waiting: a text from today would come between (CAT-14).

    Takes them out of the staging table.
    """
    take_out = sql.SQL(
        """
        DELETE FROM {staging} AS staged USING catalogue_procedure AS procedure, ({latest}) AS latest
        WHERE procedure.code = staged.code AND latest.procedure_id = procedure.id AND latest.valid_from >= %s
        RETURNING staged."row", staged.code
        """
    ).format(staging=staging.identifier, latest=sql.SQL(_LATEST))
    with connection.cursor() as cursor:
        cursor.execute(take_out, [moment])
        for row, code in cursor.fetchall():
            said = _("Thủ tục đã có phiên bản chờ hiệu lực, không thể nhập phiên bản khác trước ngày đó.")
            yield Refusal(row, code, "OVERLAPPING_DATES", said)


def _write(
    staging: bulk.Staging, moment: datetime, owner_ids: dict[str, int], field_ids: dict[str, int]
) -> list[_Change]:
    """Procedures that are missing, then texts that differ; returns what changed."""
    names = {"staging": staging.identifier, "latest": sql.SQL(_LATEST)}
    known = [list(owner_ids), list(owner_ids.values()), list(field_ids), list(field_ids.values())]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(_KNOWN + _INSERT_PROCEDURES).format(**names), [*known, State.PUBLISHED.value, moment])
        new = {row[0] for row in cursor.fetchall()}
        cursor.execute(sql.SQL(_INSERT_REVISIONS).format(**names), [moment, moment])
        changes = [
            _Change(procedure_id, code, version, procedure_id in new, number)
            for procedure_id, code, version, number in cursor.fetchall()
        ]
        revised = [change.id for change in changes if not change.is_new]
        cursor.execute(sql.SQL(_KNOWN + _MOVE_REVISED).format(**names), [*known, revised])
    return changes


_KNOWN = """
    WITH owner AS (SELECT * FROM unnest(%s::text[], %s::bigint[]) AS known(code, id)),
         field AS (SELECT * FROM unnest(%s::text[], %s::bigint[]) AS known(code, id))
"""
_MOVE_REVISED = """
    UPDATE catalogue_procedure AS procedure
    SET owner_id = coalesce(owner.id, procedure.owner_id), field_id = coalesce(field.id, procedure.field_id)
    FROM {staging} AS staged
    LEFT JOIN owner ON owner.code = staged.owner_code
    LEFT JOIN field ON field.code = staged.field_code
    WHERE procedure.code = staged.code AND procedure.id = ANY(%s)
"""
_INSERT_PROCEDURES = """
    INSERT INTO catalogue_procedure (id, code, state, state_reason, owner_id, field_id, version, created_at)
    SELECT staged.new_id, staged.code, %s, '', owner.id, field.id, 0, %s
    FROM {staging} AS staged
    LEFT JOIN owner ON owner.code = staged.owner_code
    LEFT JOIN field ON field.code = staged.field_code
    ORDER BY staged.code
    ON CONFLICT (code) DO NOTHING
    RETURNING id
"""
_INSERT_REVISIONS = """
    WITH written AS (
        INSERT INTO catalogue_procedurerevision
            (procedure_id, number, name, definition, digest, source, valid_from, recorded_at)
        SELECT procedure.id, coalesce(latest.number, 0) + 1, staged.name, staged.definition, staged.digest,
               'import', %s, %s
        FROM {staging} AS staged
        JOIN catalogue_procedure AS procedure ON procedure.code = staged.code
        LEFT JOIN ({latest}) AS latest ON latest.procedure_id = procedure.id
        WHERE latest.digest IS DISTINCT FROM staged.digest
        ORDER BY staged.code
        RETURNING procedure_id, number
    )
    SELECT procedure.id, procedure.code, procedure.version, written.number
    FROM written JOIN catalogue_procedure AS procedure ON procedure.id = written.procedure_id
    ORDER BY procedure.code
"""


def _publish_events(changes: Sequence[_Change], moment: datetime, actor: Actor) -> None:
    """The events that one-by-one commands would leave, set by set, and the versions that go with them."""
    for start in range(0, len(changes), _EVENTS_AT_ONCE):
        events.append(
            [Append(item.id, item.version, _bodies(item, moment)) for item in changes[start : start + _EVENTS_AT_ONCE]],
            actor=actor,
        )
    if not changes:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalogue_procedure SET version = counted.version "
            "FROM unnest(%s::uuid[], %s::int[]) AS counted(id, version) WHERE catalogue_procedure.id = counted.id",
            [
                [item.id for item in changes],
                [item.version + len(_bodies(item, moment)) for item in changes],
            ],
        )


def _bodies(item: _Change, moment: datetime) -> list[EventBody]:
    revised = ProcedureRevised(code=item.code, number=item.number, valid_from=moment)
    if not item.is_new:
        return [revised]
    public = ProcedureStateChanged(code=item.code, before=State.DECLARED.value, after=State.PUBLISHED.value)
    return [ProcedureDeclared(code=item.code), revised, public]


def _leave_traces(report: Report, actor: Actor, *, changed: bool) -> None:
    details = {
        "added": report.added,
        "revised": report.revised,
        "unchanged": report.unchanged,
        "refused": len(report.refused),
    }
    audit.record(actor, "catalogue.import", ("catalogue", "procedures"), details=details)
    if changed:
        journal.next_generation()
