"""What the parties to a payment do, as short verbs for tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

from motcua.domain.payments import detectors, services  # noqa: F401 - detectors register themselves
from motcua.domain.payments.models import Attempt, GatewayNotification, Obligation
from motcua.foundation.actor import Actor
from motcua.foundation.detectors import Finding, run_all

PAYER = Actor("person", "payer")
RETURN = "http://127.0.0.1/payments/return"


def start(owed: Obligation | UUID, bank: str = "VCB", by: Actor = PAYER) -> Attempt:
    pk = owed.pk if isinstance(owed, Obligation) else owed
    return services.start_payment(pk, bank=bank, return_url=RETURN, actor=by)


def wait_until(holds: Callable[[], object], seconds: float = 15.0) -> None:
    """Waits for something that another process does."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def wait_for_notifications(count: int) -> None:
    wait_until(lambda: GatewayNotification.objects.count() >= count)


def work() -> None:
    """The background work that is due, until none is."""
    while services.apply_due() + services.issue_due():
        pass


def findings(*, of: str = "payments.") -> list[Finding]:
    """What the detectors of this room find."""
    return [item for item in run_all() if item.detector.startswith(of)]


def fresh(owed: Obligation) -> Obligation:
    return Obligation.objects.get(pk=owed.pk)
