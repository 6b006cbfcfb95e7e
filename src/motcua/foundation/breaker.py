"""A circuit breaker: a partner that keeps failing is left alone for a while, then probed by a single call."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

logger = logging.getLogger("motcua.outbound")


class Breaker:
    """Closed while the partner answers; open after `failures` in a row; one probe after `open_seconds`.

    The state belongs to the process: each worker finds out for itself, at the cost of `failures` calls.
    """

    def __init__(self, name: str, timer: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._timer = timer
        self._lock = threading.Lock()
        self._failures = 0
        self._retry_at: float | None = None  # None while closed

    @property
    def is_open(self) -> bool:
        """Whether the partner is being left alone or probed."""
        return self._retry_at is not None

    def admit(self, open_seconds: float) -> bool:
        """Whether a call may go out now. Each admitted call must be followed by `record`.

        While open, one call per `open_seconds` is admitted as the probe; so a probe that never reports blocks nothing.
        """
        with self._lock:
            if self._retry_at is None:
                return True
            if self._timer() < self._retry_at:
                return False
            self._retry_at = self._timer() + open_seconds
            return True

    def record(self, *, healthy: bool, failures: int, open_seconds: float) -> None:
        """What an admitted call found: one healthy answer closes, `failures` unhealthy ones in a row open."""
        with self._lock:
            if healthy:
                if self._retry_at is not None:
                    logger.info("circuit of partner %s closed", self._name)
                self._failures, self._retry_at = 0, None
                return
            self._failures += 1
            if self._failures >= failures:
                if self._retry_at is None:
                    logger.warning("circuit of partner %s opened after %d failures", self._name, self._failures)
                self._retry_at = self._timer() + open_seconds
