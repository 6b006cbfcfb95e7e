"""The contract between this room and any payment gateway: what is asked, what may come back, how it may fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from motcua.domain.payments.rules import FailureCause


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank or intermediary that a payer can choose."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """The account that is credited: BIN of the bank, account number, holder."""

    bin: str
    account: str
    name: str


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """One transaction as asked of the gateway; the same `reference` is always the same order. Amount in đồng."""

    reference: str
    bank: str
    amount: int
    beneficiary: Beneficiary
    validity_seconds: int
    return_url: str
    locale: str


class OrderStatus(StrEnum):
    """Where the gateway says an order stands."""

    WAITING = "WAITING"
    PAID = "PAID"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class CreditNotice:
    """One credit as the bank tells it; `bank_transaction_id` is its only key."""

    bank_transaction_id: str
    reference: str
    amount: int
    paid_at: datetime
    payer_bank: str
    late: bool


@dataclass(frozen=True, slots=True)
class Order:
    """The gateway's view of a transaction."""

    order_id: str
    reference: str
    status: OrderStatus
    qr_payload: str
    pay_url: str
    expires_at: datetime
    credits: tuple[CreditNotice, ...] = ()


@dataclass(frozen=True, slots=True)
class FailureNotice:
    """The gateway says that an order came to nothing."""

    reference: str
    cause: FailureCause


@dataclass(frozen=True, slots=True)
class Notification:
    """A verified notification: exactly one of `credit` and `failure` is given."""

    notification_id: str
    credit: CreditNotice | None = None
    failure: FailureNotice | None = None


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it reached the notification address: the signature covers all of it but other headers."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class GatewayFailure(Exception):
    """The gateway gave no usable answer; `cause` says how."""

    def __init__(self, cause: FailureCause) -> None:
        super().__init__(cause.value)
        self.cause = cause


class SignatureRefused(Exception):
    """The notification does not come from the gateway, or is too old; the text is the machine's cause."""


class NotificationMalformed(ValueError):
    """Signed rightly, and still not a notification of the protocol."""


class Gateway(Protocol):
    """What an adapter does. Nothing here touches the database; calls are made outside transactions."""

    key: str

    def banks(self) -> list[Bank]:
        """The banks that can be chosen now. Raises GatewayFailure."""
        ...

    def create_order(self, request: OrderRequest) -> Order:
        """Opens the order, or answers the one that the reference already has. Raises GatewayFailure."""
        ...

    def query(self, reference: str) -> Order | None:
        """The order as it stands, None if the gateway does not know it. Raises GatewayFailure."""
        ...

    def verify(self, request: SignedRequest) -> None:
        """Raises SignatureRefused unless the gateway signed this request just now."""
        ...

    def read_notification(self, body: bytes) -> Notification:
        """The notification in a verified body. Raises NotificationMalformed."""
        ...
