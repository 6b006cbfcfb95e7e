"""A load client that costs little: one thread, raw sockets kept alive, requests built before the clock starts."""

from __future__ import annotations

import selectors
import socket
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import psutil

CLIENTS = 16
_HEAD_END = b"\r\n\r\n"


@dataclass
class Outcome:
    """What one round of load came to; latencies in milliseconds."""

    seconds: float = 0.0
    client_cpu_seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    refused: str = ""

    @property
    def rate(self) -> float:
        """Requests answered per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: int) -> float:
        """The latency, in milliseconds, that `percent` of the requests stayed under."""
        return statistics.quantiles(self.latencies, n=100)[percent - 1]


class _Client:
    """One connection with one request under way at a time."""

    def __init__(self, address: tuple[str, int], requests: Iterator[bytes]) -> None:
        self.requests = requests
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.started = 0.0

    def send(self) -> None:
        """Starts the next request."""
        request = next(self.requests)
        self.received = b""
        self.started = time.perf_counter()
        self.socket.sendall(request)

    def answer(self) -> tuple[int, bytes] | None:
        """Status and body once the whole answer has arrived. Raises ConnectionError if the server hung up."""
        chunk = self.socket.recv(262_144)
        if not chunk:
            raise ConnectionError("the server closed a kept-alive connection")
        self.received += chunk
        end = self.received.find(_HEAD_END)
        if end < 0:
            return None
        head = self.received[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0])
        body = self.received[end + 4 :]
        return (int(head[9:12]), body) if len(body) >= length else None


def drive(address: tuple[str, int], streams: list[Iterator[bytes]], *, seconds: float) -> Outcome:
    """Keeps one request under way per stream for `seconds`; the requests under way at the end are waited for."""
    outcome = Outcome()
    selector = selectors.DefaultSelector()
    clients = [_Client(address, requests) for requests in streams]
    before = psutil.Process().cpu_times()
    start = time.perf_counter()
    for client in clients:
        selector.register(client.socket, selectors.EVENT_READ, client)
        client.send()
    under_way = len(clients)
    while under_way:
        for key, _ in selector.select(timeout=30) or _silence():
            client: _Client = key.data
            answer = client.answer()
            if answer is None:
                continue
            now = time.perf_counter()
            _note(outcome, answer, (now - client.started) * 1000)
            if now - start < seconds:
                client.send()
            else:
                selector.unregister(client.socket)
                client.socket.close()
                under_way -= 1
    outcome.seconds = time.perf_counter() - start
    after = psutil.Process().cpu_times()
    outcome.client_cpu_seconds = after.user + after.system - before.user - before.system
    return outcome


def _silence() -> list[tuple[selectors.SelectorKey, int]]:
    raise TimeoutError("the server did not answer for 30 seconds")


def _note(outcome: Outcome, answer: tuple[int, bytes], milliseconds: float) -> None:
    status, body = answer
    outcome.latencies.append(milliseconds)
    outcome.statuses[status] += 1
    if status >= 400 and not outcome.refused:
        outcome.refused = body.decode(errors="replace")[:500]


def request(method: str, path: str, *, headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    """The bytes of one HTTP/1.1 request to this machine."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body
