"""What a window knew of a draft when it was opened: a mark per answer, so that none overwrites what another saved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

_LENGTH = 12


def mark(answer: Any) -> str:
    """A short mark that equal answers share; it tells nothing of the answer."""
    return hashlib.sha256(msgspec.json.encode(answer, order="deterministic")).hexdigest()[:_LENGTH]


def marks(form: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    """The mark of each named answer as the draft holds it; one that is not answered has a mark too."""
    return {name: mark(form.get(name)) for name in names}


def changed_elsewhere(form: Mapping[str, Any], seen: Mapping[str, str], answers: Mapping[str, Any]) -> list[str]:
    """The names whose stored answer is no longer what the window saw, and that `answers` would change once more.

    An answer that both windows give alike is no conflict; nor is one that only this window changes.
    """
    return [
        name
        for name, answer in answers.items()
        if name in seen and mark(form.get(name)) != seen[name] and answer != form.get(name)
    ]
