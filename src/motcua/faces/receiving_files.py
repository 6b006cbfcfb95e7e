"""Files sent with a form: each input is named after the component it belongs to."""

from __future__ import annotations

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from motcua.domain.catalogue.definition import ServiceDefinition
from motcua.faces.signing_in import SignedInRequest
from motcua.foundation import files
from motcua.foundation.errors import DomainError, FieldError, Invalid


def received(request: SignedInRequest, service: ServiceDefinition) -> list[tuple[str, UUID]]:
    """Keeps every file sent and returns (component code, file id) for each.

    All refusals at once, each at its component: Invalid FILES_REFUSED. What was kept stays for its retention time.
    """
    accepts = {component.code: component.accepts for component in service.components}
    kept: list[tuple[str, UUID]] = []
    refused: list[FieldError] = []
    for code in request.FILES:
        for sent in request.FILES.getlist(code):
            try:
                kept.append((code, _store(request, sent, accepts.get(code, ()))))
            except DomainError as error:
                refused.append(FieldError(code, error.code, f"{sent.name}: {error.message}"))
    if refused:
        raise Invalid("FILES_REFUSED", _("Có tệp chưa nhận được, vui lòng xem từng mục"), errors=refused)
    return kept


def _store(request: SignedInRequest, sent: UploadedFile, accepts: tuple[str, ...]) -> UUID:
    actor = request.principal.actor()
    stored = files.store(sent.chunks(), sent.name or "", uploader=actor, accepts=accepts or files.COMMON)
    return stored.id
