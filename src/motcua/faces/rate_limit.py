"""How often one address may look dossiers up without signing in, so that nobody walks through all codes (POR-02).

Counted in each server process by itself, in memory: a brake, no account. The address is the connection's own;
an operator whose proxy hides the senders' addresses sets the policy to 0 and limits at the proxy.
"""

from __future__ import annotations

import threading
import time

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from motcua.domain.dossiers.policies import LOOKUPS_PER_MINUTE
from motcua.foundation.errors import DomainError

_WINDOW = 60.0
_MOST_ADDRESSES = 50_000


class Window:
    """Counts calls by sender within the running minute of the process; old minutes are forgotten whole."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._began = 0.0
        self._counts: dict[str, int] = {}

    def allow(self, sender: str, limit: int) -> bool:
        """Counts one call; whether it is within `limit`."""
        with self._lock:
            now = time.monotonic()
            if now - self._began >= _WINDOW or len(self._counts) >= _MOST_ADDRESSES:
                self._began, self._counts = now, {}
            self._counts[sender] = self._counts.get(sender, 0) + 1
            return self._counts[sender] <= limit

    def clear(self) -> None:
        """Forgets everything counted (tests)."""
        with self._lock:
            self._counts = {}


lookups = Window()


def limit_lookups(request: HttpRequest) -> None:
    """Raises DomainError TOO_MANY_REQUESTS (429) for an anonymous sender above the policy."""
    limit = LOOKUPS_PER_MINUTE.get()
    if limit and not lookups.allow(request.META.get("REMOTE_ADDR", ""), limit):
        raise DomainError(
            "TOO_MANY_REQUESTS",
            _("Ông/Bà đã tra cứu quá nhiều lần trong một phút"),
            status=429,
            what_next=_("Ông/Bà vui lòng chờ một phút rồi tra cứu lại."),
        )
