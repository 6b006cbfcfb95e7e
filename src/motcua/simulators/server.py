"""Serves one simulator with Granian inside the running event loop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import Final

from granian.constants import Interfaces
from granian.server.embed import Server
from starlette.types import ASGIApp

HOST: Final = "127.0.0.1"


def server_for(app: ASGIApp, port: int) -> Server:
    """A Granian server for the application on the loopback address, quiet."""
    return Server(app, address=HOST, port=port, interface=Interfaces.ASGI, log_enabled=False, websockets=False)


async def serve(app: ASGIApp, port: int) -> None:
    """Serves until SIGINT or SIGTERM."""
    server = server_for(app, port)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # no signal handlers in Windows' loop
            loop.add_signal_handler(number, server.stop)
    await server.serve()
