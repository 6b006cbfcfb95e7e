"""Financial obligations as the dossier sees them: asked for by an officer, complete by the payments room."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.catalogue.queries import definition_of
from motcua.domain.dossiers import events, reasons
from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.rules import State
from motcua.domain.dossiers.transition import end_pause, moved, opened, opened_by_product
from motcua.domain.organisations.access import Acting
from motcua.foundation.actor import Actor
from motcua.foundation.errors import FieldError, Invalid


@transaction.atomic
def ask_payment(
    acting: Acting,
    dossier_id: UUID,
    *,
    amounts: Sequence[tuple[str, int]],
    reason_text: str,
    expected_version: int | None = None,
) -> Dossier:
    """Assesses the obligation that the service's fee rule leaves to the officer; the clock stands still until paid.

    `amounts`: (fee code, đồng). Each code must be a rule of the revision assessed `after`; amounts are whole and
    positive. The obligations are born in this transaction, by the payments room's reaction (design: Obligations).
    """
    reason = reasons.checked("FINANCIAL_OBLIGATION", reason_text)
    change = opened(acting, dossier_id, "ask_payment", expected_version=expected_version)
    lines = _lines(change.dossier, amounts)
    event = events.ObligationRequested(
        **change.moved_fields, reason_code=reason.code.value, reason_text=reason.text, fees_due=lines
    )
    return moved(change, event, reason=reason, details={"fees": [line.code for line in lines]})


def _lines(dossier: Dossier, amounts: Sequence[tuple[str, int]]) -> tuple[events.FeeLine, ...]:
    definition = definition_of(dossier.service_revision_id)
    rules = {rule.code: rule for rule in definition.fees if rule.moment.value == "after"}
    errors: list[FieldError] = []
    for n, (code, amount) in enumerate(amounts):
        if code not in rules:
            errors.append(FieldError(f"amounts/{n}", "FEE_UNKNOWN", _("Dịch vụ không có khoản thu này")))
        elif type(amount) is not int or amount <= 0:
            errors.append(FieldError(f"amounts/{n}", "AMOUNT", _("Số tiền phải là số nguyên dương, tính bằng đồng")))
    if not amounts:
        errors.append(FieldError("amounts", "AMOUNTS_REQUIRED", _("Nhập ít nhất một khoản phải nộp")))
    if errors:
        raise Invalid("OBLIGATION_INVALID", _("Nghĩa vụ tài chính chưa đúng"), errors=errors)
    return tuple(
        events.FeeLine(
            code=code, name=rules[code].name, kind=rules[code].kind.value, amount=amount, blocks=rules[code].blocks
        )
        for code, amount in amounts
    )


def resume_after_payment(dossier_ids: Sequence[UUID], actor: Actor) -> list[UUID]:
    """Resumes the dossiers among these that wait for payment; the others are left alone. In the caller's transaction.

    Called by the payments room when no blocking obligation is open any more (PAY-12, DOS-04). Returns the resumed.
    """
    waiting = Dossier.objects.filter(pk__in=dossier_ids, state=State.WAIT_PAYMENT.value).order_by("pk")
    resumed: list[UUID] = []
    for dossier_id in waiting.values_list("pk", flat=True):
        change = opened_by_product(actor, dossier_id, "payment_complete")
        due_at = end_pause(change)
        if due_at is None:
            raise ValueError("a dossier that waits for payment has a due date")
        moved(change, events.PaymentComplete(**change.moved_fields, due_at=due_at))
        resumed.append(dossier_id)
    return resumed
