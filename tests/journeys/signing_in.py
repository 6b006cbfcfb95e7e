"""Signing a browser in without the way over VNeID, for journeys that are about something else."""

from __future__ import annotations

from types import SimpleNamespace

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page

from motcua.domain.people.principal import Principal
from motcua.domain.people.sessions import open_session


def sign_in(page: Page, address: str, principal: Principal) -> None:
    """Gives the browser a session of `principal`."""
    session = SessionStore()
    open_session(session, SimpleNamespace(principal=principal, provider_session="", id_token=""))
    session.save()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key or "", "url": address}
    page.context.add_cookies([cookie])
