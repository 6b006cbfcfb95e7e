"""The receipt as a PDF, rendered by Typst from its content and nothing else."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import typst

from motcua.domain.payments.receipt_content import ReceiptContent
from motcua.domain.payments.rules import OFFLINE_NAMES, OfflineMethod
from motcua.foundation.clock import to_local
from motcua.foundation.money import format_dong

_KINDS = {"CHARGE": "Phí", "FEE": "Lệ phí"}


@cache
def _template() -> bytes:
    return (Path(__file__).parent / "receipt.typ").read_bytes()


def render(content: ReceiptContent) -> bytes:
    """One A5 page. Text reaches the template as data, so nothing a person typed is markup."""
    inputs = {name: value for name, value in _inputs(content).items()}
    return typst.compile(_template(), sys_inputs=inputs)


def _inputs(content: ReceiptContent) -> dict[str, str]:
    paid_at = to_local(content.paid_at)
    return {
        "form_symbol": content.form_symbol,
        "symbol": content.symbol,
        "number": content.number,
        "issuer_name": content.issuer_name,
        "issuer_tax_code": content.issuer_tax_code,
        "collecting_unit": f"{content.collecting_unit} ({content.collecting_unit_code})",
        "payer_name": content.payer_name,
        "dossier_code": content.dossier_code,
        "service": f"{content.service_code} – {content.service_name}",
        "procedure_code": content.procedure_code,
        "fee": f"{_KINDS.get(content.fee_kind, '')} {content.fee_code} – {content.fee_name}".strip(),
        "amount": format_dong(content.amount),
        "amount_words": content.amount_words,
        "beneficiary": _beneficiary(content),
        "method": _method(content.method),
        "transaction_code": content.transaction_code,
        "bank_transaction_id": content.bank_transaction_id,
        "paid_at": f"{paid_at:%H:%M:%S} ngày {paid_at:%d/%m/%Y}",
        "day": f"ngày {paid_at:%d} tháng {paid_at:%m} năm {paid_at:%Y}",
    }


def _beneficiary(content: ReceiptContent) -> str:
    if not content.beneficiary_account:
        return ""
    account = f"{content.beneficiary_account} – {content.beneficiary_name} (BIN {content.beneficiary_bin})"
    return f"{account}, KBNN {content.treasury_code}" if content.treasury_code else account


def _method(method: str) -> str:
    if method in OfflineMethod.__members__:
        return str(OFFLINE_NAMES[OfflineMethod(method)])
    return "Thanh toán trực tuyến"
