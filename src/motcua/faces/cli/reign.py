"""One `up` per data folder: a new one ends the one before, by its own records, and takes over."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import time
from collections.abc import Generator, Iterable
from dataclasses import asdict

from motcua.faces.cli import records
from motcua.faces.cli.data_folder import DataFolder
from motcua.faces.cli.outcome import CannotRun
from motcua.faces.cli.records import Record

PATIENCE = 20.0


@contextlib.contextmanager
def reign(folder: DataFolder) -> Generator[None]:
    """Holds the data folder for this process; the `up` before and what it left behind are ended first."""
    with (folder.state / "up.lock").open("a+") as handle:
        _take(handle.fileno(), folder)
        handle.seek(0)
        handle.truncate()
        handle.write(json.dumps([asdict(Record.of("up", os.getpid()))]))
        handle.flush()
        records.end(records.load(folder.state / "processes.json"), patience=5.0)
        yield


def _take(handle: int, folder: DataFolder) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise CannotRun(f"another ./motcua up holds {folder.path} and does not stop") from None
        else:
            return
        records.end(running_up(folder), patience=PATIENCE / 2)
        time.sleep(0.1)


def running_up(folder: DataFolder) -> list[Record]:
    """The recorded `up` of this folder, if it is alive."""
    try:
        found = records.load(folder.state / "up.lock")
    except ValueError:  # being written at this moment
        return []
    return [record for record in found if record.is_alive]


def refuse_busy_ports(ports: Iterable[int]) -> None:
    """Raises CannotRun naming the first port that somebody else listens on."""
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except PermissionError:
                raise CannotRun(f"port {port} may not be used; choose a higher one with --port") from None
            except (OSError, OverflowError):
                raise CannotRun(f"port {port} is in use; choose others with --port (ten in a row)") from None
