"""What the gateway knows: orders, credits and notifications; and its settings and faults."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from motcua.simulators.bank.vietqr import QrContent, encode
from motcua.simulators.environment import required
from motcua.simulators.store import Row
from motcua.simulators.world import FaultKinds, World

BANKS: Final = (
    ("VCB", "970436", "Vietcombank"),
    ("BIDV", "970418", "BIDV"),
    ("CTG", "970415", "VietinBank"),
    ("AGRIBANK", "970405", "Agribank"),
    ("VNPAY", None, "VNPAY"),
)

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS orders (
    order_id TEXT PRIMARY KEY, reference TEXT NOT NULL UNIQUE, request TEXT NOT NULL, bank TEXT NOT NULL,
    amount INTEGER NOT NULL, qr_payload TEXT NOT NULL, created_at TEXT NOT NULL, expires_at TEXT NOT NULL,
    failed_at TEXT
);
CREATE TABLE IF NOT EXISTS credit (
    bank_transaction_id TEXT PRIMARY KEY, order_id TEXT REFERENCES orders ON DELETE CASCADE,
    beneficiary_bin TEXT NOT NULL, beneficiary_account TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0),
    reference TEXT NOT NULL, remittance TEXT NOT NULL, payer_bank TEXT NOT NULL, paid_at TEXT NOT NULL,
    late INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS notification (
    notification_id TEXT PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES orders ON DELETE CASCADE, url TEXT NOT NULL, body TEXT NOT NULL,
    copies INTEGER NOT NULL, concurrent INTEGER NOT NULL, tries INTEGER NOT NULL, next_try_at TEXT, acknowledged_at TEXT
);
CREATE TABLE IF NOT EXISTS notification_try (
    id INTEGER PRIMARY KEY AUTOINCREMENT, notification_id TEXT NOT NULL REFERENCES notification ON DELETE CASCADE,
    at TEXT NOT NULL, outcome TEXT NOT NULL
);
"""
TABLES: Final = ("notification_try", "notification", "credit", "orders")

FAULTS: Final = FaultKinds(
    parameters={
        "unavailable": {},
        "create_slow": {"seconds": 3},
        "create_timeout": {"seconds": 60},
        "create_empty": {},
        "create_garbled": {},
        "create_no_qr": {},
        "create_wrong_qr": {},
        "create_error": {"status": 500},
        "query_slow": {"seconds": 3},
        "query_unknown": {},
        "notification_lost": {},
        "notification_delayed": {"seconds": 5},
        "notification_duplicate": {"count": 2, "concurrent": False},
        "notification_wrong_signature": {},
        "notification_wrong_amount": {"amount": 1},
    },
    match_keys=frozenset({"bank", "reference"}),
)


@dataclass(frozen=True)
class Settings:
    """The one merchant that the gateway serves."""

    base_url: str
    merchant: str
    secret: str
    signature_window: int

    @classmethod
    def read(cls, base_url: str, environment: Mapping[str, str]) -> Settings:
        """Settings out of the environment. Raises RuntimeError without a secret."""
        return cls(
            base_url=base_url,
            merchant=environment.get("BANK_MERCHANT_ID", "motcua"),
            secret=required(environment, "BANK_SECRET"),
            signature_window=int(environment.get("BANK_SIGNATURE_WINDOW", "300")),
        )


class ReferenceConflictError(Exception):
    """The reference is in use for an order with other content."""


class Gateway:
    """The gateway's books. A credit is written together with its notification."""

    def __init__(self, data_dir: Path, settings: Settings) -> None:
        self.settings = settings
        self.world = World(data_dir, "bank", _SCHEMA, FAULTS)
        self.store = self.world.store

    def now(self) -> datetime:
        """The gateway's time."""
        return self.world.clock.now()

    def fault(self, name: str, order: Mapping[str, Any] | Row) -> dict[str, Any] | None:
        """Parameters of a fault that applies to an order."""
        return self.world.faults.take(name, bank=order["bank"], reference=order["reference"])

    def create(self, request: Mapping[str, Any]) -> tuple[Row, bool]:
        """The order of a checked request, and whether it is new. Raises ReferenceConflictError."""
        content = json.dumps(request, sort_keys=True)
        existing = self.by_reference(request["reference"])
        if existing is not None:
            if existing["request"] != content:
                raise ReferenceConflictError(request["reference"])
            return existing, False
        beneficiary = request["beneficiary"]
        qr = QrContent(
            beneficiary["bin"], beneficiary["account"], request["amount"], request["reference"], request["description"]
        )
        order_id = "O" + secrets.token_hex(8).upper()
        now = self.now()
        expires = now + timedelta(seconds=request["validity_seconds"])
        self.store.execute(
            "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            (
                order_id,
                request["reference"],
                content,
                request["bank"],
                request["amount"],
                encode(qr),
                now.isoformat(),
                expires.isoformat(),
            ),
        )
        self.world.log("order_created", reference=request["reference"], bank=request["bank"])
        return self.order(order_id), True

    def order(self, order_id: str) -> Row:
        """An order that must exist. Raises KeyError."""
        return self.store.the("SELECT * FROM orders WHERE order_id = ?", (order_id,))

    def by_reference(self, reference: str) -> Row | None:
        """The order of a merchant's reference."""
        return self.store.one("SELECT * FROM orders WHERE reference = ?", (reference,))

    def credits(self, order: Row) -> list[Row]:
        """The credits of an order, oldest first."""
        return self.store.all("SELECT * FROM credit WHERE order_id = ? ORDER BY paid_at, rowid", (order["order_id"],))

    def status(self, order: Row) -> str:
        """`paid` if any money came; else `failed`, `expired` or `created`."""
        if self.credits(order):
            return "paid"
        if order["failed_at"]:
            return "failed"
        return "expired" if datetime.fromisoformat(order["expires_at"]) <= self.now() else "created"

    def describe(self, order: Row) -> dict[str, Any]:
        """An order as the merchant sees it."""
        paid = self.credits(order)
        return {
            "order_id": order["order_id"],
            "reference": order["reference"],
            "bank": order["bank"],
            "amount": order["amount"],
            "currency": "VND",
            "status": self.status(order),
            "qr_payload": order["qr_payload"],
            "pay_url": f"{self.settings.base_url}/pay/{order['order_id']}",
            "created_at": order["created_at"],
            "expires_at": order["expires_at"],
            "received_amount": sum(credit["amount"] for credit in paid),
            "payments": [_describe_credit(credit) for credit in paid],
        }

    def pay(self, qr: QrContent, amount: int, payer_bank: str) -> Row:
        """Credits the QR's account, for its order if it has one, whatever the order's state; notes what to notify."""
        order = self.by_reference(qr.bill_number)
        if order is not None:
            beneficiary = json.loads(order["request"])["beneficiary"]
            if (beneficiary["bin"], beneficiary["account"]) != (qr.bin, qr.account):
                order = None
        now = self.now()
        late = order is not None and self.status(order) in ("expired", "failed")
        transaction_id = f"FT{now:%y%j}{secrets.token_hex(5).upper()}"
        order_id, reference = (order["order_id"], order["reference"]) if order else (None, "")
        with self.store.transaction():
            self.store.execute(
                "INSERT INTO credit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    transaction_id,
                    order_id,
                    qr.bin,
                    qr.account,
                    amount,
                    reference,
                    qr.purpose,
                    payer_bank,
                    now.isoformat(),
                    late,
                ),
            )
            credit = self.store.the("SELECT * FROM credit WHERE bank_transaction_id = ?", (transaction_id,))
            if order is not None:
                self._note(order, {"event": "payment.credited", "status": "paid", **_describe_credit(credit)})
        self.world.log(
            "credited", reference=reference, bank_transaction_id=transaction_id, amount=amount, late=bool(late)
        )
        return credit

    def cancel(self, order: Row) -> None:
        """The payer pressed "Hủy"; only an open order fails by it."""
        if self.status(order) != "created":
            return
        now = self.now().isoformat()
        with self.store.transaction():
            self.store.execute("UPDATE orders SET failed_at = ? WHERE order_id = ?", (now, order["order_id"]))
            failure = {"event": "order.failed", "status": "failed", "reason": "CANCELLED_BY_PAYER", "failed_at": now}
            self._note(order, {**failure, "amount": order["amount"]})
        self.world.log("order_failed", reference=order["reference"])

    def _note(self, order: Row, content: dict[str, Any]) -> None:
        """Writes the notification that the notifier will send, spoilt by the faults that are on."""
        if self.fault("notification_lost", order):
            self.world.log("notification_lost", reference=order["reference"])
            return
        if wrong := self.fault("notification_wrong_amount", order):
            content = {**content, "amount": wrong["amount"]}
        delayed = self.fault("notification_delayed", order) or {"seconds": 0}
        copies = self.fault("notification_duplicate", order) or {"count": 1, "concurrent": False}
        key = "N" + secrets.token_hex(8).upper()
        body = {
            "version": "1",
            "notification_id": key,
            "order_id": order["order_id"],
            "reference": order["reference"],
            "bank": order["bank"],
            "currency": "VND",
            **content,
        }
        self.store.execute(
            "INSERT INTO notification VALUES (?, ?, ?, ?, ?, ?, 0, ?, NULL)",
            (
                key,
                order["order_id"],
                json.loads(order["request"])["notify_url"],
                json.dumps(body, ensure_ascii=False),
                copies["count"],
                copies["concurrent"],
                (self.now() + timedelta(seconds=delayed["seconds"])).isoformat(),
            ),
        )


def _describe_credit(credit: Row) -> dict[str, Any]:
    return {
        "bank_transaction_id": credit["bank_transaction_id"],
        "amount": credit["amount"],
        "paid_at": credit["paid_at"],
        "payer_bank": credit["payer_bank"],
        "late": bool(credit["late"]),
    }
