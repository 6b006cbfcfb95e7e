"""The correlation id of the request or job at hand: the support reference a person reads is this id (POR-13)."""

from __future__ import annotations

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str | None] = ContextVar("motcua_correlation_id", default=None)
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0/O and 1/I: people read it out on the telephone


def new_correlation_id() -> str:
    """A fresh id, twelve characters in groups of four, e.g. `7KQ2-M9XA-4TDP` (60 random bits)."""
    raw = "".join(secrets.choice(_ALPHABET) for _ in range(12))
    return f"{raw[:4]}-{raw[4:8]}-{raw[8:]}"


def current_correlation_id() -> str | None:
    """The id of the unit of work this code runs in, or None outside any."""
    return _current.get()


@contextmanager
def correlated(identifier: str | None = None) -> Generator[str]:
    """Runs the block under `identifier` (a new one if None)."""
    chosen = identifier or new_correlation_id()
    token = _current.set(chosen)
    try:
        yield chosen
    finally:
        _current.reset(token)
