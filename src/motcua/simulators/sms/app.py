"""The gateway as a web application, with an inbox where a person reads what the phones got."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from markupsafe import Markup
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from motcua.simulators.control import control_routes
from motcua.simulators.pages import page, page_routes
from motcua.simulators.sms.api import VIETNAM, api, segments
from motcua.simulators.sms.gateway import TABLES, Gateway, Settings
from motcua.simulators.store import Row

Endpoint = Callable[[Request, Gateway], Awaitable[Response]]
_SYSTEM: Final = "Hộp thư tin nhắn"


def _entry(row: Row) -> Markup:
    at = datetime.fromisoformat(row["delivered_at"]).astimezone(VIETNAM)
    return Markup('<li><p><a href="/inbox/{0}">{0}</a> – {1}, {2}</p><p>{3}</p></li>').format(
        row["phone"], row["brandname"], f"{at:%H:%M:%S %d/%m/%Y}", row["text"]
    )


async def _inbox(request: Request, gateway: Gateway) -> Response:
    phone = request.path_params.get("phone")
    rows = gateway.delivered(phone, 100)
    title = f"Tin nhắn của số {phone}" if phone else "Tin nhắn đã gửi tới người dân"
    body = Markup('<ul class="messages">{}</ul>').format(Markup("").join(map(_entry, rows)))
    if not rows:
        body = Markup("<p>Chưa có tin nhắn nào. Tin nhắn xuất hiện ở đây sau khi nhà mạng xử lý.</p>")
    if phone:
        body += Markup('<p><a href="/inbox">Tất cả tin nhắn</a></p>')
    return page(_SYSTEM, title, body)


async def _inbox_json(request: Request, gateway: Gateway) -> Response:
    fields = ("reqid", "phone", "brandname", "text", "delivered_at")
    rows = gateway.delivered(request.query_params.get("phone"))
    return JSONResponse(
        {"messages": [{**{name: row[name] for name in fields}, "segments": segments(row["text"])} for row in rows]}
    )


async def _requests(request: Request, gateway: Gateway) -> Response:
    reqid = request.query_params.get("reqid", "")
    tries = gateway.store.all("SELECT at, outcome FROM attempt WHERE reqid = ? ORDER BY id", (reqid,))
    state, _ = gateway.states([reqid])[reqid]
    return JSONResponse({"reqid": reqid, "state": state, "tries": [dict(row) for row in tries]})


def create_app(data_dir: Path, base_url: str, environment: Mapping[str, str]) -> Starlette:
    """The SMS gateway's simulator with its state in `data_dir`. Raises RuntimeError if a setting is missing."""
    del base_url  # nothing that the gateway says holds its own address
    gateway = Gateway(data_dir, Settings.read(environment))

    def route(path: str, endpoint: Endpoint, method: str = "GET") -> Route:
        async def answer(request: Request) -> Response:
            return await endpoint(request, gateway)

        return Route(path, answer, methods=[method])

    return Starlette(
        routes=[
            route("/api/sms", api, "POST"),
            route("/inbox", _inbox),
            route("/inbox/{phone}", _inbox),
            route("/_control/inbox", _inbox_json),
            route("/_control/requests", _requests),
            *control_routes(gateway.world, TABLES),
            *page_routes(),
        ]
    )
