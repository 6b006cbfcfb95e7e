"""One dossier on the official's screen: data and documents side by side, the next legal act biggest (DPH-04)."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from motcua.domain.dossiers import queries
from motcua.domain.dossiers.readers import note_read
from motcua.domain.dossiers.rules import REASON_NAMES
from motcua.faces.downloads import dossier_file, send
from motcua.faces.on_behalf import submitter_of
from motcua.faces.signing_in import SignedInRequest, signed_in
from motcua.faces.workbench.available import available_acts
from motcua.faces.workbench.sections import answers, components, sections_of_later_rooms
from motcua.foundation.errors import DomainError


@require_safe
@signed_in
def dossier(request: SignedInRequest, dossier_id: UUID) -> HttpResponse:
    """The dossier as the officer works on it."""
    return render_dossier(request, dossier_id)


def render_dossier(
    request: SignedInRequest, dossier_id: UUID, *, error: DomainError | None = None, verb: str = ""
) -> HttpResponse:
    """The page; with `error` after a refused act, what was typed kept in its form."""
    detail = queries.detail(request.principal, dossier_id)
    note_read(request.principal, detail.dossier, "detail")
    context = {
        "detail": detail,
        "dossier": detail.dossier,
        "submitted_by": submitter_of(detail.dossier),
        "acts": available_acts(request.principal, detail.dossier),
        "answers": answers(detail),
        "components": components(detail),
        "later": sections_of_later_rooms(request.principal, detail.dossier),
        "reasons": [(code.value, name) for code, name in REASON_NAMES.items()],
        "assessed_fees": [fee for fee in detail.definition.fees if fee.moment.value == "after"],
        "error": error,
        "failed_verb": verb,
        "typed": request.POST,
    }
    return render(request, "workbench/dossier.html", context, status=error.status if error else 200)


@require_safe
@signed_in
def file(request: SignedInRequest, dossier_id: UUID, file_id: UUID) -> FileResponse:
    """A file of the dossier, opened in the page where the browser shows it safely."""
    dossier = queries.get(request.principal, dossier_id)
    stored = dossier_file(dossier, file_id)
    note_read(request.principal, dossier, "file")
    return send(stored)
