"""An entry of the administration's navigation."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Entry:
    """One subject: its name, what one does there, its page (`administration:…`) and the actions that open it."""

    title: Words
    hint: Words
    page: str
    actions: frozenset[str]


EVERY_OFFICER: frozenset[str] = frozenset()
"""For an entry that every officer has: their own requests, their own rights."""
