"""Drafts: answers saved as typed, files put to components, then one submission (SES-02, SUB-03)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.catalogue.queries import require_submittable
from motcua.domain.dossiers.draft_marks import changed_elsewhere
from motcua.domain.dossiers.draft_queries import require_capacity_of
from motcua.domain.dossiers.models import Dossier, Draft, DraftFile
from motcua.domain.dossiers.policies import MAX_FILES
from motcua.domain.dossiers.services.counter import submit_assisted
from motcua.domain.dossiers.services.submission import Submission, Submitted, check_applicant, submit
from motcua.domain.dossiers.submitted_files import own_files
from motcua.domain.people.principal import Principal
from motcua.foundation import clock
from motcua.foundation.errors import Conflict, DomainError, Invalid, NotFound


@transaction.atomic
def open_draft(
    principal: Principal, service_code: str, *, answers: Mapping[str, Any] | None = None, locality_id: int | None = None
) -> Draft:
    """A new draft for a published service, with first answers (prefilled from the identity). Raises NotFound."""
    service = require_submittable(service_code)
    party_id = check_applicant(principal, service).party_id
    now = clock.now()
    return Draft.objects.create(
        account_id=principal.account_id,
        party_id=party_id,
        service_id=service.service_id,
        locality_id=locality_id,
        form=dict(answers or {}),
        created_at=now,
        updated_at=now,
    )


def _own(principal: Principal, draft_id: UUID) -> Draft:
    draft = Draft.objects.select_for_update().filter(pk=draft_id, account_id=principal.account_id).first()
    if draft is None:
        raise _draft_not_found()
    require_capacity_of(principal, draft)
    return draft


def _draft_not_found() -> NotFound:
    return NotFound("DRAFT_NOT_FOUND", _("Không tìm thấy bản nháp; có thể hồ sơ đã được nộp"))


@transaction.atomic
def save_answers(
    principal: Principal,
    draft_id: UUID,
    answers: Mapping[str, Any],
    *,
    locality_id: int | None = None,
    seen: Mapping[str, str] | None = None,
) -> Draft:
    """Merges the given answers as typed, valid or not; None removes one.

    Nothing is judged here: a draft keeps what the person typed, the check comes with the submission. `seen` are the
    marks (`draft_marks`) of the answers as the window showed them: Conflict STALE_DRAFT, with the names in `details`,
    where another window or device saved something else meanwhile; then nothing is saved (SES-02).
    """
    draft = _own(principal, draft_id)
    clashing = changed_elsewhere(draft.form, seen or {}, answers)
    if clashing:
        raise Conflict(
            "STALE_DRAFT",
            _("Nội dung này vừa được sửa ở cửa sổ hoặc thiết bị khác."),
            what_next=_("Ông/Bà xem nội dung đã lưu ở nơi khác, rồi bấm lưu lần nữa để thay bằng nội dung dưới đây."),
            details={"fields": clashing},
        )
    merged = {**draft.form, **answers}
    draft.form = {name: value for name, value in merged.items() if value is not None}
    draft.locality_id = locality_id or draft.locality_id
    draft.version += 1
    draft.updated_at = clock.now()
    draft.save()
    return draft


@transaction.atomic
def add_file(principal: Principal, draft_id: UUID, component_code: str, file_id: UUID) -> DraftFile:
    """Puts one of the person's own uploaded files to a component of the draft."""
    draft = _own(principal, draft_id)
    own_files(principal, [file_id])
    if draft.files.count() >= MAX_FILES.get():
        raise Invalid("TOO_MANY_FILES", _("Hồ sơ có quá nhiều tệp"), field="files")
    row, _created = DraftFile.objects.get_or_create(
        draft=draft, file_id=file_id, defaults={"component_code": component_code, "added_at": clock.now()}
    )
    return row


@transaction.atomic
def remove_file(principal: Principal, draft_id: UUID, file_id: UUID) -> None:
    """Takes a file out of the draft; the stored file itself stays for its retention time."""
    _own(principal, draft_id).files.filter(file_id=file_id).delete()


@transaction.atomic
def discard(principal: Principal, draft_id: UUID) -> None:
    """Throws the draft away at its owner's wish."""
    _own(principal, draft_id).delete()


def submit_draft(principal: Principal, draft_id: UUID) -> Submitted:
    """Submits a draft; its id is the idempotency key, so a double click yields one dossier (SUB-03).

    The draft is removed once the dossier stands; if the process dies between the two, repeating is harmless.
    """
    key = f"draft:{draft_id}"
    draft = Draft.objects.filter(pk=draft_id, account_id=principal.account_id).first()
    earlier = _submitted_before(principal, key)
    if earlier is not None:
        return earlier
    if draft is None:
        raise _draft_not_found()
    require_capacity_of(principal, draft)
    try:
        ready = _submission_of(draft, key)
        submitted = submit_assisted(principal, draft, ready) if draft.assisted_at_id else submit(principal, ready)
    except DomainError:
        # Another click may have been faster and have removed the draft's files between two of our reads.
        earlier = _submitted_before(principal, key)
        if earlier is None:
            raise
        return earlier
    with transaction.atomic():
        Draft.objects.filter(pk=draft.pk).delete()
    return submitted


def _submitted_before(principal: Principal, key: str) -> Submitted | None:
    earlier = Dossier.objects.filter(submitted_by_id=principal.account_id, idempotency_key=key).first()
    return Submitted(earlier.pk, earlier.code, earlier.submitted_at, repeated=True) if earlier else None


def _submission_of(draft: Draft, key: str) -> Submission:
    if draft.locality_id is None:
        raise Invalid("LOCALITY_REQUIRED", _("Chọn nơi nộp hồ sơ"), field="locality")
    files = list(draft.files.order_by("added_at").values_list("component_code", "file_id"))
    return Submission(
        service_code=draft.service.code,
        locality_id=draft.locality_id,
        form=draft.form,
        files=files,
        idempotency_key=key,
    )
