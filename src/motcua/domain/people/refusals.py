"""The refusal of a sign-on, with its cause and words."""

from __future__ import annotations

from motcua.domain.people.rules import CAUSES, Cause
from motcua.foundation.errors import DomainError


class SignOnRefused(DomainError):
    """A sign-on that failed: `cause` is classified (IDN-02), `detail` the protocol's own word, never personal data."""

    def __init__(self, cause: Cause, detail: str = "") -> None:
        words = CAUSES[cause]
        super().__init__(cause.value, words.what, status=words.status, what_next=words.what_next)
        self.cause = cause
        self.detail = detail
