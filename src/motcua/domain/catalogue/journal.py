"""What every change of the catalogue leaves: events on its aggregate, an audit row, a new generation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from motcua.domain.catalogue.events import (
    ProcedureDeclared,
    ProcedureRevised,
    ProcedureStateChanged,
    ServiceDeclared,
    ServiceDraftSaved,
    ServiceRevisionPublished,
)
from motcua.domain.catalogue.models import Procedure, Service
from motcua.domain.catalogue.rules import State
from motcua.foundation import audit, clock, events
from motcua.foundation.actor import Actor
from motcua.foundation.events import Append, EventBody


def record(
    actor: Actor,
    action: str,
    changed: Procedure | Service,
    bodies: Sequence[EventBody],
    details: Mapping[str, Any] | None = None,
) -> None:
    """Appends `bodies` to the stream of `changed`, raises its version, audits `action`.

    Runs in the caller's transaction, which holds the row of `changed` or has just made it.
    """
    after = changed.version
    events.append([Append(changed.pk, after, bodies)], actor=actor)
    changed.version = after + len(bodies)
    type(changed).objects.filter(pk=changed.pk).update(version=changed.version)
    kind = "procedure" if isinstance(changed, Procedure) else "service"
    audit.record(actor, action, (kind, changed.code), details=details)
    next_generation()


def makers_of_draft(service: Service) -> set[str]:
    """Ids of the accounts that wrote what is to be published now: since the last publication (ACC-16). 1 statement."""
    makers: set[str] = set()
    for item in events.of_aggregates({service.pk: 1}):
        if isinstance(item.body, ServiceRevisionPublished):
            makers.clear()
        elif isinstance(item.body, (ServiceDeclared, ServiceDraftSaved)) and item.actor.kind == "staff":
            makers.add(item.actor.id)
    return makers


def makers_of_text(procedure: Procedure) -> set[str]:
    """Ids of the accounts that declared or revised a procedure since it was last made public (ACC-16). 1 statement."""
    makers: set[str] = set()
    for item in events.of_aggregates({procedure.pk: 1}):
        if isinstance(item.body, ProcedureStateChanged) and item.body.after == State.PUBLISHED:
            makers.clear()
        elif isinstance(item.body, (ProcedureDeclared, ProcedureRevised)) and item.actor.kind == "staff":
            makers.add(item.actor.id)
    return makers


def next_generation() -> None:
    """Tells every process that its copies are old, once this transaction commits; writers queue on this row.

    The number is drawn from the clock, so that none comes back after a restore or an emptied table.
    """
    moment = round(clock.now().timestamp() * 1_000_000)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalogue_generation AS known (id, number) VALUES (1, %s) "
            "ON CONFLICT (id) DO UPDATE SET number = GREATEST(known.number + 1, EXCLUDED.number)",
            [moment],
        )
