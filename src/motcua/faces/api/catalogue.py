"""Searching the catalogue and reading one service, open to everybody."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest
from ninja import Router
from ninja.params.functions import Query

from motcua.domain.catalogue.queries import CurrentService, current_service
from motcua.domain.catalogue.searching import search
from motcua.faces.api import schemas

router = Router(tags=["catalogue"])
_PROBLEMS = {code: schemas.ProblemOut for code in (404, 422)}


@router.get("/services", response={200: list[schemas.FoundOut], **_PROBLEMS}, auth=None)
def find(
    request: HttpRequest, q: str = Query(max_length=200), limit: int = Query(10, ge=1, le=50)
) -> list[dict[str, Any]]:
    """Procedures in the words people use, best first, each with its services that take dossiers now."""
    return [
        {**vars(found), "services": found.open_services, "online_level": found.online_level.value}
        for found in search(q, limit)
    ]


@router.get("/services/{code}", response={200: schemas.ServiceOut, **_PROBLEMS}, auth=None)
def service(request: HttpRequest, code: str) -> dict[str, Any]:
    """A service as it stands now: form, components, fees, time limit, process."""
    return service_document(current_service(code))


def service_document(service: CurrentService) -> dict[str, Any]:
    """A service with the whole definition of its revision in force."""
    return {
        "code": service.code,
        "procedure": service.procedure_code,
        "revision": service.number,
        "valid_from": service.valid_from,
        "takes_submissions": service.takes_submissions,
        "state_reason": service.state_reason,
        "definition": msgspec.to_builtins(service.definition),
    }
