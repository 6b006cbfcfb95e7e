"""The whole trace of a dossier in words: what happened, from which state to which, who did it and as what (DOS-03)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcua.domain.dossiers import queries
from motcua.domain.dossiers.readers import note_read
from motcua.domain.dossiers.rules import STATE_NAMES, State
from motcua.domain.organisations.queries import unit_names
from motcua.domain.organisations.rules import ROLES
from motcua.domain.organisations.scoping import OWNER
from motcua.faces.event_names import event_name
from motcua.faces.on_behalf import on_behalf_words
from motcua.faces.signing_in import SignedInRequest, signed_in
from motcua.foundation import events
from motcua.foundation.actor import Actor
from motcua.foundation.events import EventBody, Recorded


@dataclass(frozen=True)
class TraceRow:
    """One event as the page tells it; `change` and `reason` are empty where it has none."""

    occurred_at: datetime
    name: str
    change: str
    reason: str
    role: str
    unit: str
    system: str
    reference: str


@require_safe
@signed_in
def trace(request: SignedInRequest, dossier_id: UUID) -> HttpResponse:
    """Every event of the dossier over all rooms and systems, in one timeline (DOS-03)."""
    dossier = queries.get(request.principal, dossier_id)
    note_read(request.principal, dossier, "trace")
    recorded = events.of_dossier(dossier.pk)
    units = unit_names({item.actor.unit for item in recorded if item.actor.unit})
    behalf = on_behalf_words(item.actor for item in recorded)
    return render(
        request, "workbench/trace.html", {"dossier": dossier, "rows": [_row(item, units, behalf) for item in recorded]}
    )


def _row(item: Recorded, units: dict[str, str], behalf: dict[Actor, str]) -> TraceRow:
    return TraceRow(
        occurred_at=item.occurred_at,
        name=event_name(item.body.type_name),
        change=_change(item.body),
        reason=getattr(item.body, "reason_text", ""),
        role=behalf.get(item.actor) or _role(item.actor),
        unit=units.get(item.actor.unit, item.actor.unit),
        system=item.actor.system,
        reference=item.correlation_id,
    )


def _change(body: EventBody) -> str:
    before, after = getattr(body, "before", None), getattr(body, "after", None)
    if before is None or after is None or before == after:
        return ""
    return f"{STATE_NAMES[State(before)]} → {STATE_NAMES[State(after)]}"


def _role(actor: Actor) -> str:
    if actor.role in ROLES:
        return str(ROLES[actor.role].words)
    if actor.role == OWNER or actor.kind == "person":
        return _("Người nộp hồ sơ")
    return _("Hệ thống") if actor.kind in {"job", "system"} else actor.role or actor.kind
