"""The product as its users meet it over HTTP, and what its background does meanwhile."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from motcua.domain.messaging import services as messages
from motcua.domain.payments import services as payments
from motcua.foundation import audit, reactions


@dataclass(frozen=True)
class Partners:
    """Addresses of the product and of the three simulators."""

    product: str
    vneid: str
    bank: str
    sms: str

    def inbox(self, phone: str) -> list[str]:
        """The texts that reached a phone."""
        answer = httpx.get(f"{self.sms}/_control/inbox", params={"phone": phone}).raise_for_status()
        return [item["text"] if "text" in item else str(item) for item in answer.json()["messages"]]

    def scan(self, qr_payload: str) -> None:
        """The payer's banking app scans the QR and pays."""
        httpx.post(f"{self.bank}/v1/qr-payments", json={"qr_payload": qr_payload}).raise_for_status()


class Api:
    """`/api/v1` with a bearer token; every answer must be as expected."""

    def __init__(self, partners: Partners, secret: str = "") -> None:
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self._client = httpx.Client(base_url=f"{partners.product}/api/v1", headers=headers, timeout=30)

    def get(self, path: str, expect: int = 200, **parameters: str) -> Any:
        answer = self._client.get(path, params=parameters)
        assert answer.status_code == expect, (path, answer.status_code, answer.text)
        return answer.json() if "json" in answer.headers["content-type"] else answer.content

    def post(self, path: str, body: Any = None, expect: int = 200, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self._client.post(path, json=body or {}, headers=named)
        assert answer.status_code == expect, (path, answer.status_code, answer.text)
        return answer.json()

    def upload(self, name: str, content: bytes) -> str:
        answer = self._client.post("/files", files={"file": (name, content)})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


def signed_on(partners: Partners, identity: str) -> Api:
    """A person signs on with VNeID in a browser and makes an access token there."""
    with httpx.Client(base_url=partners.product, timeout=30) as browser:
        token = _csrf(browser.get("/dang-nhap").text)
        begun = browser.post("/dang-nhap", data={"csrfmiddlewaretoken": token}, headers={"Referer": partners.product})
        assert begun.status_code == 302, begun.text
        page = httpx.get(begun.headers["location"])
        request = re.search(r'name="request" value="([^"]+)"', page.text)
        assert request, page.text
        chosen = {"request": request[1], "identity": identity}
        back = httpx.post(f"{partners.vneid}/login", data=chosen).headers["location"]
        returned = browser.get(back)
        assert returned.status_code == 302, returned.text
        headers = {"X-CSRFToken": browser.cookies["csrftoken"], "Referer": partners.product}
        made = browser.post("/api/v1/tokens", json={"label": "Ứng dụng"}, headers=headers)
        assert made.status_code == 201, made.text
        return Api(partners, made.json()["secret"])


def _csrf(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found, page
    return found[1]


def background() -> None:
    """Everything that the worker would do now."""
    for _round in range(20):
        done = reactions.drain_all() + payments.apply_due() + payments.issue_due() + messages.send_due()
        if not done:
            break
    messages.poll_processed()
    audit.seal()


def wait_until(holds: Callable[[], object], seconds: float = 30.0) -> None:
    """Works in the background until something holds that a partner brings about."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        background()
        time.sleep(0.1)
