"""Who makes the request: the session's or the token's principal, resolved on first use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject


def lazy_principal(request: HttpRequest) -> Any:
    """A lazy `people.Principal` or None. API views resolve a bearer token themselves."""
    return SimpleLazyObject(lambda: _from_session(request))


def _from_session(request: HttpRequest) -> Any:
    return None
