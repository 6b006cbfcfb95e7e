"""What the merchant calls: banks, orders, statement. Every call is signed."""

from __future__ import annotations

import asyncio
import csv
import hmac
import io
import json
import re
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from motcua.simulators.bank.ledger import BANKS, Gateway, ReferenceConflictError
from motcua.simulators.bank.signature import sign
from motcua.simulators.bank.vietqr import encode, read
from motcua.simulators.store import Row

Operation = Callable[[Request, Gateway, bytes], Awaitable[Response]]
VIETNAM: Final = timezone(timedelta(hours=7))
_COLUMNS: Final = (
    "booked_at",
    "bank_transaction_id",
    "beneficiary_bin",
    "beneficiary_account",
    "amount",
    "currency",
    "reference",
    "remittance",
    "payer_bank",
)


def refused(status: int, code: str, message: str, **more: Any) -> Response:
    """An error answer."""
    return JSONResponse({"code": code, "message": message, **more}, status_code=status)


async def signed(request: Request, gateway: Gateway, operation: Operation) -> Response:
    """Runs an operation if the request's signature is right."""
    body = await request.body()
    settings = gateway.settings
    timestamp = request.headers.get("x-timestamp", "")
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    expected = sign(settings.secret, timestamp, request.method, target, body)
    given = request.headers.get("x-signature", "")
    if request.headers.get("x-merchant") != settings.merchant or not hmac.compare_digest(
        expected.encode(), given.encode()
    ):
        gateway.world.log("signature_invalid", path=request.url.path)
        return refused(401, "SIGNATURE_INVALID", "the signature does not fit")
    if not timestamp.isdecimal() or abs(int(timestamp) - gateway.now().timestamp()) > settings.signature_window:
        return refused(401, "TIMESTAMP_OUT_OF_RANGE", "the timestamp is too far away")
    if gateway.world.faults.take("unavailable"):
        return refused(503, "BANK_UNAVAILABLE", "the gateway is out of service")
    return await operation(request, gateway, body)


async def banks(_: Request, __: Gateway, ___: bytes) -> Response:
    """The banks that a payer can choose."""
    return JSONResponse({"banks": [{"code": c, "bin": b, "name": n, "enabled": True} for c, b, n in BANKS]})


def _is_url(value: Any) -> bool:
    return isinstance(value, str) and urlsplit(value).scheme in ("http", "https") and bool(urlsplit(value).netloc)


def _fits(pattern: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _within(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _is_beneficiary(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and _fits(r"\d{6}")(value.get("bin"))
        and _fits(r"[A-Z0-9]{1,19}")(value.get("account"))
        and _fits(r".{1,70}")(value.get("name"))
    )


_RULES: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "reference": (_fits(r"[A-Z0-9]{6,25}"), "6-25 capital letters and digits"),
    "bank": (lambda value: value in {code for code, _, _ in BANKS}, "a code of /v1/banks"),
    "amount": (_within(1, 9_999_999_999_999), "an integer from 1 to 9999999999999"),
    "currency": (lambda value: value == "VND", "VND"),
    "description": (_fits(r"[A-Za-z0-9 .-]{1,25}"), "1-25 letters, digits, blanks, dots, hyphens"),
    "beneficiary": (_is_beneficiary, "bin, account, name"),
    "validity_seconds": (_within(30, 86_400), "30 to 86400"),
    "notify_url": (_is_url, "an http address"),
    "return_url": (_is_url, "an http address"),
}


async def create_order(_: Request, gateway: Gateway, body: bytes) -> Response:
    """Opens an order, or answers the one that the reference already has."""
    try:
        asked = json.loads(body)
    except ValueError:
        return refused(422, "VALIDATION", "the body is not JSON", fields={})
    if not isinstance(asked, dict):
        return refused(422, "VALIDATION", "the body is not an object", fields={})
    wrong = {name: words for name, (holds, words) in _RULES.items() if not holds(asked.get(name))}
    if asked.get("locale", "vi") not in ("vi", "en"):
        wrong["locale"] = "vi or en"
    if wrong:
        return refused(422, "VALIDATION", "fields are missing or wrong", fields=wrong)
    known = {name: asked[name] for name in (*_RULES, "locale") if name in asked}
    if held := gateway.fault("create_timeout", known):
        await asyncio.sleep(held["seconds"])
        return refused(503, "BANK_UNAVAILABLE", "the bank did not answer")
    if failed := gateway.fault("create_error", known):
        return HTMLResponse("<html><body><h1>Internal Server Error</h1></body></html>", status_code=failed["status"])
    try:
        order, new = gateway.create(known)
    except ReferenceConflictError:
        return refused(409, "REFERENCE_CONFLICT", "the reference is in use with other content")
    return await _answer_created(gateway, order, 201 if new else 200)


async def _answer_created(gateway: Gateway, order: Row, status: int) -> Response:
    """The answer to a creation, spoilt by the faults that are on."""
    described = gateway.describe(order)
    if slow := gateway.fault("create_slow", order):
        await asyncio.sleep(slow["seconds"])
    if gateway.fault("create_empty", order):
        return Response(status_code=200)
    if gateway.fault("create_garbled", order):
        return Response(json.dumps(described)[:-20], status_code=200, media_type="application/json")
    if gateway.fault("create_no_qr", order):
        del described["qr_payload"]
    elif gateway.fault("create_wrong_qr", order):
        content = read(order["qr_payload"])
        altered = type(content)(content.bin, content.account, order["amount"] + 1, content.bill_number, content.purpose)
        described["qr_payload"] = encode(altered)
    return JSONResponse(described, status_code=status)


async def query_order(request: Request, gateway: Gateway, _: bytes) -> Response:
    """The order of a reference with its credits."""
    order = gateway.by_reference(request.path_params["reference"])
    if order is not None and gateway.fault("query_unknown", order):
        order = None
    if order is None:
        return refused(404, "ORDER_NOT_FOUND", "no order has this reference")
    if slow := gateway.fault("query_slow", order):
        await asyncio.sleep(slow["seconds"])
    return JSONResponse(gateway.describe(order))


async def statement(request: Request, gateway: Gateway, _: bytes) -> Response:
    """The credits of one Vietnamese day as CSV."""
    try:
        day = date.fromisoformat(request.path_params["day"])
    except ValueError:
        return refused(404, "NO_SUCH_DAY", "the day is written yyyy-mm-dd")
    begins = datetime(day.year, day.month, day.day, tzinfo=VIETNAM)
    rows = gateway.store.all(
        "SELECT *, paid_at AS booked_at, 'VND' AS currency FROM credit "
        "WHERE julianday(paid_at) >= julianday(?) AND julianday(paid_at) < julianday(?) "
        "AND beneficiary_bin = coalesce(?, beneficiary_bin) AND beneficiary_account = coalesce(?, beneficiary_account) "
        "ORDER BY paid_at, rowid",
        (
            begins.isoformat(),
            (begins + timedelta(days=1)).isoformat(),
            request.query_params.get("bin"),
            request.query_params.get("account"),
        ),
    )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows([row[column] for column in _COLUMNS] for row in rows)
    return Response(text.getvalue(), media_type="text/csv")
