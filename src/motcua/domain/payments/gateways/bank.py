"""Adapter of the protocol `bank-gateway/1` (docs/protocols/bank-gateway.md)."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec
from django.conf import settings

from motcua.domain.payments import policies
from motcua.domain.payments.gateways.base import (
    Bank,
    CreditNotice,
    FailureNotice,
    GatewayFailure,
    Notification,
    NotificationMalformed,
    Order,
    OrderRequest,
    OrderStatus,
    SignatureRefused,
    SignedRequest,
)
from motcua.domain.payments.rules import FailureCause
from motcua.foundation import clock
from motcua.foundation.outbound import Answer, Cause, Limits, Outcome, Partner, Request, Result, call

NOTIFY_PATH = "/api/v1/payments/notifications/bank"
_STATUSES = {
    "created": OrderStatus.WAITING,
    "paid": OrderStatus.PAID,
    "failed": OrderStatus.FAILED,
    "expired": OrderStatus.EXPIRED,
}
_REASONS = {"CANCELLED_BY_PAYER": FailureCause.CANCELLED_BY_PAYER}
_CAUSES = {
    Cause.TIMEOUT: FailureCause.NO_ANSWER,
    Cause.CONNECT: FailureCause.UNREACHABLE,
    Cause.TLS: FailureCause.UNREACHABLE,
    Cause.CONNECTION_LOST: FailureCause.UNREACHABLE,
    Cause.CIRCUIT_OPEN: FailureCause.UNREACHABLE,
}


class _Bank(msgspec.Struct):
    code: str
    name: str
    enabled: bool


class _Banks(msgspec.Struct):
    banks: list[_Bank]


class _Payment(msgspec.Struct):
    bank_transaction_id: str
    amount: int
    paid_at: datetime
    payer_bank: str = ""
    late: bool = False


class _Order(msgspec.Struct):
    order_id: str
    reference: str
    status: str
    expires_at: datetime
    qr_payload: str = ""
    pay_url: str = ""
    payments: list[_Payment] = msgspec.field(default_factory=list)


class _Credited(msgspec.Struct, tag_field="event", tag="payment.credited"):
    notification_id: str
    reference: str
    amount: int
    currency: str
    bank_transaction_id: str
    paid_at: datetime
    payer_bank: str = ""
    late: bool = False


class _Failed(msgspec.Struct, tag_field="event", tag="order.failed"):
    notification_id: str
    reference: str
    reason: str = ""


def signature(secret: str, timestamp: str, method: str, target: str, body: bytes) -> str:
    """Lower-case hex HMAC-SHA512 over timestamp, method, target and body, one per line."""
    text = f"{timestamp}\n{method}\n{target}\n".encode()
    return hmac.new(secret.encode(), text + body, hashlib.sha512).hexdigest()


class BankGateway:
    """The gateway of a bank or intermediary; address, merchant and secret come from the settings at each call."""

    key = "bank"

    def banks(self) -> list[Bank]:
        result = self._call("GET", "/v1/banks", purpose="bank.list", subject=("gateway", self.key))
        found = _decoded(result, _Banks)
        return [Bank(item.code, item.name) for item in found.banks if item.enabled]

    def create_order(self, request: OrderRequest) -> Order:
        beneficiary = request.beneficiary
        content = {
            "reference": request.reference,
            "bank": request.bank,
            "amount": request.amount,
            "currency": "VND",
            "description": request.reference,
            "beneficiary": {"bin": beneficiary.bin, "account": beneficiary.account, "name": beneficiary.name[:70]},
            "validity_seconds": request.validity_seconds,
            "notify_url": settings.PUBLIC_URL + NOTIFY_PATH,
            "return_url": request.return_url,
            "locale": request.locale,
        }
        result = self._call(
            "POST",
            "/v1/orders",
            json.dumps(content, ensure_ascii=False).encode(),
            purpose="bank.create_order",
            subject=("transaction", request.reference),
            line=request.bank,
        )
        return _order(_decoded(result, _Order))

    def query(self, reference: str) -> Order | None:
        result = self._call(
            "GET", f"/v1/orders/{quote(reference)}", purpose="bank.query", subject=("transaction", reference)
        )
        if result.status == 404:
            return None
        return _order(_decoded(result, _Order))

    def verify(self, request: SignedRequest) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        timestamp = headers.get("x-timestamp", "")
        if headers.get("x-merchant") != settings.BANK_GATEWAY_MERCHANT:
            raise SignatureRefused("UNKNOWN_MERCHANT")
        secret = settings.BANK_GATEWAY_SECRET
        expected = signature(secret, timestamp, request.method, request.target, request.body)
        if not hmac.compare_digest(expected.encode(), headers.get("x-signature", "").encode()):
            raise SignatureRefused("SIGNATURE_INVALID")
        if not (timestamp.isascii() and timestamp.isdigit()) or len(timestamp) > 12:
            raise SignatureRefused("TIMESTAMP_OUT_OF_RANGE")
        if abs(int(timestamp) - clock.now().timestamp()) > policies.SIGNATURE_WINDOW.get():
            raise SignatureRefused("TIMESTAMP_OUT_OF_RANGE")

    def read_notification(self, body: bytes) -> Notification:
        try:
            told = msgspec.json.decode(body, type=_Credited | _Failed)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise NotificationMalformed(str(error)) from error
        if isinstance(told, _Failed):
            cause = _REASONS.get(told.reason, FailureCause.REFUSED_BY_BANK)
            return Notification(told.notification_id, failure=FailureNotice(told.reference, cause))
        if told.currency != "VND" or told.amount <= 0 or not told.bank_transaction_id:
            raise NotificationMalformed("not a credit in đồng")
        return Notification(told.notification_id, credit=_credit(told, told.reference))

    def _call(
        self, method: str, target: str, body: bytes = b"", *, purpose: str, subject: tuple[str, str], line: str = ""
    ) -> Result:
        """One signed call, tried once: the payer waits, or a pump comes again. Each bank has a circuit of its own."""
        timestamp = str(int(clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "X-Merchant": settings.BANK_GATEWAY_MERCHANT,
            "X-Timestamp": timestamp,
            "X-Signature": signature(settings.BANK_GATEWAY_SECRET, timestamp, method, target, body),
        }
        seconds = policies.INITIATION_TIMEOUT.get()
        limits = Limits(connect_seconds=min(3, seconds), read_seconds=seconds, total_seconds=seconds, attempts=1)
        name = f"bank-gateway.{line}" if line else "bank-gateway"
        partner = Partner(name, settings.BANK_GATEWAY_URL, limits)
        return call(partner, Request(method, target, purpose, subject, True, body, headers), _judge)


def _judge(answer: Answer) -> Outcome:
    """Any answer in good order tells something; what it tells is read afterwards."""
    if answer.status >= 500:
        return Outcome.UNKNOWN
    return Outcome.DONE if 200 <= answer.status < 300 or answer.status == 404 else Outcome.FAILED


def _decoded(result: Result, wanted: type[Any]) -> Any:
    """The body as `wanted`. Raises GatewayFailure with the cause by which failures are counted."""
    if result.answer is None:
        raise GatewayFailure(_CAUSES.get(result.cause, FailureCause.GATEWAY_ERROR))
    if not 200 <= result.answer.status < 300:
        raise GatewayFailure(FailureCause.GATEWAY_ERROR)
    if not result.answer.body.strip():
        raise GatewayFailure(FailureCause.EMPTY_ANSWER)
    try:
        return msgspec.json.decode(result.answer.body, type=wanted)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise GatewayFailure(FailureCause.GARBLED_ANSWER) from error


def _credit(told: _Payment | _Credited, reference: str) -> CreditNotice:
    if told.paid_at.tzinfo is None or told.amount <= 0:
        raise NotificationMalformed("a credit has a moment with offset and an amount above zero")
    return CreditNotice(told.bank_transaction_id, reference, told.amount, told.paid_at, told.payer_bank[:20], told.late)


def _order(told: _Order) -> Order:
    try:
        return Order(
            order_id=told.order_id,
            reference=told.reference,
            status=_STATUSES[told.status],
            qr_payload=told.qr_payload,
            pay_url=told.pay_url,
            expires_at=_aware(told.expires_at),
            credits=tuple(_credit(item, told.reference) for item in told.payments),
        )
    except (KeyError, ValueError) as error:
        raise GatewayFailure(FailureCause.GARBLED_ANSWER) from error


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("naive moment")
    return moment
