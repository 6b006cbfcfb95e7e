"""A browser without JavaScript that is signed in as one principal."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.test import Client
from django.test.client import ClientHandler

from motcua.domain.people.principal import Principal
from motcua.domain.people.sessions import KEY
from motcua.foundation import clock

_handler = ClientHandler(enforce_csrf_checks=False)


def new_client() -> Client:
    """A client whose server side is shared: reading all middleware anew for each would take most of a test's time."""
    client = Client(raise_request_exception=False)
    client.handler = _handler
    return client


class Browser:
    """Opens pages and sends forms with the session of `principal`; anonymous for None."""

    def __init__(self, principal: Principal | None = None) -> None:
        self._client = new_client()
        if principal is not None:
            self._client.cookies[settings.SESSION_COOKIE_NAME] = session_of(principal)

    def get(self, path: str, **query: str) -> Any:
        return self._client.get(path, query)

    def post(self, path: str, fields: dict[str, Any]) -> Any:
        return self._client.post(path, fields)


def session_of(principal: Principal) -> str:
    """A stored session of `principal`; what its cookie says."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[KEY] = {
        "account": str(principal.account_id),
        "party": str(principal.party_id) if principal.party_id else None,
        "person": str(principal.person_id) if principal.person_id else None,
        "level": principal.assurance_level,
        "provider_session": "test",
        "since": clock.now().isoformat(),
        "id_token": "",
        "seen": clock.now().isoformat(),
    }
    session.save()
    return str(session.session_key)
