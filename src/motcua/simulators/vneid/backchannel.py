"""OpenID Connect Back-Channel Logout 1.0: the client is told, from server to server, that a session ended."""

from __future__ import annotations

import secrets
from typing import Any, Final

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from motcua.simulators.control import json_object
from motcua.simulators.store import Row
from motcua.simulators.vneid.identities import identities
from motcua.simulators.vneid.provider import Provider

EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
TOKEN_SECONDS: Final = 120
_ANSWER_SECONDS: Final = 5.0


def claims_of(provider: Provider, subject: str, session: str) -> dict[str, Any]:
    """The claims of a logout token."""
    now = int(provider.now().timestamp())
    return {
        "iss": provider.settings.issuer,
        "sub": subject,
        "aud": provider.settings.client_id,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "jti": secrets.token_urlsafe(16),
        "events": {EVENT: {}},
        "sid": session,
    }


async def notify(provider: Provider, session: Row) -> int | None:
    """Tells the client that a session ended; the status of its answer, None where it could not be told."""
    target = provider.settings.backchannel_logout_uri
    if not target:
        return None
    claims = claims_of(provider, identities()[session["identity"]].subject, session["id"])
    form = {"logout_token": provider.keys.sign(claims, typ="logout+jwt")}
    try:
        async with httpx.AsyncClient(timeout=_ANSWER_SECONDS) as client:
            status = (await client.post(target, data=form)).status_code
    except httpx.HTTPError as error:
        provider.world.log("logout_not_told", reason=type(error).__name__)
        return None
    provider.world.log("logout_told", status=status)
    return status


async def logout_everywhere(request: Request, provider: Provider) -> Response:
    """A person ends every session of theirs in the VNeID application; clients are told before this answers."""
    identity = identities().get(str((await json_object(request)).get("identity", "")))
    if identity is None:
        return JSONResponse({"error": "unknown identity"}, status_code=422)
    ended = [row for row in provider.sessions_of(identity) if provider.close_session(row["id"])]
    return JSONResponse({"told": [await notify(provider, row) for row in ended]})


async def make_logout_token(request: Request, provider: Provider) -> Response:
    """A logout token for a script: of `identity` and `session`, with claims changed (null removes one).

    `signed` is `well`, `falsely` (a key that was never published) or `not`; nothing is sent.
    """
    asked = await json_object(request)
    identity = identities().get(str(asked.get("identity", "")))
    if identity is None:
        return JSONResponse({"error": "unknown identity"}, status_code=422)
    claims = claims_of(provider, identity.subject, str(asked.get("session", ""))) | dict(asked.get("change", {}))
    claims = {name: value for name, value in claims.items() if value is not None}
    signers = {
        "well": lambda: provider.keys.sign(claims, typ="logout+jwt"),
        "falsely": lambda: provider.keys.sign_falsely(claims, known_kid=True),
        "not": lambda: provider.keys.unsigned(claims),
    }
    signed = signers.get(str(asked.get("signed", "well")))
    if signed is None:
        return JSONResponse({"error": "signed is well, falsely or not"}, status_code=422)
    return JSONResponse({"logout_token": signed()})
