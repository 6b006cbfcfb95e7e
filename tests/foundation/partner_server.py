"""A partner that does on its socket whatever the test says, request by request."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Behaviour = Callable[[socket.socket], None]


@dataclass
class PartnerServer:
    """`script` holds the behaviour of the coming requests; `received` the raw requests that came."""

    port: int
    script: list[Behaviour] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def answer(status: int = 200, body: bytes = b"{}", headers: str = "") -> Behaviour:
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n"
    return lambda connection: connection.sendall(head.encode() + body)


def raw(data: bytes) -> Behaviour:
    return lambda connection: connection.sendall(data)


def hang(seconds: float) -> Behaviour:
    return lambda connection: time.sleep(seconds)


def drop(connection: socket.socket) -> None:
    """Closes without an answer."""


def drip(piece: bytes, count: int, pause: float) -> Behaviour:
    def send(connection: socket.socket) -> None:
        for _ in range(count):
            connection.sendall(piece)
            time.sleep(pause)

    return send


@contextmanager
def partner_server() -> Generator[PartnerServer]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = PartnerServer(listener.getsockname()[1])

    def serve(connection: socket.socket) -> None:
        with connection:
            data = b""
            while b"\r\n\r\n" not in data:
                piece = connection.recv(65536)
                if not piece:
                    return
                data += piece
            head, _, body = data.partition(b"\r\n\r\n")
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length")
                ),
                0,
            )
            while len(body) < length:
                body += connection.recv(65536)
            server.received.append(head + b"\r\n\r\n" + body)
            with suppress(OSError):  # the client went away, as the test wants
                server.script.pop(0)(connection)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=[connection], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        listener.close()
