"""Runs a simulator inside a test process: a thread with an own event loop, on a free port."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from motcua.simulators.registry import create
from motcua.simulators.server import HOST, server_for

_START_SECONDS: Final = 15.0
# Granian's threads end a moment after its server; an interpreter that exits under them aborts.
_SETTLE_SECONDS: Final = 0.3


def free_port() -> int:
    """A port of the loopback address that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(
    name: str, data_dir: Path, environment: Mapping[str, str] | None = None, port: int | None = None
) -> Generator[str]:
    """A running simulator; yields its base URL without trailing slash.

    - `name` is one of `registry.FACTORIES`; `environment` holds what the command line would take from `os.environ`.
    - Raises RuntimeError if it does not answer within 15 s.
    """
    chosen = port or free_port()
    base_url = f"http://{HOST}:{chosen}"
    app = create(name, data_dir, base_url, environment or {})
    started = threading.Event()
    stop: list[Callable[[], object]] = []

    async def main() -> None:
        server = server_for(app, chosen)
        loop = asyncio.get_running_loop()
        stop.append(lambda: loop.call_soon_threadsafe(server.stop))
        started.set()
        await server.serve()
        await asyncio.sleep(_SETTLE_SECONDS)

    thread = threading.Thread(target=asyncio.run, args=(main(),), name=f"simulator-{name}", daemon=True)
    thread.start()
    started.wait(_START_SECONDS)
    _wait_for(base_url, thread)
    try:
        yield base_url
    finally:
        stop[0]()
        thread.join(10)


def _wait_for(base_url: str, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and thread.is_alive():
        try:
            httpx.get(f"{base_url}/_health", timeout=1)
        except httpx.HTTPError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"the simulator at {base_url} did not start")
