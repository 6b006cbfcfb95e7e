"""How dossiers look in answers of the API."""

from __future__ import annotations

from typing import Any

import msgspec

from motcua.domain.dossiers.models import Dossier, Result, Task
from motcua.domain.dossiers.queries import Detail, Page, Row
from motcua.foundation.events import Recorded
from motcua.foundation.models import StoredFile


def state_document(dossier: Dossier) -> dict[str, Any]:
    """The dossier after an act."""
    return {
        "id": dossier.pk,
        "code": dossier.code,
        "version": dossier.version,
        "state": dossier.state,
        "national_number": dossier.national_number,
        "due_at": dossier.due_at,
    }


def page_document(page: Page) -> dict[str, Any]:
    """A page of a list."""
    return {"rows": [_row(row) for row in page.rows], "following": page.following}


def _row(row: Row) -> dict[str, Any]:
    return {**vars(row), "state": row.state.value, "state_name": row.state_name}


def file_document(file: StoredFile) -> dict[str, Any]:
    """A stored file without its place in the store."""
    return {
        "id": file.pk,
        "name": file.original_name,
        "size": file.size,
        "media_type": file.media_type,
        "sha256": file.sha256,
    }


def _task(task: Task) -> dict[str, Any]:
    return {
        "name": task.name,
        "kind": task.kind,
        "role": task.role,
        "unit_name": task.unit.name,
        "holder_name": task.assignee.display_name if task.assignee else "",
        "opened_at": task.opened_at,
        "planned_end": task.planned_end,
        "closed_at": task.closed_at,
        "outcome": task.outcome,
    }


def _result(result: Result) -> dict[str, Any]:
    return {
        "code": result.code,
        "name": result.name,
        "number": result.number,
        "signature": result.signature,
        "issued_at": result.issued_at,
        "file": file_document(result.file),
    }


def detail_document(detail: Detail) -> dict[str, Any]:
    """A whole dossier."""
    dossier = detail.dossier
    times = detail.times
    return {
        **state_document(dossier),
        "state_name": detail.state_name,
        "service_code": dossier.service_code,
        "service_name": detail.definition.name,
        "owner_name": dossier.owner_name,
        "form": dossier.form,
        "submitted_at": dossier.submitted_at,
        "receive_by": dossier.receive_by,
        "received_at": dossier.received_at,
        "reason_code": dossier.reason_code,
        "reason_text": dossier.reason_text,
        "holder": _task(detail.holder) if detail.holder else None,
        "tasks": [_task(task) for task in detail.tasks],
        "times": None
        if times is None
        else {
            "nominal": times.nominal,
            "elapsed": times.elapsed,
            "paused": times.paused,
            "remaining": times.remaining,
            "running": times.running,
        },
        "attachments": [
            {"component": item.component_code, "version": item.version, "file": file_document(item.file)}
            for item in detail.attachments
        ],
        "supplement_requests": list(detail.supplement_requests),
        "result": _result(detail.result) if detail.result else None,
    }


def event_document(recorded: Recorded) -> dict[str, Any]:
    """One line of a dossier's trace; the actor by role and unit, not by name."""
    return {
        "aggregate": recorded.body.aggregate,
        "aggregate_id": recorded.aggregate_id,
        "seq": recorded.seq,
        "type": recorded.body.type_name,
        "occurred_at": recorded.occurred_at,
        "recorded_at": recorded.recorded_at,
        "actor_kind": recorded.actor.kind,
        "actor_role": recorded.actor.role,
        "actor_unit": recorded.actor.unit,
        "system": recorded.actor.system,
        "payload": msgspec.to_builtins(recorded.body),
    }
