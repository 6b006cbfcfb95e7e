"""Who makes the request: the session's or the token's principal, resolved on first use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from motcua.domain.people import sessions
from motcua.domain.people.principal import Principal


def lazy_principal(request: HttpRequest) -> Any:
    """A lazy `people.Principal` or None. API views resolve a bearer token themselves."""
    return SimpleLazyObject(lambda: _from_session(request))


def _from_session(request: HttpRequest) -> Principal | None:
    """The session's principal; an act of the person slides the session's end, a page's own polling does not."""
    principal = sessions.session_principal(request.session)
    if principal is not None and request.headers.get("X-Background") is None:
        sessions.renew(request.session)
    return principal
