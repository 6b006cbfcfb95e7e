"""Money of a dossier through the API: what is owed, paying it, the transaction's state, the receipt."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from ninja import Router, Status

from motcua.domain.dossiers import queries as dossiers
from motcua.domain.payments import queries, services
from motcua.domain.payments.queries import AttemptView, ObligationView
from motcua.domain.people.principal import require_party
from motcua.faces.api import payment_schemas, schemas
from motcua.faces.api.authentication import principal_of
from motcua.faces.downloads import send

router = Router(tags=["payments"])
_PROBLEMS = {code: schemas.ProblemOut for code in (400, 401, 403, 404, 409, 422, 503)}


@router.get("/dossiers/{dossier_id}/obligations", response={200: list[payment_schemas.ObligationOut], **_PROBLEMS})
def obligations(request: HttpRequest, dossier_id: UUID) -> Any:
    """What a dossier owes and has paid, with every transaction."""
    dossier = dossiers.get(principal_of(request), dossier_id)
    return [_obligation(item) for item in queries.obligations_of(principal_of(request), dossier.pk)]


@router.get("/payments/banks", response={200: list[payment_schemas.BankOut], **_PROBLEMS})
def banks(request: HttpRequest) -> Any:
    """The banks and intermediaries a payer can choose now."""
    return services.banks()


@router.post("/obligations/{obligation_id}/payments", response={201: payment_schemas.AttemptOut, **_PROBLEMS})
def pay(request: HttpRequest, obligation_id: UUID, body: payment_schemas.PayIn) -> Any:
    """Starts a transaction and answers its QR; one that is open at the same bank is answered again (PAY-08)."""
    principal = principal_of(request)
    require_party(principal)
    owed = queries.obligation(principal, obligation_id)
    back = f"{settings.PUBLIC_URL}{reverse('portal:dossier', args=[owed.dossier_id])}"
    started = services.start_own_payment(principal, owed.id, bank=body.bank, return_url=back)
    return Status(201, _attempt(queries.payment_status(started.reference).attempt))


@router.get("/payments/{reference}", response={200: payment_schemas.PaymentStatusOut, **_PROBLEMS})
def status(request: HttpRequest, reference: str) -> Any:
    """Where a transaction stands, for who may see its obligation."""
    found = queries.payment_status(reference)
    queries.obligation(principal_of(request), found.obligation_id)
    return {
        "obligation": found.obligation_id,
        "dossier_code": found.dossier_code,
        "obligation_state": found.obligation_state.value,
        "payment": _attempt(found.attempt),
    }


@router.post("/obligations/{obligation_id}/offline", response={200: payment_schemas.ObligationOut, **_PROBLEMS})
def record_offline(request: HttpRequest, obligation_id: UUID, body: payment_schemas.OfflineIn) -> Any:
    """An officer records what was paid at the desk or by transfer (SUB-14)."""
    principal = principal_of(request)
    services.record_offline(obligation_id, **body.dict(), acting=principal)
    return _obligation(queries.obligation(principal, obligation_id))


@router.get("/receipts/{receipt_id}", response=_PROBLEMS)
def receipt(request: HttpRequest, receipt_id: UUID) -> HttpResponseBase:
    """The receipt as PDF, for its payer and the collecting unit."""
    _row, stored = queries.receipt_to_download(principal_of(request), receipt_id)
    return send(stored)


def _attempt(item: AttemptView) -> dict[str, Any]:
    fields = ("id", "reference", "bank", "amount", "failure_cause", "late", "duplicate", "credited", "started_at")
    later = ("expires_at", "finished_at", "qr_payload", "pay_url", "seconds_left")
    return {name: getattr(item, name) for name in (*fields, *later)} | {"state": item.state.value}


def _obligation(item: ObligationView) -> dict[str, Any]:
    fields = ("id", "dossier_code", "unit_name", "fee_code", "fee_name", "fee_kind", "amount", "blocks", "reason")
    receipt = item.receipt
    return {
        **{name: getattr(item, name) for name in (*fields, "created_at", "due_at", "paid_at")},
        "state": item.state.value,
        "pay": item.pay.value,
        "payments": [_attempt(attempt) for attempt in item.attempts],
        "receipt": None
        if receipt is None
        else {"id": receipt.id, "symbol": receipt.symbol, "number": receipt.number, "is_issued": receipt.is_issued},
    }
