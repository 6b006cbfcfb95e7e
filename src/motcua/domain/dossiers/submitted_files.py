"""Which stored files a person may put into a dossier: only those they uploaded themselves."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.access import Acting
from motcua.foundation.errors import FieldError, Invalid
from motcua.foundation.models import StoredFile


def own_files(acting: Acting, file_ids: Sequence[UUID]) -> dict[UUID, StoredFile]:
    """The files by id, in one statement. Raises Invalid FILE_UNKNOWN for any that is not the uploader's own."""
    if not file_ids:
        return {}
    found = StoredFile.objects.filter(pk__in=set(file_ids), uploader_id=str(acting.account_id)).in_bulk()
    missing = [str(file_id) for file_id in file_ids if file_id not in found]
    if missing:
        errors = [FieldError("files", "FILE_UNKNOWN", _("Không tìm thấy tệp đã tải lên")) for _file in missing]
        raise Invalid("FILE_UNKNOWN", _("Có tệp không tìm thấy, vui lòng tải lại"), errors=errors)
    return found
