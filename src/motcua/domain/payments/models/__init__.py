"""Tables of the payments room; every row of a dossier's money carries `dossier_id`. Only services write them."""

from motcua.domain.payments.models.attempts import (
    Attempt,
    Credit,
    GatewayNotification,
    RefundCase,
    RejectedNotification,
    UnmatchedCase,
)
from motcua.domain.payments.models.ledger import LedgerAccount, LedgerEntry, LedgerTransaction
from motcua.domain.payments.models.obligations import BeneficiaryAccount, Obligation, OfflinePayment
from motcua.domain.payments.models.receipts import Receipt, ReceiptCounter, ReceiptSeries

__all__ = [
    "Attempt",
    "BeneficiaryAccount",
    "Credit",
    "GatewayNotification",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerTransaction",
    "Obligation",
    "OfflinePayment",
    "Receipt",
    "ReceiptCounter",
    "ReceiptSeries",
    "RefundCase",
    "RejectedNotification",
    "UnmatchedCase",
]
