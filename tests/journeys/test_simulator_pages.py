"""The few pages of the simulators: a demonstration runs through them too."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Page, expect

from motcua.simulators.testing import running
from tests.journeys.conftest import Walk


@pytest.fixture
def vneid(tmp_path: Path) -> Iterator[str]:
    environment = {"VNEID_CLIENT_SECRET": "s", "VNEID_REDIRECT_URIS": "http://127.0.0.1:9/ve"}
    with running("vneid", tmp_path, environment) as base_url:
        yield base_url


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[str]:
    with running("bank", tmp_path, {"BANK_SECRET": "s"}) as base_url:
        yield base_url


@pytest.fixture
def sms(tmp_path: Path) -> Iterator[str]:
    with running("sms", tmp_path, {"SMS_API_PASSWORD": "s"}) as base_url:
        yield base_url


def order(bank: str, return_url: str) -> dict[str, Any]:
    asked = {
        "reference": "GD0000000001",
        "bank": "VCB",
        "amount": 180_000,
        "currency": "VND",
        "description": "LE PHI HO SO 1",
        "beneficiary": {"bin": "970436", "account": "0011012345678", "name": "UBND phường Ba Đình"},
        "validity_seconds": 900,
        "notify_url": "http://127.0.0.1:9/thong-bao",
        "return_url": return_url,
    }
    body, timestamp = json.dumps(asked).encode(), str(int(time.time()))
    signature = hmac.new(b"s", f"{timestamp}\nPOST\n/v1/orders\n".encode() + body, hashlib.sha512).hexdigest()
    headers = {"X-Merchant": "motcua", "X-Timestamp": timestamp, "X-Signature": signature}
    created: dict[str, Any] = httpx.post(f"{bank}/v1/orders", content=body, headers=headers).json()
    return created


def test_the_login_page_serves_everyone_and_the_browser_follows_it_to_another_site(page: Page, vneid: str) -> None:
    request = {
        "response_type": "code",
        "client_id": "motcua",
        "redirect_uri": "http://127.0.0.1:9/ve",
        "scope": "openid",
        "state": "s1",
        "code_challenge": "c" * 43,
        "code_challenge_method": "S256",
    }
    walk = Walk(page, vneid)
    walk.visit(f"/authorize?{urlencode(request)}", "vneid-login")
    page.route("http://127.0.0.1:9/**", lambda route: route.fulfill(body="ve", content_type="text/plain"))

    page.get_by_role("button", name="Nguyễn Văn An").click()

    expect(page).to_have_url(re.compile(r"^http://127\.0\.0\.1:9/ve\?code=[\w-]+&state=s1&"))
    walk.quiet()


def test_the_pay_page_serves_everyone_and_returns_to_the_merchant(page: Page, bank: str) -> None:
    walk = Walk(page, bank)
    created = order(bank, "http://127.0.0.1:9/ve")
    walk.visit(f"/pay/{created['order_id']}", "bank-pay")
    page.route("http://127.0.0.1:9/**", lambda route: route.fulfill(body="ve", content_type="text/plain"))

    page.get_by_role("button", name="Thanh toán").click()

    expect(page).to_have_url("http://127.0.0.1:9/ve?reference=GD0000000001")
    walk.visit(f"/pay/{created['order_id']}", "bank-paid")
    expect(page.get_by_role("status")).to_contain_text("đã được thanh toán")


def test_the_inbox_serves_everyone(page: Page, sms: str) -> None:
    walk = Walk(page, sms)
    walk.visit("/inbox", "sms-inbox-empty")
    message = {
        "name": "send_sms_list",
        "REQID": "r1",
        "LABELID": "DICHVUCONG",
        "CONTRACTTYPEID": "1",
        "CONTRACTID": "1",
        "TEMPLATEID": "1",
        "PARAMS": [{"NUM": "1", "CONTENT": "Ho so H26.18.05-260604-010001 da duoc tiep nhan"}],
        "SCHEDULETIME": "",
        "MOBILELIST": "84900000001",
        "ISTELCOSUB": "0",
        "DATACODING": "0",
        "AGENTID": "1",
        "APIUSER": "motcua",
        "APIPASS": "s",
        "USERNAME": "motcua",
    }
    assert httpx.post(f"{sms}/api/sms", json={"RQST": message}).json()["RPLY"]["ERROR"] == "0"

    walk.visit("/inbox", "sms-inbox")

    expect(page.get_by_role("listitem")).to_contain_text("H26.18.05-260604-010001")
