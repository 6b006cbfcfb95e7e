"""At the one-stop desk: receive, refuse with reason, ask for everything missing at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.catalogue.queries import definition_of
from motcua.domain.dossiers import events, reasons
from motcua.domain.dossiers.calendars import calendar_of, cut_off, time_limit
from motcua.domain.dossiers.models import Dossier, SupplementRequest
from motcua.domain.dossiers.transition import moved, opened
from motcua.domain.organisations.access import Acting
from motcua.foundation.errors import Conflict, FieldError, Invalid
from motcua.foundation.text import normalise


@transaction.atomic
def receive(acting: Acting, dossier_id: UUID, *, expected_version: int | None = None) -> Dossier:
    """Accepts a submitted dossier: the legal clock starts and the slip gives the appointment (form 01).

    - the clock starts at valid acceptance, counted from the next working day after the service's cut-off;
    - raises Conflict for any other state, AccessDenied without `dossier.receive` at the receiving unit.
    """
    change = opened(acting, dossier_id, "receive", expected_version=expected_version)
    dossier = change.dossier
    definition = definition_of(dossier.service_revision_id)
    calendar = calendar_of(dossier.receiving_unit_id)
    dossier.received_at = change.now
    dossier.due_at = calendar.due(change.now, time_limit(definition), cut_off(definition))
    event = events.DossierReceived(**change.moved_fields, unit_id=dossier.receiving_unit_id, due_at=dossier.due_at)
    return moved(change, event)


@transaction.atomic
def refuse_intake(
    acting: Acting, dossier_id: UUID, *, reason_code: str, reason_text: str, expected_version: int | None = None
) -> Dossier:
    """Refuses at the desk, with a reason the applicant reads (form 03, DOS-02)."""
    reason = reasons.checked(reason_code, reason_text)
    change = opened(acting, dossier_id, "refuse_intake", expected_version=expected_version)
    event = events.IntakeRefused(**change.moved_fields, reason_code=reason.code.value, reason_text=reason.text)
    return moved(change, event, reason=reason, details={"reason_code": reason.code.value})


@dataclass(frozen=True)
class SupplementItem:
    """One point of a supplement request: the component's code and what is to be done with it."""

    component: str
    what: str


@transaction.atomic
def ask_supplement(
    acting: Acting,
    dossier_id: UUID,
    *,
    items: Sequence[SupplementItem],
    reason_code: str,
    reason_text: str,
    expected_version: int | None = None,
) -> Dossier:
    """Asks the applicant to complete the dossier: every point at once, with reason; the clock stands still (form 02).

    - only components of the service's revision may be asked for, at least one;
    - no more requests than the service allows (usually one);
    - the answer is due within the service's limit, counted in working days.
    """
    reason = reasons.checked(reason_code, reason_text)
    change = opened(acting, dossier_id, "ask_supplement", expected_version=expected_version)
    dossier = change.dossier
    definition = definition_of(dossier.service_revision_id)
    points = _points(items, {component.code for component in definition.components})
    if dossier.supplement_count >= definition.supplement.max_requests:
        raise Conflict("SUPPLEMENT_LIMIT", _("Hồ sơ đã được yêu cầu bổ sung đủ số lần cho phép"))
    dossier.supplement_count += 1
    days = definition.supplement.expires_after_working_days
    request = SupplementRequest.objects.create(
        dossier=dossier,
        number=dossier.supplement_count,
        items=points,
        reason_code=reason.code.value,
        reason_text=reason.text,
        requested_by_id=acting.account_id,
        requested_at=change.now,
        answer_by=calendar_of(dossier.receiving_unit_id).add_working_days(change.now, days),
    )
    event = events.SupplementAsked(
        **change.moved_fields,
        reason_code=reason.code.value,
        reason_text=reason.text,
        number=request.number,
        components=tuple(point["component"] for point in points),
        answer_by=request.answer_by,
    )
    return moved(change, event, reason=reason, details={"number": request.number})


def _points(items: Sequence[SupplementItem], known: set[str]) -> list[dict[str, str]]:
    errors = [
        FieldError(f"items/{n}/component", "COMPONENT_UNKNOWN", _("Dịch vụ không có thành phần hồ sơ này"))
        for n, item in enumerate(items)
        if item.component not in known
    ]
    if not items:
        errors.append(FieldError("items", "ITEMS_REQUIRED", _("Chọn ít nhất một thành phần cần bổ sung")))
    if errors:
        raise Invalid("SUPPLEMENT_ITEMS", _("Yêu cầu bổ sung chưa đúng"), errors=errors)
    return [{"component": item.component, "what": normalise(item.what).strip()[:1000]} for item in items]
