"""The payer's side: the pay page, and a banking app that scans a QR."""

from __future__ import annotations

import io
import json
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from motcua.simulators.bank.ledger import Gateway
from motcua.simulators.bank.merchant_api import VIETNAM, refused
from motcua.simulators.bank.vietqr import QrInvalidError, read
from motcua.simulators.control import json_object
from motcua.simulators.forms import RepeatedParameterError, parameters
from motcua.simulators.pages import page
from motcua.simulators.store import Row

_SYSTEM: Final = "Cổng thanh toán"
_STATES: Final = {
    "paid": "Giao dịch đã được thanh toán.",
    "failed": "Giao dịch đã bị hủy. Ông/Bà có thể quay lại và tạo giao dịch mới.",
    "expired": "Mã QR đã hết thời hạn. Ông/Bà có thể quay lại và tạo giao dịch mới.",
}


def _return_url(order: Row) -> str:
    url: str = json.loads(order["request"])["return_url"]
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode({'reference': order['reference']})}"


def _order_of(request: Request, gateway: Gateway) -> Row | None:
    try:
        return gateway.order(request.path_params["order_id"])
    except KeyError:
        return None


def _not_found() -> Response:
    return page(_SYSTEM, "Không có giao dịch này", Markup("<p>Kiểm tra lại đường dẫn.</p>"), status=404)


async def pay_page(request: Request, gateway: Gateway) -> Response:
    """What there is to pay, the QR, and the two buttons."""
    order = _order_of(request, gateway)
    if order is None:
        return _not_found()
    asked = json.loads(order["request"])
    state = gateway.status(order)
    expires = datetime.fromisoformat(order["expires_at"]).astimezone(VIETNAM)
    facts = (
        ("Số tiền", f"{order['amount']:,} đồng".replace(",", ".")),
        ("Đơn vị thụ hưởng", asked["beneficiary"]["name"]),
        ("Số tài khoản", asked["beneficiary"]["account"]),
        ("Nội dung chuyển khoản", asked["description"]),
        ("Mã giao dịch", order["reference"]),
        ("Hết hạn lúc", f"{expires:%H:%M:%S ngày %d/%m/%Y}"),
    )
    body = Markup("<dl>{}</dl>").format(
        Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(name, value) for name, value in facts)
    )
    if state == "created":
        body += Markup(
            '<p><img class="qr" src="/pay/{0}/qr.svg" alt="Mã QR để quét bằng ứng dụng ngân hàng" '
            'width="240" height="240"></p><form method="post" action="/pay/{0}">'
            '<button class="primary" name="action" value="pay">Thanh toán</button>'
            '<button class="plain" name="action" value="cancel">Hủy</button></form>'
        ).format(order["order_id"])
    else:
        body += Markup('<p class="note" role="status">{}</p><p><a href="{}">Quay lại</a></p>').format(
            _STATES[state], _return_url(order)
        )
    return page(_SYSTEM, "Thanh toán trực tuyến", body, form_target=_return_url(order))


async def qr_image(request: Request, gateway: Gateway) -> Response:
    """The order's QR as an SVG picture."""
    order = _order_of(request, gateway)
    if order is None:
        return _not_found()
    picture = io.BytesIO()
    segno.make(order["qr_payload"], error="m", micro=False).save(picture, kind="svg", scale=4, border=4)
    return Response(picture.getvalue(), media_type="image/svg+xml")


async def pay_or_cancel(request: Request, gateway: Gateway) -> Response:
    """A pressed button of the pay page; then back to the merchant."""
    order = _order_of(request, gateway)
    if order is None:
        return _not_found()
    try:
        action = (await parameters(request)).get("action")
    except RepeatedParameterError:
        action = None
    if action not in ("pay", "cancel"):
        return page(_SYSTEM, "Yêu cầu không hợp lệ", Markup("<p>Chọn “Thanh toán” hoặc “Hủy”.</p>"), status=400)
    if action == "cancel":
        gateway.cancel(order)
    elif gateway.status(order) == "created":
        gateway.pay(read(order["qr_payload"]), order["amount"], order["bank"])
    return RedirectResponse(_return_url(order), status_code=303)


def _wanted(asked: dict[str, Any]) -> tuple[str, int, int | None, str]:
    payload, times, amount = asked.get("qr_payload"), asked.get("times", 1), asked.get("amount")
    payer_bank = asked.get("payer_bank", "BIDV")
    if not isinstance(payload, str) or not isinstance(payer_bank, str):
        raise QrInvalidError("qr_payload is missing")
    if not isinstance(times, int) or not 1 <= times <= 100:
        raise QrInvalidError("times is 1 to 100")
    if amount is not None and (not isinstance(amount, int) or isinstance(amount, bool) or amount < 1):
        raise QrInvalidError("amount is a positive integer")
    return payload, times, amount, payer_bank


async def scan_qr(request: Request, gateway: Gateway) -> Response:
    """A banking app pays what a QR says, as often as asked, whatever the order's state."""
    try:
        payload, times, amount, payer_bank = _wanted(await json_object(request))
        content = read(payload)
        paid = amount if amount is not None else content.amount
        if not paid:
            raise QrInvalidError("the QR has no amount")
    except ValueError as error:
        return refused(422, "QR_INVALID", str(error))
    credits = [gateway.pay(content, paid, payer_bank) for _ in range(times)]
    fields = ("bank_transaction_id", "order_id", "amount")
    described = [{**{name: row[name] for name in fields}, "late": bool(row["late"])} for row in credits]
    return JSONResponse({"payments": described}, status_code=201)
