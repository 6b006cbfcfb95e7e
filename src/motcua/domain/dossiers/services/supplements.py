"""The applicant completes a dossier, only what was asked, earlier versions kept (SUB-11)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.catalogue.queries import definition_of
from motcua.domain.dossiers import events
from motcua.domain.dossiers.models import Attachment, Dossier, SupplementRequest
from motcua.domain.dossiers.submitted_files import own_files
from motcua.domain.dossiers.transition import Opened, end_pause, moved, opened
from motcua.domain.organisations.access import Acting
from motcua.foundation.errors import FieldError, Invalid


@transaction.atomic
def supplement(
    acting: Acting,
    dossier_id: UUID,
    *,
    files: Sequence[tuple[str, UUID]],
    expected_version: int | None = None,
) -> Dossier:
    """Answers the open supplement request with (component code, file) pairs; the clock runs again.

    - every asked component gets at least one file, no other component may get one;
    - the earlier files stay as earlier versions;
    - the due date moves by the pause or is counted anew, as the service says.
    """
    change = opened(acting, dossier_id, "supplement", expected_version=expected_version)
    request = SupplementRequest.objects.get(dossier=change.dossier, answered_at__isnull=True)
    asked = [item["component"] for item in request.items]
    _only_what_was_asked(asked, files)
    _only_new_files(change.dossier, files)
    own_files(acting, [file_id for _code, file_id in files])
    _attach(change, files)
    request.answered_at = change.now
    request.save(update_fields=["answered_at"])
    fields = change.moved_fields
    policy = definition_of(change.dossier.service_revision_id).supplement
    due_at = end_pause(change, restart=policy.clock == "restart")
    event = events.Supplemented(**fields, number=request.number, components=tuple(asked), due_at=due_at)
    return moved(change, event, details={"number": request.number, "files": len(files)})


def _only_what_was_asked(asked: Sequence[str], files: Sequence[tuple[str, UUID]]) -> None:
    given = {code for code, _file in files}
    errors = [
        FieldError(code, "COMPONENT_MISSING", _("Chưa có tệp cho thành phần được yêu cầu bổ sung"))
        for code in asked
        if code not in given
    ]
    errors += [
        FieldError(code, "COMPONENT_NOT_ASKED", _("Thành phần này không được yêu cầu bổ sung"))
        for code in sorted(given - set(asked))
    ]
    if errors:
        raise Invalid("SUPPLEMENT_INCOMPLETE", _("Hồ sơ bổ sung chưa đúng yêu cầu"), errors=errors)


def _only_new_files(dossier: Dossier, files: Sequence[tuple[str, UUID]]) -> None:
    given = [file_id for _code, file_id in files]
    if len(set(given)) < len(given) or Attachment.objects.filter(dossier=dossier, file_id__in=given).exists():
        raise Invalid("FILE_ALREADY_THERE", _("Tệp này đã có trong hồ sơ, vui lòng tải lên tệp mới"), field="files")


def _attach(change: Opened, files: Sequence[tuple[str, UUID]]) -> None:
    version = change.dossier.supplement_count + 1
    Attachment.objects.bulk_create(
        [
            Attachment(
                dossier=change.dossier, component_code=code, version=version, file_id=file_id, added_at=change.now
            )
            for code, file_id in files
        ]
    )
