"""Counting by sender within the running minute of this process: a brake and a filter, no account."""

from __future__ import annotations

import threading
import time

_WINDOW = 60.0
_MOST_SENDERS = 50_000


class Window:
    """Counts calls by sender; old minutes are forgotten whole, so memory stays bounded."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._began = 0.0
        self._counts: dict[str, int] = {}

    def count(self, sender: str) -> int:
        """Counts one call; how many there were in this minute, this one included."""
        with self._lock:
            self._turn()
            self._counts[sender] = self._counts.get(sender, 0) + 1
            return self._counts[sender]

    def so_far(self, sender: str) -> int:
        """How many calls there were in this minute; counts nothing."""
        with self._lock:
            self._turn()
            return self._counts.get(sender, 0)

    def clear(self) -> None:
        """Forgets everything counted (tests)."""
        with self._lock:
            self._counts = {}

    def _turn(self) -> None:
        now = time.monotonic()
        if now - self._began >= _WINDOW or len(self._counts) >= _MOST_SENDERS:
            self._began, self._counts = now, {}
