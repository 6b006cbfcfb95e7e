"""The real bank simulator over HTTP, and the product's own notification address served for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from django.test import override_settings

from motcua.foundation import clock, outbound
from motcua.simulators.testing import running

SECRET = "a secret of the tests that both sides know"


class Bank:
    """The gateway's control side, and the payer's banking app."""

    def __init__(self, url: str) -> None:
        self.url = url

    def fault(self, name: str, **parameters: Any) -> None:
        httpx.post(f"{self.url}/_control/faults", json={"fault": name, **parameters}).raise_for_status()

    def clear(self, name: str | None) -> None:
        """Switches one fault off."""
        if name:
            httpx.delete(f"{self.url}/_control/faults/{name}")

    def healthy(self) -> None:
        httpx.delete(f"{self.url}/_control/faults").raise_for_status()

    def scan(self, qr_payload: str, **how: Any) -> list[dict[str, Any]]:
        """A banking app scans and pays; returns the credits."""
        answer = httpx.post(f"{self.url}/v1/qr-payments", json={"qr_payload": qr_payload, **how})
        return answer.raise_for_status().json()["payments"]

    def press_cancel(self, pay_url: str) -> None:
        """The payer presses "Hủy" on the gateway's page."""
        answer = httpx.post(pay_url, data={"action": "cancel"})
        assert answer.status_code in (302, 303), answer.text

    def orders(self) -> list[dict[str, Any]]:
        return httpx.get(f"{self.url}/_control/orders").raise_for_status().json()["orders"]

    def credits_of(self, references: set[str]) -> dict[str, int]:
        """The truth: bank transaction id → amount of every credit to these orders."""
        orders = [order for order in self.orders() if order["reference"] in references]
        return {item["bank_transaction_id"]: item["amount"] for order in orders for item in order["payments"]}

    def notifications(self) -> list[dict[str, Any]]:
        return [item for order in self.orders() for item in order["notifications"]]

    def move_clock(self, seconds: int) -> None:
        httpx.post(f"{self.url}/_control/clock", json={"offset_seconds": seconds}).raise_for_status()


@contextmanager
def open_bank(folder: Path, public_url: str) -> Iterator[Bank]:
    """A running gateway that notifies `public_url`, with the product's settings pointed at it."""
    environment = {"BANK_SECRET": SECRET, "BANK_MERCHANT_ID": "motcua"}
    with running("bank", folder, environment) as url:
        outbound.forget_partners()
        with override_settings(
            BANK_GATEWAY_URL=url,
            BANK_GATEWAY_SECRET=SECRET,
            BANK_GATEWAY_MERCHANT="motcua",
            PUBLIC_URL=public_url,
            ALLOWED_HOSTS=["*"],
        ):
            yield Bank(url)
        outbound.forget_partners()


class Clocks:
    """The product's and the gateway's clock, moved together; the gateway refuses a signature five minutes off."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self._moved = 0
        self._open = ExitStack()

    def advance(self, seconds: int) -> None:
        self._moved += seconds
        self._bank.move_clock(self._moved)
        self._open.enter_context(clock.travel(clock.now() + timedelta(seconds=seconds), ticking=True))

    def close(self) -> None:
        self._open.close()
