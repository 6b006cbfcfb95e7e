"""Keeps the programs of one installation running: started in sessions of their own, restarted when they die."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from motcua.faces.cli.records import Record, save
from motcua.foundation.parent_death import die_with_parent

logger = logging.getLogger("motcua.supervision")

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0
_SETTLED_AFTER = 30.0  # seconds of life after which a program counts as healthy again


@dataclass(frozen=True)
class Program:
    """What to run; `health` is the address that answers 200 once it works."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    health: str | None = None


class Child:
    """One program and the process it runs in at the moment."""

    def __init__(self, program: Program, log: Path) -> None:
        self.program = program
        self.process: subprocess.Popen[bytes] | None = None
        self._log = log / f"{program.name}.log"
        self._pause = _FIRST_PAUSE
        self._started = 0.0
        self._not_before = 0.0

    def start(self) -> None:
        """Starts the program in a session of its own; it is asked to stop when the supervisor dies."""
        parent = os.getpid()

        def prepare() -> None:
            die_with_parent(signal.SIGTERM)
            if os.getppid() != parent:
                os._exit(1)  # the supervisor died in between

        with self._log.open("ab") as output:
            self.process = subprocess.Popen(
                self.program.command,
                env=dict(self.program.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                start_new_session=True,
                preexec_fn=prepare,
            )
        self._started = time.monotonic()

    def mend(self) -> bool:
        """Restarts the program if it died, after a pause that grows while it keeps dying; whether it did."""
        now = time.monotonic()
        if self.process is not None:
            status = self.process.poll()
            if status is None:
                return False
            self.clear()
            settled = now - self._started > _SETTLED_AFTER
            self._pause = _FIRST_PAUSE if settled else min(self._pause * 2, _LONGEST_PAUSE)
            self._not_before = now + self._pause
            self.process = None
            logger.warning("%s ended with %s; starting again in %.1f s", self.program.name, status, self._pause)
        if now < self._not_before:
            return False
        self.start()
        return True

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait_until(self, deadline: float) -> None:
        """Waits for the end; kills what is left of the session at the deadline."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        self.clear()
        self.process.wait()

    def clear(self) -> None:
        """Kills what a dead leader has left behind in its session (a killed web server leaves its workers)."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


class Supervisor:
    """All programs of one installation; `watch` is called between looks (it keeps the database alive)."""

    def __init__(self, programs: Sequence[Program], *, log: Path, records: Path, watch: Callable[[], None]) -> None:
        self.children = [Child(program, log) for program in programs]
        self._records = records
        self._watch = watch

    def start(self) -> None:
        for child in self.children:
            child.start()
        self._record()

    def run(self, is_over: Callable[[], bool]) -> None:
        """Mends whatever dies until `is_over`."""
        while not is_over():
            self.look()
            time.sleep(0.2)

    def look(self) -> None:
        """One look at everything."""
        self._watch()
        if any([child.mend() for child in self.children]):
            self._record()

    def stop(self, *, patience: float = 8.0) -> None:
        """Stops everything: politely first, the rest after `patience` seconds."""
        for child in self.children:
            child.ask_to_stop()
        deadline = time.monotonic() + patience
        for child in self.children:
            child.wait_until(deadline)
        save(self._records, [])

    def _record(self) -> None:
        running = [child for child in self.children if child.process is not None]
        found: list[Record] = []
        for child in running:
            with contextlib.suppress(Exception):  # it may have died already; the next look mends it
                found.append(Record.of(child.program.name, child.process.pid))  # type: ignore[union-attr]
        save(self._records, found)
