"""Requests and answers about money. Amounts in đồng."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Field, Schema
from pydantic import AwareDatetime

from motcua.faces.api.schemas import Strict


class BankOut(Schema):
    code: str
    name: str


class PayIn(Strict):
    bank: str = Field(min_length=1, max_length=20)


class OfflineIn(Strict):
    """What an officer was shown: how it was paid, the slip's number, when (default: now)."""

    method: str = Field(max_length=20)
    document_number: str = Field(max_length=60)
    paid_at: AwareDatetime | None = None


class AttemptOut(Schema):
    """A transaction; the QR is there while it may be scanned."""

    id: UUID
    reference: str
    bank: str
    amount: int
    state: str
    failure_cause: str
    late: bool
    duplicate: bool
    credited: bool
    started_at: datetime
    expires_at: datetime
    finished_at: datetime | None
    qr_payload: str
    pay_url: str
    seconds_left: int


class ReceiptOut(Schema):
    id: UUID
    symbol: str
    number: str
    is_issued: bool


class ObligationOut(Schema):
    """Amounts in đồng; `pay` says what is offered now: START, CONTINUE or NONE."""

    id: UUID
    dossier_code: str
    unit_name: str
    fee_code: str
    fee_name: str
    fee_kind: str
    amount: int
    blocks: bool
    reason: str
    state: str
    pay: str
    created_at: datetime
    due_at: datetime | None
    paid_at: datetime | None
    payments: list[AttemptOut]
    receipt: ReceiptOut | None


class PaymentStatusOut(Schema):
    obligation: UUID
    dossier_code: str
    obligation_state: str
    payment: AttemptOut
