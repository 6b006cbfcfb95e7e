"""The public page of a procedure and its services: what you need, cost and time first (POR-03)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from motcua.domain.catalogue import queries
from motcua.domain.catalogue.queries import CurrentService, ServicePage


@require_safe
def service(request: HttpRequest, code: str) -> HttpResponse:
    """A procedure by its code, or one of its services by the service's code; all from the one catalogue."""
    return render(request, "portal/service.html", service_context(code))


def service_context(code: str) -> dict[str, Any]:
    """What the page shows: the procedure, the chosen service (the only one, or the one named), the others.

    Invalid for a malformed code, NotFound for one that is not public.
    """
    page = queries.service_page(code)
    chosen = _chosen(page, code)
    return {
        "page": page,
        "service": chosen,
        "definition": chosen.definition if chosen else None,
        "others": [item for item in page.services if item is not chosen],
    }


def _chosen(page: ServicePage, code: str) -> CurrentService | None:
    named = next((item for item in page.services if item.code == code.strip()), None)
    return named or next(iter(page.submittable or page.services), None)
