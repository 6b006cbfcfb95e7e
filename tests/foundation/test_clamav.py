"""The ClamAV adapter against a daemon that speaks INSTREAM on a real socket."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.test import override_settings

from motcua.foundation import malware

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass
class Daemon:
    listener: socket.socket
    limit: int = 300_000
    streams: list[bytes] = field(default_factory=list)

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as incoming:
                assert incoming.read(10) == b"zINSTREAM\0"
                content = b""
                while size := int.from_bytes(incoming.read(4), "big"):
                    content += incoming.read(size)
                self.streams.append(content)
                connection.sendall(self.verdict(content))

    def verdict(self, content: bytes) -> bytes:
        if len(content) > self.limit:
            return b"INSTREAM size limit exceeded. ERROR\0"
        return b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in content else b"stream: OK\0"


def running(listener: socket.socket) -> Generator[Daemon]:
    daemon = Daemon(listener)
    threading.Thread(target=daemon.serve, daemon=True).start()
    yield daemon
    listener.close()


@pytest.fixture
def daemon() -> Generator[Daemon]:
    yield from running(socket.create_server(("127.0.0.1", 0)))


def address(daemon: Daemon) -> str:
    host, port = daemon.listener.getsockname()
    return f"{host}:{port}"


def test_a_clean_file_passes_whole(daemon: Daemon) -> None:
    content = bytes(range(256)) * 1000

    assert malware.clamav(address(daemon))(io.BytesIO(content)) is None
    assert daemon.streams == [content]


def test_a_find_is_named(daemon: Daemon) -> None:
    assert malware.clamav(address(daemon))(io.BytesIO(b"x" * 70_000 + EICAR)) == "Win.Test.EICAR_HDB-1"


def test_a_daemon_that_gives_up_is_not_taken_for_a_clean_bill(daemon: Daemon) -> None:
    with pytest.raises(OSError, match="size limit"):
        malware.clamav(address(daemon))(io.BytesIO(bytes(400_000)))


def test_a_unix_socket_serves_as_well(tmp_path: Path) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "clamd.socket"))
    listener.listen()

    for _ in running(listener):
        assert malware.clamav(str(tmp_path / "clamd.socket"))(io.BytesIO(EICAR)) == "Win.Test.EICAR_HDB-1"


def test_the_daemon_of_the_settings_is_registered_once() -> None:
    before = malware.scanners._items
    malware.scanners._items = {}
    try:
        malware.register_configured()
        assert list(malware.scanners) == []
        with override_settings(CLAMAV_ADDRESS="127.0.0.1:3310"):
            malware.register_configured()
            malware.register_configured()
        assert list(malware.scanners) == ["clamav"]
    finally:
        malware.scanners._items = before
