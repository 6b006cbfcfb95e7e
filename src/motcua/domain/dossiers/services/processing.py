"""The specialist's and the approver's acts."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.catalogue.queries import definition_of
from motcua.domain.dossiers import events, reasons
from motcua.domain.dossiers.models import RESULT_NUMBER_LENGTH, Dossier, Result, SupplementRequest
from motcua.domain.dossiers.rules import State
from motcua.domain.dossiers.steps import Next
from motcua.domain.dossiers.transition import end_pause, moved, opened
from motcua.domain.organisations.access import Acting
from motcua.domain.organisations.models import Unit
from motcua.foundation.errors import Invalid
from motcua.foundation.models import StoredFile
from motcua.foundation.text import normalise_line


@transaction.atomic
def start(acting: Acting, dossier_id: UUID, *, expected_version: int | None = None) -> Dossier:
    """The specialist takes the dossier up and holds it from now on."""
    change = opened(acting, dossier_id, "start", expected_version=expected_version)
    event = events.ProcessingStarted(**change.moved_fields, unit_id=change.dossier.holding_unit_id)
    return moved(change, event, step=Next(assignee_id=acting.account_id))


@transaction.atomic
def transfer(
    acting: Acting,
    dossier_id: UUID,
    *,
    to_unit_code: str,
    reason_code: str,
    reason_text: str,
    expected_version: int | None = None,
) -> Dossier:
    """Hands the dossier to another unit to settle; it holds the dossier at once and is named to the applicant."""
    reason = reasons.checked(reason_code, reason_text)
    change = opened(acting, dossier_id, "transfer", expected_version=expected_version)
    unit = Unit.objects.filter(code=to_unit_code, valid_to__isnull=True).first()
    if unit is None or unit.pk == change.dossier.holding_unit_id:
        raise Invalid("UNIT_UNKNOWN", _("Chọn đơn vị tiếp nhận hồ sơ chuyển đến"), field="to_unit")
    event = events.DossierTransferred(
        **change.moved_fields,
        reason_code=reason.code.value,
        reason_text=reason.text,
        from_unit_id=change.dossier.holding_unit_id,
        to_unit_id=unit.pk,
    )
    change.dossier.holding_unit = unit
    return moved(change, event, reason=reason, step=Next(unit_id=unit.pk), details={"to_unit": unit.code})


@transaction.atomic
def pause(
    acting: Acting, dossier_id: UUID, *, reason_code: str, reason_text: str, expected_version: int | None = None
) -> Dossier:
    """Stops the clock, with reason and start (DOS-04)."""
    reason = reasons.checked(reason_code, reason_text)
    change = opened(acting, dossier_id, "pause", expected_version=expected_version)
    event = events.DossierPaused(**change.moved_fields, reason_code=reason.code.value, reason_text=reason.text)
    return moved(change, event, reason=reason, details={"reason_code": reason.code.value})


@transaction.atomic
def resume(
    acting: Acting, dossier_id: UUID, *, reason_code: str, reason_text: str, expected_version: int | None = None
) -> Dossier:
    """Starts the clock again by hand; the due date moves by the pause. An open supplement request ends with it."""
    reason = reasons.checked(reason_code, reason_text)
    change = opened(acting, dossier_id, "resume", expected_version=expected_version)
    if change.before is State.WAIT_SUPPLEMENT:
        SupplementRequest.objects.filter(dossier=change.dossier, answered_at__isnull=True).update(
            answered_at=change.now
        )
    fields = change.moved_fields
    due_at = end_pause(change)
    event = events.DossierResumed(**fields, reason_code=reason.code.value, reason_text=reason.text, due_at=due_at)
    return moved(change, event, reason=reason)


@transaction.atomic
def propose(acting: Acting, dossier_id: UUID, *, expected_version: int | None = None) -> Dossier:
    """Hands the examined dossier to the approver."""
    change = opened(acting, dossier_id, "propose", expected_version=expected_version)
    return moved(change, events.ResultProposed(**change.moved_fields))


@transaction.atomic
def send_back(
    acting: Acting, dossier_id: UUID, *, reason_code: str, reason_text: str, expected_version: int | None = None
) -> Dossier:
    """The approver returns the step to the specialist, with reason."""
    reason = reasons.checked(reason_code, reason_text)
    change = opened(acting, dossier_id, "send_back", expected_version=expected_version)
    event = events.ResultSentBack(**change.moved_fields, reason_code=reason.code.value, reason_text=reason.text)
    return moved(change, event, reason=reason)


@transaction.atomic
def approve(
    acting: Acting,
    dossier_id: UUID,
    *,
    file_id: UUID | None,
    number: str,
    signature: str,
    expected_version: int | None = None,
) -> Dossier:
    """Issues the result: the applicant sees and downloads it at once (POR-15).

    - a result needs its file; `signature` is SIGNED or UNSIGNED as verified when the file was made;
    - only a file that the approver's own side stored may be issued.
    """
    change = opened(acting, dossier_id, "approve", expected_version=expected_version)
    file = StoredFile.objects.filter(pk=file_id, uploader_id=str(acting.account_id)).first() if file_id else None
    if file is None:
        raise Invalid("RESULT_FILE_REQUIRED", _("Phải có tệp kết quả trước khi phê duyệt"), field="file")
    number = normalise_line(number)
    if not 1 <= len(number) <= RESULT_NUMBER_LENGTH:
        raise Invalid("RESULT_NUMBER_REQUIRED", _("Phải có số văn bản của kết quả, tối đa 60 ký tự"), field="number")
    result = definition_of(change.dossier.service_revision_id).result
    Result.objects.create(
        dossier=change.dossier,
        code=result.code,
        name=result.name,
        number=number,
        file=file,
        signature=signature,
        issued_at=change.now,
        issued_by_id=acting.account_id,
    )
    event = events.DossierResolved(**change.moved_fields, result_number=number, signature=signature)
    return moved(change, event)


@transaction.atomic
def refuse(
    acting: Acting, dossier_id: UUID, *, reason_code: str, reason_text: str, expected_version: int | None = None
) -> Dossier:
    """Refuses after examination, with a reason the applicant reads (DOS-02)."""
    reason = reasons.checked(reason_code, reason_text)
    change = opened(acting, dossier_id, "refuse", expected_version=expected_version)
    event = events.DossierRefused(**change.moved_fields, reason_code=reason.code.value, reason_text=reason.text)
    return moved(change, event, reason=reason, details={"reason_code": reason.code.value})
