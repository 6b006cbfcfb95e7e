"""The control API that every simulator offers under `/_control` (docs/protocols/README.md)."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from motcua.simulators.world import FaultRefusedError, World


class NotAnObjectError(ValueError):
    """A body that is JSON but no object."""


async def json_object(request: Request) -> dict[str, Any]:
    """The request's body as a JSON object; an empty body is an empty object. Raises ValueError."""
    body = await request.body()
    value = json.loads(body) if body else {}
    if not isinstance(value, dict):
        raise NotAnObjectError("the body must be a JSON object")
    return value


class ControlApi:
    """Health, faults, clock, log and reset of one simulator."""

    def __init__(self, world: World, tables: tuple[str, ...]) -> None:
        self._world = world
        self._tables = tables

    async def health(self, _: Request) -> Response:
        """Whether it serves."""
        return JSONResponse({"status": "ok", "simulator": self._world.name})

    async def list_faults(self, _: Request) -> Response:
        """The faults that are on."""
        return JSONResponse({"faults": self._world.faults.active()})

    async def switch_on(self, request: Request) -> Response:
        """Switches a fault on."""
        try:
            self._world.faults.switch_on(await json_object(request))
        except (FaultRefusedError, ValueError) as error:
            return JSONResponse({"error": str(error)}, status_code=422)
        return JSONResponse({"faults": self._world.faults.active()}, status_code=201)

    async def switch_off(self, request: Request) -> Response:
        """Switches one fault off, or all."""
        self._world.faults.switch_off(request.path_params.get("name"))
        return JSONResponse({"faults": self._world.faults.active()})

    async def read_clock(self, _: Request) -> Response:
        """The simulator's time."""
        clock = self._world.clock
        return JSONResponse({"now": clock.now().isoformat(), "offset_seconds": clock.offset_seconds})

    async def move_clock(self, request: Request) -> Response:
        """Sets the clock's offset."""
        try:
            self._world.clock.move(float((await json_object(request))["offset_seconds"]))
        except (KeyError, TypeError, ValueError):
            return JSONResponse({"error": "offset_seconds is a number"}, status_code=422)
        return await self.read_clock(request)

    async def read_log(self, request: Request) -> Response:
        """What happened."""
        after = request.query_params.get("after", "0")
        if not after.isdecimal():
            return JSONResponse({"error": "after is the id of an entry"}, status_code=422)
        return JSONResponse({"entries": self._world.logged(int(after))})

    async def reset(self, _: Request) -> Response:
        """Forgets everything that came in."""
        self._world.forget(self._tables)
        return JSONResponse({"status": "ok"})


def control_routes(world: World, tables: tuple[str, ...]) -> list[Route]:
    """The routes of the control API; `tables` are those that a reset empties."""
    api = ControlApi(world, tables)
    return [
        Route("/_health", api.health),
        Route("/_control/faults", api.list_faults, methods=["GET"]),
        Route("/_control/faults", api.switch_on, methods=["POST"]),
        Route("/_control/faults", api.switch_off, methods=["DELETE"]),
        Route("/_control/faults/{name}", api.switch_off, methods=["DELETE"]),
        Route("/_control/clock", api.read_clock, methods=["GET"]),
        Route("/_control/clock", api.move_clock, methods=["POST"]),
        Route("/_control/log", api.read_log),
        Route("/_control/reset", api.reset, methods=["POST"]),
    ]
