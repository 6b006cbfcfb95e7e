"""The gateway as a web application with its notifier."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from motcua.simulators.bank.ledger import TABLES, Gateway, Settings
from motcua.simulators.bank.merchant_api import Operation, banks, create_order, query_order, refused, signed, statement
from motcua.simulators.bank.notifier import Notifier
from motcua.simulators.bank.payer import pay_or_cancel, pay_page, qr_image, scan_qr
from motcua.simulators.control import control_routes
from motcua.simulators.pages import page_routes

Endpoint = Callable[[Request, Gateway], Awaitable[Response]]


async def _list_orders(_: Request, gateway: Gateway) -> Response:
    store = gateway.store
    described = []
    for order in store.all("SELECT * FROM orders ORDER BY rowid"):
        sent = store.all("SELECT * FROM notification WHERE order_id = ? ORDER BY rowid", (order["order_id"],))
        notifications = [
            {
                **{name: row[name] for name in ("notification_id", "tries", "next_try_at", "acknowledged_at")},
                "outcomes": [
                    one["outcome"]
                    for one in store.all(
                        "SELECT outcome FROM notification_try WHERE notification_id = ? ORDER BY id",
                        (row["notification_id"],),
                    )
                ],
            }
            for row in sent
        ]
        described.append({**gateway.describe(order), "notifications": notifications})
    return JSONResponse({"orders": described})


async def _resend(request: Request, gateway: Gateway) -> Response:
    changed = gateway.store.execute(
        "UPDATE notification SET acknowledged_at = NULL, next_try_at = ? WHERE notification_id = ?",
        (gateway.now().isoformat(), request.path_params["notification_id"]),
    )
    if changed.rowcount == 0:
        return refused(404, "NOTIFICATION_NOT_FOUND", "no such notification")
    return JSONResponse({"status": "queued"}, status_code=202)


def create_app(data_dir: Path, base_url: str, environment: Mapping[str, str]) -> Starlette:
    """The payment gateway's simulator with its state in `data_dir`. Raises RuntimeError if a setting is missing."""
    gateway = Gateway(data_dir, Settings.read(base_url, environment))

    def merchant(path: str, operation: Operation, method: str) -> Route:
        async def answer(request: Request) -> Response:
            return await signed(request, gateway, operation)

        return Route(path, answer, methods=[method])

    def public(path: str, endpoint: Endpoint, method: str) -> Route:
        async def answer(request: Request) -> Response:
            return await endpoint(request, gateway)

        return Route(path, answer, methods=[method])

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        task = asyncio.create_task(Notifier(gateway).run())
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    return Starlette(
        lifespan=lifespan,
        routes=[
            merchant("/v1/banks", banks, "GET"),
            merchant("/v1/orders", create_order, "POST"),
            merchant("/v1/orders/{reference}", query_order, "GET"),
            merchant("/v1/statements/{day}.csv", statement, "GET"),
            public("/v1/qr-payments", scan_qr, "POST"),
            public("/pay/{order_id}/qr.svg", qr_image, "GET"),
            public("/pay/{order_id}", pay_page, "GET"),
            public("/pay/{order_id}", pay_or_cancel, "POST"),
            public("/_control/orders", _list_orders, "GET"),
            public("/_control/notifications/{notification_id}/resend", _resend, "POST"),
            *control_routes(gateway.world, TABLES),
            *page_routes(),
        ],
    )
