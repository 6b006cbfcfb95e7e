"""Files of a dossier to a browser or a client: verified while read, under their own names (POR-09)."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext_lazy as _

from motcua.domain.dossiers.models import Attachment, Dossier, Result
from motcua.foundation import files
from motcua.foundation.errors import NotFound
from motcua.foundation.models import StoredFile

_SHOWN_IN_PAGE = {"application/pdf", "image/jpeg", "image/png"}


def dossier_file(dossier: Dossier, file_id: UUID) -> StoredFile:
    """A file that stands in this dossier, which was found by who may see it. Raises NotFound for any other file."""
    attached = Attachment.objects.filter(dossier=dossier, file_id=file_id).exists()
    if not attached and not Result.objects.filter(dossier=dossier, file_id=file_id).exists():
        raise NotFound("FILE_NOT_FOUND", _("Hồ sơ không có tệp này"))
    return files.get(file_id)


def send(stored: StoredFile, *, download: bool = False) -> FileResponse:
    """The file, byte for byte as stored; only types a browser shows safely open in the page."""
    inline = stored.media_type in _SHOWN_IN_PAGE and not download
    response = FileResponse(files.open_verified(stored), content_type=stored.media_type)
    response["Content-Disposition"] = files.content_disposition(stored.original_name, inline=inline)
    response["Content-Length"] = str(stored.size)
    response["Cache-Control"] = "private, no-store"
    return response


def send_paper(pdf: bytes, name: str) -> HttpResponse:
    """A paper made on demand."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = files.content_disposition(name, inline=True)
    response["Cache-Control"] = "private, no-store"
    return response
