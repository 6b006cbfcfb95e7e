"""The payment gateway keeps to docs/protocols/bank-gateway.md."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.simulators.bank import vietqr
from motcua.simulators.bank.notifier import wait_seconds
from tests.simulators.conftest import SECRET


class Merchant:
    """A merchant's notification address: keeps what comes, answers what the test says."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.answer: Callable[[int], tuple[int, bytes]] = lambda _: (200, b'{"code": "00"}')
        merchant = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                merchant.received.append((dict(self.headers.items()), body))
                status, answer = merchant.answer(len(merchant.received))
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/notify?from=bank"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait_for(self, count: int) -> list[dict[str, Any]]:
        deadline = time.monotonic() + 10
        while len(self.received) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(self.received) >= count
        return [json.loads(body) for _, body in self.received]

    def signatures(self) -> list[bool]:
        return [
            headers["X-Signature"] == signature(headers["X-Timestamp"], "POST", "/notify?from=bank", body)
            for headers, body in self.received
        ]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def merchant() -> Iterator[Merchant]:
    merchant = Merchant()
    yield merchant
    merchant.close()


def signature(timestamp: str, method: str, target: str, body: bytes, secret: str = SECRET) -> str:
    message = f"{timestamp}\n{method}\n{target}\n".encode() + body
    return hmac.new(secret.encode(), message, hashlib.sha512).hexdigest()


def call(bank: httpx.Client, method: str, target: str, body: Any = None, **changes: Any) -> httpx.Response:
    content = b"" if body is None else json.dumps(body).encode()
    timestamp = changes.get("timestamp", str(int(time.time())))
    headers = {
        "X-Merchant": changes.get("merchant", "motcua"),
        "X-Timestamp": timestamp,
        "X-Signature": signature(
            timestamp, method, changes.get("signed_target", target), content, changes.get("secret", SECRET)
        ),
    }
    return bank.request(method, target, content=changes.get("sent_content", content), headers=headers)


def asked(reference: str = "GD0000000001", **changes: Any) -> dict[str, Any]:
    return {
        "reference": reference,
        "bank": "VCB",
        "amount": 180_000,
        "currency": "VND",
        "description": "H26 LE PHI HO SO 1",
        "beneficiary": {"bin": "970403", "account": "0011012345678", "name": "UBND phường Ba Đình"},
        "validity_seconds": 900,
        "notify_url": "http://127.0.0.1:9/nobody",
        "return_url": "http://portal.test/thanh-toan/ve?a=b",
        **changes,
    }


def order(bank: httpx.Client, **changes: Any) -> dict[str, Any]:
    answer = call(bank, "POST", "/v1/orders", asked(**changes))
    assert answer.status_code == 201, answer.text
    result: dict[str, Any] = answer.json()
    return result


def queried(bank: httpx.Client, reference: str = "GD0000000001") -> dict[str, Any]:
    result: dict[str, Any] = call(bank, "GET", f"/v1/orders/{reference}").json()
    return result


def scan(bank: httpx.Client, payload: str, **changes: Any) -> list[dict[str, Any]]:
    answer = bank.post("/v1/qr-payments", json={"qr_payload": payload, **changes})
    assert answer.status_code == 201, answer.text
    payments: list[dict[str, Any]] = answer.json()["payments"]
    return payments


def switch(bank: httpx.Client, fault: str, **parameters: Any) -> None:
    assert bank.post("/_control/faults", json={"fault": fault, **parameters}).status_code == 201


def notifications(bank: httpx.Client) -> list[dict[str, Any]]:
    orders = bank.get("/_control/orders").json()["orders"]
    return [one for order in orders for one in order["notifications"]]


def test_the_checksum_and_the_published_vectors_are_met() -> None:
    vectors = [
        "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN"
        "62340107NPS68690819thanh toan don hang63042E2E",
        "00020101021138600010A00000072701300006970403011697040311012345670208QRIBFTTC53037045802VN63044F52",
        "00020101021238570010A00000072701270006970415011300110019324180208QRIBFTTA530370454061200005802VN"
        "62170813ung ho lu lut6304C15C",
        "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN63049E6F",
    ]

    assert vietqr.checksum("123456789") == "29B1"
    assert [vietqr.checksum(vector[:-4]) for vector in vectors] == [vector[-4:] for vector in vectors]
    first = vietqr.QrContent("970403", "0011012345678", 180000, "NPS6869", "thanh toan don hang")
    assert vietqr.encode(first) == vectors[0]
    assert vietqr.read(vectors[0]) == first
    assert vietqr.read(vectors[3]) == vietqr.QrContent("970403", "0011012345678", None, "", "")


@given(
    account=st.from_regex(r"[A-Z0-9]{1,19}", fullmatch=True),
    amount=st.integers(1, 9_999_999_999_999),
    bill=st.from_regex(r"[A-Z0-9]{6,25}", fullmatch=True),
    purpose=st.from_regex(r"[A-Za-z0-9 .-]{1,25}", fullmatch=True),
    place=st.integers(0, 10_000),
)
def test_what_is_encoded_is_read_back_and_one_altered_character_is_noticed(
    account: str, amount: int, bill: str, purpose: str, place: int
) -> None:
    content = vietqr.QrContent("970436", account, amount, bill, purpose)
    payload = vietqr.encode(content)

    assert vietqr.read(payload) == content
    at = place % len(payload)
    altered = payload[:at] + ("7" if payload[at] != "7" else "8") + payload[at + 1 :]
    with pytest.raises(vietqr.QrInvalidError):
        vietqr.read(altered)


@pytest.mark.parametrize("payload", ["", "6304FFFF", "é" * 20, "000201", "00020163046304", "0002016304D9EF"])
def test_what_is_no_vietqr_is_refused(bank: httpx.Client, payload: str) -> None:
    answer = bank.post("/v1/qr-payments", json={"qr_payload": payload})

    assert (answer.status_code, answer.json()["code"]) == (422, "QR_INVALID")


def test_an_order_comes_with_a_qr_that_says_amount_account_and_reference(bank: httpx.Client) -> None:
    created = order(bank)

    content = vietqr.read(created["qr_payload"])
    assert (content.bin, content.account, content.amount) == ("970403", "0011012345678", 180_000)
    assert (content.bill_number, content.purpose) == ("GD0000000001", "H26 LE PHI HO SO 1")
    assert (created["status"], created["received_amount"], created["payments"]) == ("created", 0, [])
    lifetime = datetime.fromisoformat(created["expires_at"]) - datetime.fromisoformat(created["created_at"])
    assert lifetime == timedelta(seconds=900)
    assert queried(bank) == created


def test_the_same_reference_gives_the_same_order_and_other_content_conflicts(bank: httpx.Client) -> None:
    first = order(bank)

    again = call(bank, "POST", "/v1/orders", asked())
    other = call(bank, "POST", "/v1/orders", asked(amount=1))

    assert (again.status_code, again.json()) == (200, first)
    assert (other.status_code, other.json()["code"]) == (409, "REFERENCE_CONFLICT")
    assert len(bank.get("/_control/orders").json()["orders"]) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"secret": "another"}, "SIGNATURE_INVALID"),
        ({"merchant": "another"}, "SIGNATURE_INVALID"),
        ({"signed_target": "/v1/orders/GD0000000001"}, "SIGNATURE_INVALID"),
        ({"sent_content": json.dumps(asked(amount=1)).encode()}, "SIGNATURE_INVALID"),
        ({"timestamp": str(int(time.time()) - 900)}, "TIMESTAMP_OUT_OF_RANGE"),
        ({"timestamp": str(int(time.time()) + 9000)}, "TIMESTAMP_OUT_OF_RANGE"),
        ({"timestamp": "now"}, "TIMESTAMP_OUT_OF_RANGE"),
    ],
)
def test_a_call_that_is_not_rightly_signed_does_nothing(bank: httpx.Client, changes: dict[str, Any], code: str) -> None:
    answer = call(bank, "POST", "/v1/orders", asked(), **changes)

    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert bank.get("/_control/orders").json()["orders"] == []


@pytest.mark.parametrize("target", ["/v1/banks", "/v1/orders/GD0000000001", "/v1/statements/2026-06-04.csv?bin=970403"])
def test_reading_needs_a_signature_too(bank: httpx.Client, target: str) -> None:
    assert bank.get(target).status_code == 401
    assert call(bank, "GET", target).status_code in (200, 404)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reference", "short"),
        ("reference", "lower-case-1"),
        ("reference", "A" * 26),
        ("bank", "XYZ"),
        ("amount", 0),
        ("amount", -1),
        ("amount", 1.5),
        ("amount", "1000"),
        ("amount", True),
        ("amount", 10**13),
        ("currency", "USD"),
        ("description", "lệ phí"),
        ("description", "x" * 26),
        ("beneficiary", {"bin": "97", "account": "1", "name": "x"}),
        ("beneficiary", None),
        ("validity_seconds", 29),
        ("notify_url", "ftp://x"),
        ("return_url", "javascript:alert(1)"),
        ("locale", "fr"),
    ],
)
def test_a_wrong_field_is_named(bank: httpx.Client, field: str, value: Any) -> None:
    answer = call(bank, "POST", "/v1/orders", asked(**{field: value}))

    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION")
    assert list(answer.json()["fields"]) == [field]


def test_a_scanned_qr_pays_and_the_merchant_is_told_once_with_a_right_signature(
    bank: httpx.Client, merchant: Merchant
) -> None:
    created = order(bank, notify_url=merchant.url)
    (payment,) = scan(bank, created["qr_payload"], payer_bank="BIDV")

    (told,) = merchant.wait_for(1)
    time.sleep(1.3)  # longer than the first wait: an acknowledged notification is not repeated

    assert len(merchant.received) == 1
    assert merchant.signatures() == [True]
    assert (told["event"], told["status"], told["reference"]) == ("payment.credited", "paid", "GD0000000001")
    assert (told["amount"], told["bank_transaction_id"]) == (180_000, payment["bank_transaction_id"])
    state = queried(bank)
    assert (state["status"], state["received_amount"]) == ("paid", 180_000)
    assert state["payments"][0]["payer_bank"] == "BIDV"


def test_an_expired_qr_still_takes_money_and_says_so(bank: httpx.Client, merchant: Merchant) -> None:
    created = order(bank, notify_url=merchant.url, validity_seconds=60)
    bank.post("/_control/clock", json={"offset_seconds": 61})
    assert call(bank, "GET", "/v1/orders/GD0000000001").json()["status"] == "expired"
    assert "Thanh toán</button>" not in bank.get(created["pay_url"]).text

    (payment,) = scan(bank, created["qr_payload"])

    assert payment["late"] is True
    assert merchant.wait_for(1)[0]["late"] is True
    assert queried(bank)["status"] == "paid"


def test_a_qr_paid_twice_gives_two_credits_with_own_numbers(bank: httpx.Client, merchant: Merchant) -> None:
    created = order(bank, notify_url=merchant.url)

    scan(bank, created["qr_payload"], times=2)

    told = merchant.wait_for(2)
    state = queried(bank)
    numbers = {one["bank_transaction_id"] for one in state["payments"]}
    assert len(numbers) == 2
    assert {one["bank_transaction_id"] for one in told} == numbers
    assert state["received_amount"] == 360_000


def test_a_person_can_pay_another_amount(bank: httpx.Client, merchant: Merchant) -> None:
    created = order(bank, notify_url=merchant.url)

    scan(bank, created["qr_payload"], amount=90_000)

    assert merchant.wait_for(1)[0]["amount"] == 90_000
    assert queried(bank)["received_amount"] == 90_000


def test_the_pay_page_pays_or_cancels_and_goes_back(bank: httpx.Client, merchant: Merchant) -> None:
    paid, dropped = order(bank, notify_url=merchant.url), order(bank, reference="GD0000000002", notify_url=merchant.url)
    page = bank.get(paid["pay_url"])
    assert "180.000 đồng" in page.text
    assert "form-action 'self' http://portal.test" in page.headers["content-security-policy"]
    assert not re.search(r"<script|style=|\son\w+=", page.text)
    assert bank.get(paid["pay_url"] + "/qr.svg").headers["content-type"].startswith("image/svg")

    back = bank.post(paid["pay_url"], data={"action": "pay"})
    bank.post(paid["pay_url"], data={"action": "pay"})
    bank.post(dropped["pay_url"], data={"action": "cancel"})

    assert back.status_code == 303
    assert back.headers["location"] == "http://portal.test/thanh-toan/ve?a=b&reference=GD0000000001"
    told = {one["reference"]: one for one in merchant.wait_for(2)}
    assert told["GD0000000001"]["event"] == "payment.credited"
    assert (told["GD0000000002"]["event"], told["GD0000000002"]["reason"]) == ("order.failed", "CANCELLED_BY_PAYER")
    assert len(queried(bank)["payments"]) == 1
    assert queried(bank, "GD0000000002")["status"] == "failed"
    assert bank.get("/pay/O0").status_code == 404


@pytest.mark.parametrize(
    "answer", [(500, b"{}"), (200, b'{"code": "99"}'), (401, b'{"code": "97"}'), (200, b"not json"), (200, b"[]")]
)
def test_an_unacknowledged_notification_is_repeated_until_it_is(
    bank: httpx.Client, merchant: Merchant, answer: tuple[int, bytes]
) -> None:
    merchant.answer = lambda count: answer if count == 1 else (200, b'{"code": "00"}')
    created = order(bank, notify_url=merchant.url)

    scan(bank, created["qr_payload"])

    told = merchant.wait_for(2)
    assert told[0] == told[1]
    assert merchant.signatures() == [True, True]
    deadline = time.monotonic() + 5
    while notifications(bank)[0]["acknowledged_at"] is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert notifications(bank)[0]["acknowledged_at"]


def test_the_waits_double_to_a_minute() -> None:
    assert [wait_seconds(tries) for tries in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_notifications_can_be_lost_doubled_delayed_wrongly_signed_and_of_a_wrong_amount(
    bank: httpx.Client, merchant: Merchant
) -> None:
    def pay(number: int, fault: str, **parameters: Any) -> None:
        reference = f"GD000000010{number}"
        switch(bank, fault, times=1, match={"reference": reference}, **parameters)
        scan(bank, order(bank, reference=reference, notify_url=merchant.url)["qr_payload"])

    pay(1, "notification_lost")
    pay(2, "notification_duplicate", count=3, concurrent=True)
    assert [one["reference"] for one in merchant.wait_for(3)] == ["GD0000000102"] * 3
    merchant.received.clear()
    pay(3, "notification_delayed", seconds=1)
    begun = time.monotonic()
    merchant.wait_for(1)
    assert time.monotonic() - begun > 0.7
    merchant.received.clear()
    merchant.answer = lambda count: (401, b"{}") if count == 1 else (200, b'{"code": "00"}')
    pay(4, "notification_wrong_signature")
    merchant.wait_for(2)
    assert merchant.signatures() == [False, True]
    merchant.received.clear()
    pay(5, "notification_wrong_amount", amount=7)
    assert merchant.wait_for(1)[0]["amount"] == 7
    assert queried(bank, "GD0000000105")["received_amount"] == 180_000
    assert queried(bank, "GD0000000101")["status"] == "paid"


def test_an_operator_of_the_gateway_can_send_once_more(bank: httpx.Client, merchant: Merchant) -> None:
    scan(bank, order(bank, notify_url=merchant.url)["qr_payload"])
    merchant.wait_for(1)

    key = notifications(bank)[0]["notification_id"]

    assert bank.post(f"/_control/notifications/{key}/resend").status_code == 202
    merchant.wait_for(2)
    assert bank.post("/_control/notifications/N0/resend").status_code == 404


def test_creation_can_be_empty_garbled_wrong_slow_failing_and_only_at_one_bank(bank: httpx.Client) -> None:
    def create(fault: str, number: int, **parameters: Any) -> httpx.Response:
        switch(bank, fault, times=1, **parameters)
        return call(bank, "POST", "/v1/orders", asked(reference=f"GD000000020{number}"))

    assert create("create_empty", 1).content == b""
    with pytest.raises(ValueError):
        create("create_garbled", 2).json()
    assert "qr_payload" not in create("create_no_qr", 3).json()
    assert vietqr.read(create("create_wrong_qr", 4).json()["qr_payload"]).amount == 180_001
    assert create("create_error", 5, status=502).status_code == 502
    begun = time.monotonic()
    assert create("create_slow", 6, seconds=0.3).status_code == 201
    assert time.monotonic() - begun >= 0.3
    assert create("create_timeout", 7, seconds=0.2).status_code == 503
    assert create("unavailable", 8).status_code == 503
    existing = {one["reference"][-1] for one in bank.get("/_control/orders").json()["orders"]}
    assert existing == {"1", "2", "3", "4", "6"}

    switch(bank, "create_error", match={"bank": "VCB"})
    assert call(bank, "POST", "/v1/orders", asked(bank="BIDV", reference="GD0000000300")).status_code == 201
    assert call(bank, "POST", "/v1/orders", asked(reference="GD0000000301")).status_code == 500


def test_a_garbled_creation_can_be_repeated_with_the_same_reference(bank: httpx.Client) -> None:
    switch(bank, "create_garbled", times=1)
    call(bank, "POST", "/v1/orders", asked())

    again = call(bank, "POST", "/v1/orders", asked())

    assert (again.status_code, again.json()["status"]) == (200, "created")


def test_a_query_can_be_slow_or_know_nothing(bank: httpx.Client) -> None:
    order(bank)

    switch(bank, "query_unknown", times=1)
    assert call(bank, "GET", "/v1/orders/GD0000000001").status_code == 404
    switch(bank, "query_slow", times=1, seconds=0.3)
    begun = time.monotonic()
    assert queried(bank)["status"] == "created"
    assert time.monotonic() - begun >= 0.3
    assert call(bank, "GET", "/v1/orders/GD9999999999").json()["code"] == "ORDER_NOT_FOUND"


def test_the_statement_lists_every_credit_of_the_day_also_those_without_an_order(bank: httpx.Client) -> None:
    created = order(bank)
    scan(bank, created["qr_payload"], times=2)
    foreign = vietqr.encode(vietqr.QrContent("970418", "999", 5_000, "UNKNOWN1", "khong ro"))
    assert scan(bank, foreign)[0]["order_id"] is None
    today = datetime.now(timezone(timedelta(hours=7))).date()

    def lines(query: str = "", day: Any = today) -> list[dict[str, str]]:
        text = call(bank, "GET", f"/v1/statements/{day}.csv{query}").text
        return list(csv.DictReader(io.StringIO(text)))

    assert [one["amount"] for one in lines()] == ["180000", "180000", "5000"]
    assert [one["reference"] for one in lines()] == ["GD0000000001", "GD0000000001", ""]
    assert lines()[2]["remittance"] == "khong ro"
    assert len(lines("?bin=970418&account=999")) == 1
    assert lines(day=today - timedelta(days=1)) == []
    assert call(bank, "GET", "/v1/statements/yesterday.csv").status_code == 404


def test_a_qr_to_another_account_does_not_pay_the_order_it_names(bank: httpx.Client) -> None:
    order(bank)
    diverted = vietqr.encode(vietqr.QrContent("970418", "666", 180_000, "GD0000000001", "x"))

    assert scan(bank, diverted)[0]["order_id"] is None
    assert queried(bank)["status"] == "created"
