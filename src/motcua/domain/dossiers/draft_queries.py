"""Reads of drafts; only ever the person's own, each with a fixed number of statements."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from motcua.domain.dossiers.models import Draft, DraftFile
from motcua.domain.organisations.access import Acting
from motcua.foundation.errors import AccessDenied, NotFound
from motcua.foundation.models import StoredFile


def draft(acting: Acting, draft_id: UUID) -> Draft:
    """The person's own draft with service, place and files; two statements.

    Raises NotFound for another's and for one that was submitted or thrown away.
    """
    drafts = Draft.objects.select_related("service", "locality", "party").prefetch_related("files__file")
    found = drafts.filter(pk=draft_id, account_id=acting.account_id).first()
    if found is None:
        raise NotFound("DRAFT_NOT_FOUND", _("Không tìm thấy bản nháp; có thể hồ sơ đã được nộp"))
    require_capacity_of(acting, found)
    return found


def require_capacity_of(acting: Acting, draft: Draft) -> None:
    """A draft goes on only in the capacity that it was begun in, so that it is submitted for the right owner (IDN-09).

    One that an officer makes for somebody at the desk is that officer's to go on with.
    Raises AccessDenied (OTHER_CAPACITY).
    """
    if draft.assisted_at_id is None and draft.party_id != acting.party_id:
        raise AccessDenied(
            "OTHER_CAPACITY",
            _("Bản nháp này được lập với tư cách khác."),
            what_next=_("Ông/Bà chọn lại tư cách đã dùng khi lập bản nháp rồi mở lại."),
        )


def is_assisted(acting: Acting, draft_id: UUID) -> bool:
    """Whether this is a draft that the officer makes for somebody at the desk; one statement."""
    return Draft.objects.filter(pk=draft_id, account_id=acting.account_id, assisted_at__isnull=False).exists()


def draft_file(acting: Acting, draft_id: UUID, file_id: UUID) -> StoredFile:
    """A file of the person's own draft. Raises NotFound for any other."""
    rows = DraftFile.objects.select_related("file").filter(draft_id=draft_id, draft__account_id=acting.account_id)
    found = rows.filter(file_id=file_id).first()
    if found is None:
        raise NotFound("FILE_NOT_FOUND", _("Bản nháp không có tệp này"))
    return found.file
