"""What a receipt says: a snapshot taken from the ledger and the obligation, in the transaction of the payment (RCP-02).

Mandatory content: NĐ 254/2026/NĐ-CP Đ23(2).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db.models import Sum

from motcua.domain.catalogue.queries import definition_of
from motcua.domain.payments.models import LedgerTransaction, Obligation
from motcua.foundation.codes import procedure_of
from motcua.foundation.money import amount_in_words


class ReceiptContent(msgspec.Struct, frozen=True, kw_only=True):
    """Every field of a receipt. Amount in đồng, `paid_at` aware; names NFC. Empty number: not numbered yet."""

    form_symbol: str = ""
    symbol: str = ""
    number: str = ""
    issuer_name: str = ""
    issuer_tax_code: str = ""
    collecting_unit_code: str
    collecting_unit: str
    payer_name: str
    dossier_code: str
    procedure_code: str
    service_code: str
    service_name: str
    fee_code: str
    fee_name: str
    fee_kind: str
    amount: int
    amount_words: str
    beneficiary_bin: str
    beneficiary_account: str
    beneficiary_name: str
    treasury_code: str
    method: str
    transaction_code: str
    bank_transaction_id: str
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class Issuer:
    """The collecting body in whose series a receipt is numbered."""

    name: str
    tax_code: str


def of(obligation: Obligation, collection: LedgerTransaction, *, method: str, reference: str) -> ReceiptContent:
    """The content of a collection's receipt, before it has a number. The amount is the ledger's."""
    dossier, unit = obligation.dossier, obligation.unit
    amount = int(collection.entries.filter(amount__gt=0).aggregate(total=Sum("amount"))["total"])
    return ReceiptContent(
        collecting_unit_code=unit.code,
        collecting_unit=unit.name,
        payer_name=obligation.payer_name,
        dossier_code=dossier.code,
        procedure_code=procedure_of(dossier.service_code),
        service_code=dossier.service_code,
        service_name=definition_of(dossier.service_revision_id).name,
        fee_code=obligation.fee_code,
        fee_name=obligation.fee_name,
        fee_kind=obligation.fee_kind,
        amount=amount,
        amount_words=amount_in_words(amount),
        beneficiary_bin=obligation.beneficiary_bin,
        beneficiary_account=obligation.beneficiary_account,
        beneficiary_name=obligation.beneficiary_name,
        treasury_code=obligation.treasury_code,
        method=method,
        transaction_code=reference,
        bank_transaction_id=collection.credit.bank_transaction_id if collection.credit else "",
        paid_at=collection.occurred_at,
    )


def numbered(content: ReceiptContent, form_symbol: str, symbol: str, number: str, issuer: Issuer) -> ReceiptContent:
    """The same content under its number."""
    return msgspec.structs.replace(
        content,
        form_symbol=form_symbol,
        symbol=symbol,
        number=number,
        issuer_name=issuer.name,
        issuer_tax_code=issuer.tax_code,
    )


def to_json(content: ReceiptContent) -> dict[str, Any]:
    """As the column keeps it."""
    return msgspec.to_builtins(content)


def from_json(stored: dict[str, Any]) -> ReceiptContent:
    """Reads the column back."""
    return msgspec.convert(stored, ReceiptContent)
