"""An HTTP transport whose whole exchange ends by a deadline.

httpx bounds each read, not their sum: a partner that sends a byte every few seconds would hold a worker for ever.
Here every socket operation gets at most what is left of the time of the call.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from ssl import SSLContext
from typing import Any

import httpcore
import httpx

_deadline: ContextVar[float | None] = ContextVar("motcua_outbound_deadline", default=None)


class DeadlinePassed(httpx.TimeoutException):
    """The time of the whole call is used up."""


@contextmanager
def deadline(seconds: float) -> Generator[None]:
    """Exchanges started in the block over a `DeadlineTransport` end within `seconds`, or raise DeadlinePassed."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


class DeadlineTransport(httpx.HTTPTransport):
    """httpx's own transport over sockets that keep the deadline. No proxy, HTTP/1.1."""

    def __init__(self, ssl_context: SSLContext, max_connections: int) -> None:
        super().__init__(verify=ssl_context)
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context,
            max_connections=max_connections,
            max_keepalive_connections=max_connections,
            keepalive_expiry=5.0,
            network_backend=_Backend(),
        )


class _Backend(httpcore.SyncBackend):
    def connect_tcp(self, *args: Any, timeout: float | None = None, **kwargs: Any) -> httpcore.NetworkStream:
        return _Stream(super().connect_tcp(*args, timeout=_left(timeout), **kwargs))


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(timeout: float | None) -> float | None:
    """The shorter of `timeout` and what is left of the call."""
    end = _deadline.get()
    if end is None:
        return timeout
    left = end - time.monotonic()
    if left <= 0:
        raise DeadlinePassed("the time of the call is used up")
    return left if timeout is None else min(timeout, left)
