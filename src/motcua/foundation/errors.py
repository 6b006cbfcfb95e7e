"""Errors that people and machines can both act on (design: Errors; POR-13).

A service raises `DomainError`; the API renders it as RFC 9457 problem+json, a page as plain
Vietnamese with what to do next and the support reference.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

Text = str | Promise  # translated lazily when a request is at hand


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with one field: `field` is a JSON pointer or a field name."""

    field: str
    code: str
    message: Text


@dataclass
class DomainError(Exception):
    """A refusal with a stable machine code and a sentence for the person.

    `status` is the HTTP status a face answers with; `errors` holds every field error at once;
    `details` only what a machine may need to go on (never personal data).
    """

    code: str
    message: Text
    status: int = 422
    field: str | None = None
    errors: Sequence[FieldError] = ()
    details: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])
    what_next: Text | None = None

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class NotFound(DomainError):
    """The object does not exist, or the account may not know that it does (404)."""

    def __init__(self, code: str, message: Text, **kwargs: Any) -> None:
        super().__init__(code, message, status=404, **kwargs)


class Conflict(DomainError):
    """The state of the object does not allow the act, or somebody else changed it (409)."""

    def __init__(self, code: str, message: Text, **kwargs: Any) -> None:
        super().__init__(code, message, status=409, **kwargs)


class AccessDenied(DomainError):
    """The account lacks the right (403); `details["explanation"]` says which and who can grant it."""

    def __init__(self, code: str, message: Text, **kwargs: Any) -> None:
        super().__init__(code, message, status=403, **kwargs)


class Unauthenticated(DomainError):
    """Nobody is signed in, or the credential is not valid any more (401)."""

    def __init__(self, code: str, message: Text, **kwargs: Any) -> None:
        super().__init__(code, message, status=401, **kwargs)


class Invalid(DomainError):
    """What was entered cannot be taken (422); all errors at once."""

    def __init__(self, code: str, message: Text, **kwargs: Any) -> None:
        super().__init__(code, message, status=422, **kwargs)
