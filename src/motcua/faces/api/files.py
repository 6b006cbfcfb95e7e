"""Uploading files before a submission, and downloading what stands in a dossier."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import File, Router, Status, UploadedFile
from ninja.params.functions import Query

from motcua.domain.dossiers import documents, queries
from motcua.domain.dossiers.readers import note_read
from motcua.domain.organisations import access
from motcua.faces.api import schemas
from motcua.faces.api.authentication import principal_of
from motcua.faces.api.dossier_documents import file_document
from motcua.faces.downloads import dossier_file, send, send_paper
from motcua.foundation import files

router = Router(tags=["files"])
_PROBLEMS = {code: schemas.ProblemOut for code in (400, 401, 403, 404, 409, 413, 422)}


@router.post("/files", response={201: schemas.FileOut, **_PROBLEMS})
def upload(request: HttpRequest, file: File[UploadedFile]) -> Any:
    """Stores one file; its type is found in its content (SUB-15). Not for accounts that only read (ACC-05)."""
    principal = principal_of(request)
    if principal.party_id is None:
        access.require_any_change(principal)
    stored = files.store(file.chunks(), file.name or "", uploader=principal.actor())
    return Status(201, file_document(stored))


@router.get("/dossiers/{dossier_id}/files/{file_id}", response=_PROBLEMS)
def download(
    request: HttpRequest, dossier_id: UUID, file_id: UUID, download: bool = Query(default=False)
) -> FileResponse:
    """A file of a dossier, byte for byte as stored."""
    dossier = queries.get(principal_of(request), dossier_id)
    stored = dossier_file(dossier, file_id)
    note_read(principal_of(request), dossier, "file")
    return send(stored, download=download)


@router.get("/dossiers/{dossier_id}/papers/{paper}", response=_PROBLEMS)
def paper(request: HttpRequest, dossier_id: UUID, paper: str) -> HttpResponse:
    """Acknowledgement (`acknowledgement`), reception slip (`slip`) or refusal (`refusal`) as PDF (SUB-12)."""
    detail = queries.detail(principal_of(request), dossier_id)
    note_read(principal_of(request), detail.dossier, "paper")
    return send_paper(documents.paper(detail, paper), f"{detail.dossier.code}-{paper}.pdf")
