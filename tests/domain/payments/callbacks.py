"""Notifications as the gateway would send them, made by the test after the protocol document."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection
from django.test import Client

from motcua.domain.payments.models import Attempt
from motcua.foundation import clock

PATH = "/api/v1/payments/notifications/bank"
_numbers = count(1)
Result = TypeVar("Result")


def credited(attempt: Attempt, *, bank_id: str | None = None, **changed: Any) -> dict[str, Any]:
    """The notification of a credit for a transaction; fields can be changed."""
    number = next(_numbers)
    return {
        "version": "1",
        "notification_id": f"N{number:08d}",
        "event": "payment.credited",
        "order_id": attempt.order_id or "O1",
        "reference": attempt.reference,
        "bank": attempt.bank,
        "amount": attempt.amount,
        "currency": "VND",
        "status": "paid",
        "bank_transaction_id": bank_id or f"FT{number:010d}",
        "paid_at": clock.now().isoformat(),
        "payer_bank": "BIDV",
        "late": False,
        **changed,
    }


def failed(attempt: Attempt, reason: str = "CANCELLED_BY_PAYER") -> dict[str, Any]:
    """The notification that an order came to nothing."""
    return {
        "version": "1",
        "notification_id": f"N{next(_numbers):08d}",
        "event": "order.failed",
        "order_id": attempt.order_id,
        "reference": attempt.reference,
        "bank": attempt.bank,
        "amount": attempt.amount,
        "currency": "VND",
        "status": "failed",
        "reason": reason,
        "failed_at": clock.now().isoformat(),
    }


def deliver(content: dict[str, Any] | bytes, *, secret: str | None = None, **headers: str) -> Any:
    """POSTs a signed notification to the product; `secret` and `headers` spoil it."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    timestamp = headers.pop("timestamp", str(int(clock.now().timestamp())))
    text = f"{timestamp}\nPOST\n{PATH}\n".encode() + body
    key = (secret or settings.BANK_GATEWAY_SECRET).encode()
    sent = {
        "X-Merchant": settings.BANK_GATEWAY_MERCHANT,
        "X-Timestamp": timestamp,
        "X-Signature": hmac.new(key, text, hashlib.sha512).hexdigest(),
        **headers,
    }
    return Client().post(PATH, body, content_type="application/json", headers=sent)


def at_once(tasks: Sequence[Callable[[], Result]], threads: int = 16) -> list[Result]:
    """Runs the tasks in threads with database connections of their own."""

    def run(task: Callable[[], Result]) -> Result:
        try:
            return task()
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, tasks))
