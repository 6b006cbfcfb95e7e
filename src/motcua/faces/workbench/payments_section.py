"""What payments show on a dossier: obligations, every transaction with its outcome, receipts (DPH-04, PAY-13)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from motcua.domain.dossiers.models import Dossier
from motcua.domain.organisations import access
from motcua.domain.organisations.access import Acting
from motcua.domain.payments import queries, services
from motcua.domain.payments.rules import ATTEMPT_NAMES, OBLIGATION_NAMES, OFFLINE_NAMES, ObligationState
from motcua.faces.downloads import send
from motcua.faces.signing_in import SignedInRequest, signed_in
from motcua.faces.workbench.dossier_page import render_dossier
from motcua.faces.workbench.sections import later_sections
from motcua.foundation.errors import DomainError


def payments_section(acting: Acting, dossier: Dossier) -> dict[str, Any]:
    """The section; without the right to see money it says so instead of looking empty."""
    allowed = access.can(acting, "payment.view", dossier)
    obligations = queries.obligations_of(acting, dossier.pk) if allowed else []
    return {
        "template": "workbench/parts/payments.html",
        "allowed": allowed,
        "rows": [_row(item) for item in obligations],
        "may_record": allowed and access.can(acting, "payment.record_offline", dossier),
        "may_cancel": allowed and access.can(acting, "dossier.assess_fee", dossier),
        "methods": [(method.value, name) for method, name in OFFLINE_NAMES.items()],
    }


def _row(item: queries.ObligationView) -> dict[str, Any]:
    attempts = [{"attempt": attempt, "state": ATTEMPT_NAMES[attempt.state]} for attempt in item.attempts]
    unpaid = item.state is ObligationState.UNPAID
    return {"owed": item, "state": OBLIGATION_NAMES[item.state], "attempts": attempts, "unpaid": unpaid}


later_sections.add("payments", payments_section)


@require_POST
@signed_in
def record_offline(request: SignedInRequest, dossier_id: UUID, obligation_id: UUID) -> HttpResponse:
    """Records a payment made at the desk or by transfer (SUB-14)."""
    form = request.POST
    recording = partial(
        services.record_offline,
        obligation_id,
        method=form.get("method", ""),
        document_number=form.get("document_number", ""),
        paid_at=None,
        acting=request.principal,
    )
    return _done(request, dossier_id, recording, _("Đã ghi nhận thanh toán"))


@require_POST
@signed_in
def cancel_obligation(request: SignedInRequest, dossier_id: UUID, obligation_id: UUID) -> HttpResponse:
    """Withdraws an obligation that nobody has paid, with the reason that the payer reads (PAY-02)."""
    reason = request.POST.get("reason", "")
    cancelling = partial(services.cancel_obligation, obligation_id, reason=reason, acting=request.principal)
    return _done(request, dossier_id, cancelling, _("Đã hủy khoản phải nộp"))


def _done(request: SignedInRequest, dossier_id: UUID, command: Callable[[], object], said: str) -> HttpResponse:
    try:
        command()
    except DomainError as error:
        if error.status == 403:
            raise
        return render_dossier(request, dossier_id, error=error)
    messages.success(request, said)
    return redirect("workbench:dossier", dossier_id=dossier_id)


@require_safe
@signed_in
def receipt(request: SignedInRequest, receipt_id: UUID) -> FileResponse:
    """The receipt's PDF for an officer of its unit."""
    _row_of_receipt, stored = queries.receipt_to_download(request.principal, receipt_id)
    return send(stored)
