"""A whole installation in one process: the country, three outside systems, the worker's pumps running."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from django.db import connections
from django.test import override_settings

from motcua.domain.payments import demonstration as payments_demonstration
from motcua.foundation import outbound, pumps
from motcua.simulators.testing import running
from tests.domain.payments.bank import Bank, open_bank
from tests.journeys.country import load_country

SMS_PASSWORD = "a-password-for-journeys-0123456789abcdef"


class Installation:
    """The outside systems' control sides."""

    def __init__(self, bank: Bank, sms: str) -> None:
        self.bank = bank
        self.sms = sms

    def messages(self) -> list[str]:
        """Texts of the SMS delivered so far, oldest first."""
        answer = httpx.get(f"{self.sms}/_control/inbox").raise_for_status().json()
        return [item["text"] for item in reversed(answer["messages"])]


@contextmanager
def installation(folder: Path, public_url: str, *procedures: str) -> Iterator[Installation]:
    """Runs everything but the web server and VNeID, which the test brings."""
    load_country(*procedures)
    payments_demonstration.load_demonstration()
    with (
        open_bank(folder / "bank", public_url) as bank,
        running("sms", folder / "sms", {"SMS_API_PASSWORD": SMS_PASSWORD}) as sms,
        override_settings(SMS_GATEWAY_URL=sms, SMS_GATEWAY_PASSWORD=SMS_PASSWORD),
        _worker(),
    ):
        outbound.forget_partners()
        yield Installation(bank, sms)


@contextmanager
def _worker() -> Iterator[None]:
    """Every declared pump in its thread, as `motcua serve worker` runs them."""
    stop = threading.Event()
    threads = [threading.Thread(target=_run, args=(item, stop)) for _name, item in pumps.pumps.items()]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=30)


def _run(item: Any, stop: threading.Event) -> None:
    try:
        pumps.run(item, stop)
    finally:
        connections.close_all()
