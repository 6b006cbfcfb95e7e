"""A real gateway simulator for the room, and messages in one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from motcua.domain.messaging.models import Message
from motcua.domain.messaging.rules import Template
from motcua.domain.messaging.services import SmsOrder, Subject, request_sms
from motcua.domain.messaging.templates import declare
from motcua.domain.organisations.models import Account, Unit
from motcua.foundation import outbound, policies
from motcua.foundation.actor import Actor
from motcua.simulators.testing import running
from tests.domain.organisations import factories

PHONE = "84900000001"
CODE = "H26.18.05-260604-010001"
PASSWORD = "a password"

RECEIVED = declare(Template("probe.received", "Hồ sơ {code} đã được tiếp nhận. Tra cứu tại dichvucong.gov.vn"))
LONG = declare(
    Template(
        "probe.long", "Ông/Bà cần bổ sung hồ sơ {code}, thủ tục {procedure}. Tổng đài 1800.1096", shortened="procedure"
    )
)
_numbers = count(1)


@dataclass
class Phone:
    """The gateway simulator as the test sees it."""

    client: httpx.Client

    def switch(self, fault: str, **parameters: Any) -> None:
        answer = self.client.post("/_control/faults", json={"fault": fault, **parameters})
        assert answer.status_code == 201, answer.text

    def clear(self) -> None:
        self.client.delete("/_control/faults")

    def inbox(self, phone: str | None = None) -> list[dict[str, Any]]:
        parameters = {"phone": phone} if phone else {}
        messages: list[dict[str, Any]] = self.client.get("/_control/inbox", params=parameters).json()["messages"]
        return messages

    def tries(self, message: Message) -> list[str]:
        told = self.client.get("/_control/requests", params={"reqid": message.request_id}).json()
        return [one["outcome"] for one in told["tries"]]

    def move_clock(self, seconds: float) -> None:
        self.client.post("/_control/clock", json={"offset_seconds": seconds})


@pytest.fixture(scope="session")
def _gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("sms")
    with running("sms", folder, {"SMS_API_PASSWORD": PASSWORD}) as base_url:
        yield base_url


@pytest.fixture
def phone(_gateway: str, settings: Any) -> Iterator[Phone]:
    settings.SMS_GATEWAY_URL = _gateway
    settings.SMS_GATEWAY_USER = "motcua"
    settings.SMS_GATEWAY_PASSWORD = PASSWORD
    outbound.forget_partners()
    with httpx.Client(base_url=_gateway) as client:
        client.post("/_control/reset")
        yield Phone(client)
    outbound.forget_partners()


@pytest.fixture
def unit() -> Unit:
    return factories.commune()


@pytest.fixture
def staff(unit: Unit) -> Account:
    """An officer who may see what is sent for `unit`."""
    return factories.holder("MONITOR", unit)


@pytest.fixture
def policy() -> Callable[[str, int], None]:
    def change(key: str, value: int) -> None:
        policies.set_value(f"messaging.{key}", value, actor=Actor.job("test"), reason="the test wants it")

    return change


def order(**changes: Any) -> SmsOrder:
    """An order that is sendable unless told otherwise."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "template": "probe.received",
        "phone": "0900.000.001",
        "subject": Subject("dossier", f"id-{number}", changes.pop("code", CODE), changes.pop("unit_id", None)),
        "dedup_key": f"probe:{number}",
        "parameters": {"code": CODE},
    }
    return SmsOrder(**{**values, **changes})


def requested(**changes: Any) -> Message:
    """A message in the queue."""
    wanted = order(**changes)
    request_sms([wanted])
    return Message.objects.get(dedup_key=wanted.dedup_key)
