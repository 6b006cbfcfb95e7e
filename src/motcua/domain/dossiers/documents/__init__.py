"""Papers of a dossier as PDF: slips made on demand, the result made once and signed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from motcua.domain.dossiers.documents.results import IssuedFile, result_file
from motcua.domain.dossiers.documents.slips import acknowledgement, reception_slip, refusal, supplement_request
from motcua.domain.dossiers.queries import Detail
from motcua.foundation.errors import NotFound

__all__ = ["IssuedFile", "acknowledgement", "paper", "reception_slip", "refusal", "result_file", "supplement_request"]

_PAPERS = {"acknowledgement": acknowledgement, "slip": reception_slip, "refusal": refusal}


def paper(detail: Detail, name: str) -> bytes:
    """The paper `name` of a dossier. Raises NotFound for another name and Conflict where it does not exist yet."""
    if name not in _PAPERS:
        raise NotFound("PAPER_UNKNOWN", _("Không có loại giấy này"))
    return _PAPERS[name](detail)
