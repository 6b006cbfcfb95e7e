"""Pumps: short pieces of background work that the worker repeats without pause while there is any.

Periodic work that has a timetable is a Procrastinate task (jobs.py of each room); a pump is for
what must happen within a second of a commit: reactions, messages to send, audit rows to seal.
Polling a nearly always empty table is cheaper than a notification, whose lock every commit shares.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.db import close_old_connections, connection

from motcua.foundation.registry import Registry

logger = logging.getLogger("motcua.pumps")


@dataclass(frozen=True)
class Pump:
    """`work` handles one batch and returns its size; it is called again at once until that is 0."""

    name: str
    work: Callable[[], int]
    idle_seconds: float


pumps: Registry[Pump] = Registry("pump")


def pump(name: str, *, idle_seconds: float = 0.3) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Declares a pump."""

    def declare(work: Callable[[], int]) -> Callable[[], int]:
        pumps.add(name, Pump(name, work, idle_seconds))
        return work

    return declare


def run(item: Pump, stop: threading.Event) -> None:
    """Repeats one pump until `stop`; a failure is logged and waited out, never ends the pump."""
    failures = 0
    while not stop.is_set():
        try:
            handled = item.work()
            failures = 0
        except Exception:
            logger.exception("pump %s failed", item.name)
            handled, failures = 0, failures + 1
            close_old_connections()
            connection.close()
        if handled == 0:
            stop.wait(min(item.idle_seconds * 2 ** min(failures, 6), 30.0))


def start_all(stop: threading.Event) -> list[threading.Thread]:
    """Starts every declared pump in a thread of its own."""
    threads = [threading.Thread(target=run, args=(item, stop), name=f"pump-{name}") for name, item in pumps.items()]
    for thread in threads:
        thread.start()
    return threads
