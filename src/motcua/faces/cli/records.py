"""Processes of one data folder, known by process id and start time together: a reused id is never mistaken."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

_SAME_START = 2.0  # seconds; the start time is computed from the boot time, which a clock step may shift a little


@dataclass(frozen=True)
class Record:
    """One process: its name in this product, its id, and when it started (seconds since the epoch)."""

    name: str
    pid: int
    started: float

    @classmethod
    def of(cls, name: str, pid: int) -> Record:
        """The record of a running process. Raises psutil.NoSuchProcess."""
        return cls(name, pid, psutil.Process(pid).create_time())

    @property
    def is_alive(self) -> bool:
        """Whether exactly this process still runs (a zombie does not)."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < _SAME_START
            return same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False


def save(file: Path, records: Iterable[Record]) -> None:
    """Replaces the list in one step, so that a kill never leaves half of it."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    fresh.write_text(json.dumps([asdict(record) for record in records]))
    fresh.replace(file)


def load(file: Path) -> list[Record]:
    """The list; empty if there is none."""
    if not file.exists():
        return []
    return [Record(**item) for item in json.loads(file.read_text() or "[]")]


def end(records: Iterable[Record], *, patience: float) -> None:
    """Asks the processes that are still the recorded ones to stop, then kills the sessions of those that do not."""
    alive = [record for record in records if record.is_alive]
    for record in alive:
        with contextlib.suppress(ProcessLookupError):
            os.kill(record.pid, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while any(record.is_alive for record in alive) and time.monotonic() < deadline:
        time.sleep(0.05)
    for record in alive:
        if record.is_alive:
            kill_session(record.pid)


def kill_session(pid: int) -> None:
    """Kills the process and everything it started, if it leads a group of its own."""
    with contextlib.suppress(ProcessLookupError):
        if os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)
