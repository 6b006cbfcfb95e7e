"""The register as a web application."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from motcua.simulators.control import control_routes
from motcua.simulators.population.register import TABLES, RefusedError, Register, Settings
from motcua.simulators.population.residents import residents
from motcua.simulators.population.signature import of_answer


async def _ask(request: Request, register: Register) -> Response:
    """Answers one signed question, or misbehaves as a fault says."""
    faults = register.world.faults
    if faults.take("unavailable"):
        return JSONResponse({"code": "UNAVAILABLE", "message": "out of service"}, status_code=503)
    if slow := faults.take("slow"):
        await asyncio.sleep(slow["seconds"])
    body = await request.body()
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    try:
        nonce = register.authenticate(request.headers, request.method, target, body)
        told = register.answer(nonce, body)
    except RefusedError as refusal:
        register.world.log("refused", code=refusal.code)
        return JSONResponse({"code": refusal.code, "message": refusal.message}, status_code=refusal.status)
    if faults.take("garbled"):
        return PlainTextResponse("<html>Bảo trì")
    content = json.dumps(told, ensure_ascii=False).encode()
    secret = "another key" if faults.take("wrong_signature") else register.settings.secret
    headers = {"X-Signature": of_answer(secret, nonce, content), "Cache-Control": "no-store"}
    return Response(content, media_type="application/json", headers=headers)


def create_app(data_dir: Path, base_url: str, environment: Mapping[str, str]) -> Starlette:
    """The register's simulator with its state in `data_dir`. Raises RuntimeError if a setting is missing."""
    del base_url  # nothing that the register says holds its own address
    register = Register(data_dir, Settings.read(environment))

    async def ask(request: Request) -> Response:
        return await _ask(request, register)

    async def list_residents(_: Request) -> Response:
        return JSONResponse({"residents": list(residents().values())})

    async def list_queries(_: Request) -> Response:
        return JSONResponse({"queries": register.questions()})

    return Starlette(
        routes=[
            Route("/v1/queries", ask, methods=["POST"]),
            Route("/_control/residents", list_residents),
            Route("/_control/queries", list_queries),
            *control_routes(register.world, TABLES),
        ]
    )
