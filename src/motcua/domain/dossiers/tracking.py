"""Public look-up by code, without sign-in: state, unit, due date, history; nothing personal (POR-02, SEC-03)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from motcua.domain.catalogue.queries import definition_of
from motcua.domain.dossiers.rules import STATE_NAMES, State
from motcua.foundation.codes import DossierCode
from motcua.foundation.errors import NotFound
from motcua.foundation.functions import Function, require_on
from motcua.foundation.text import normalise_line


@dataclass(frozen=True)
class TrackStep:
    """One public line of the history: the event's type and when it was."""

    type: str
    occurred_at: datetime


@dataclass(frozen=True)
class Track:
    """What anybody who knows the code may see."""

    code: str
    state: State
    national_number: int
    service_name: str
    unit_name: str
    submitted_at: datetime
    receive_by: datetime
    received_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    returned_at: datetime | None
    paused: bool
    steps: Sequence[TrackStep]

    @property
    def state_name(self) -> str:
        return str(STATE_NAMES[self.state])


_SELECT = """
SELECT dossier.code, dossier.state, dossier.national_number, dossier.service_revision_id, unit.name,
       dossier.submitted_at, dossier.receive_by, dossier.received_at, dossier.due_at, dossier.finished_at,
       dossier.returned_at, dossier.paused_since IS NOT NULL,
       ARRAY(SELECT event.type FROM foundation_event AS event WHERE event.aggregate_id = dossier.id ORDER BY event.seq),
       ARRAY(SELECT event.occurred_at FROM foundation_event AS event WHERE event.aggregate_id = dossier.id
             ORDER BY event.seq)
FROM dossiers_dossier AS dossier JOIN organisations_unit AS unit ON unit.id = dossier.holding_unit_id
"""
_BY_CODE = _SELECT + " WHERE dossier.code = %s"
_BY_ALIAS = _SELECT + " JOIN dossiers_dossieralias AS alias ON alias.dossier_id = dossier.id WHERE alias.code = %s"


def track(written: str) -> Track:
    """The public view of a dossier by its code or an alias: one statement, two where only an alias fits.

    Raises Invalid DOSSIER_CODE_MALFORMED, NotFound DOSSIER_NOT_FOUND, DomainError FUNCTION_OFF.
    """
    require_on(Function.LOOK_UP)
    text = normalise_line(written)
    row = _fetch(_BY_CODE, text.upper()) or _fetch(_BY_ALIAS, text)
    if row is None:
        DossierCode.parse(written)
        raise NotFound("DOSSIER_NOT_FOUND", _("Không tìm thấy hồ sơ có mã này"), field="code")
    steps = [TrackStep(kind, moment) for kind, moment in zip(row[12], row[13])]
    name = definition_of(row[3]).name
    return Track(
        code=row[0],
        state=State(row[1]),
        national_number=row[2],
        service_name=name,
        unit_name=row[4],
        submitted_at=row[5],
        receive_by=row[6],
        received_at=row[7],
        due_at=row[8],
        finished_at=row[9],
        returned_at=row[10],
        paused=row[11],
        steps=steps,
    )


def _fetch(sql: str, code: str) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [code])
        return cursor.fetchone()
