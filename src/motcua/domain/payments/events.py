"""What the payments room publishes, on the aggregate "obligation". Codes, amounts and causes; no personal data."""

from __future__ import annotations

from motcua.foundation.events import EventBody, event_type


@event_type("payment.obligation_created", aggregate="obligation")
class ObligationCreated(EventBody, frozen=True):
    """A financial obligation was born (PAY-02). Amount in đồng."""

    dossier_code: str
    fee_code: str
    amount: int
    blocks: bool


@event_type("payment.obligation_cancelled", aggregate="obligation")
class ObligationCancelled(EventBody, frozen=True):
    """An officer withdrew it, with reason."""

    dossier_code: str
    fee_code: str
    reason: str


@event_type("payment.started", aggregate="obligation")
class PaymentStarted(EventBody, frozen=True):
    """A transaction was opened at a bank."""

    reference: str
    bank: str
    amount: int


@event_type("payment.ended", aggregate="obligation")
class PaymentEnded(EventBody, frozen=True):
    """A transaction ended without money: FAILED_TIMEOUT or QR_EXPIRED, and why."""

    reference: str
    bank: str
    state: str
    cause: str


@event_type("payment.obligation_paid", aggregate="obligation")
class ObligationPaid(EventBody, frozen=True):
    """The obligation is paid: ledger, state, receipt and the dossier's return stand in the same transaction (PAY-12).

    `method` is ONLINE or a method of payment at a desk; `reference` the transaction code or document number.
    """

    dossier_code: str
    fee_code: str
    amount: int
    method: str
    reference: str
    late: bool


@event_type("payment.surplus_received", aggregate="obligation")
class SurplusReceived(EventBody, frozen=True):
    """Money beyond what was owed came in; a refund case is open (PAY-08, PAY-11)."""

    reference: str
    amount: int
    reason: str


@event_type("payment.receipt_issued", aggregate="obligation")
class ReceiptIssued(EventBody, frozen=True):
    """The receipt's file can be downloaded."""

    symbol: str
    number: str
