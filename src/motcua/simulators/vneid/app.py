"""The provider as a web application."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from motcua.simulators.control import control_routes, json_object
from motcua.simulators.pages import page_routes
from motcua.simulators.vneid.authorize import authorize, login
from motcua.simulators.vneid.backchannel import logout_everywhere, make_logout_token
from motcua.simulators.vneid.identities import identities
from motcua.simulators.vneid.logout import end_session
from motcua.simulators.vneid.provider import TABLES, Provider, Settings
from motcua.simulators.vneid.tokens import token, userinfo

Endpoint = Callable[[Request, Provider], Awaitable[Response]]


def discovery_document(issuer: str) -> dict[str, Any]:
    """OpenID Connect Discovery 1.0 metadata."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/jwks",
        "end_session_endpoint": f"{issuer}/end-session",
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "scopes_supported": ["openid"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": ["urn:vneid:loa:1", "urn:vneid:loa:2"],
        "prompt_values_supported": ["none", "login"],
        "ui_locales_supported": ["vi"],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
    }


async def _discovery(_: Request, provider: Provider) -> Response:
    return JSONResponse(discovery_document(provider.settings.issuer))


async def _jwks(_: Request, provider: Provider) -> Response:
    return JSONResponse(provider.keys.public_set())


async def _rotate_keys(request: Request, provider: Provider) -> Response:
    keep = (await json_object(request)).get("keep_previous", True)
    return JSONResponse({"kid": provider.keys.rotate(keep_previous=bool(keep))}, status_code=201)


async def _list_identities(_: Request, __: Provider) -> Response:
    return JSONResponse(
        {
            "identities": [
                {
                    "key": one.key,
                    "kind": one.kind,
                    "title": one.title,
                    "subject": one.subject,
                    "locked": one.locked,
                    "claims": one.claims,
                }
                for one in identities().values()
            ]
        }
    )


def create_app(data_dir: Path, base_url: str, environment: Mapping[str, str]) -> Starlette:
    """The VNeID simulator with its state in `data_dir`. Raises RuntimeError if a setting is missing."""
    provider = Provider(data_dir, Settings.read(base_url, environment))

    def route(path: str, endpoint: Endpoint, name: str | None, methods: list[str]) -> Route:
        async def answer(request: Request) -> Response:
            if name and provider.fault("unavailable", name):
                return PlainTextResponse("service unavailable", status_code=503)
            if name and provider.fault("garbled", name):
                return PlainTextResponse("<html>maintenance</html>", media_type="text/html")
            if name and (slow := provider.fault("slow", name)):
                await asyncio.sleep(slow["seconds"])
            return await endpoint(request, provider)

        return Route(path, answer, methods=methods)

    return Starlette(
        routes=[
            route("/.well-known/openid-configuration", _discovery, "discovery", ["GET"]),
            route("/jwks", _jwks, "jwks", ["GET"]),
            route("/authorize", authorize, "authorize", ["GET", "POST"]),
            route("/login", login, None, ["POST"]),
            route("/token", token, "token", ["POST"]),
            route("/userinfo", userinfo, "userinfo", ["GET", "POST"]),
            route("/end-session", end_session, "end_session", ["GET", "POST"]),
            route("/_control/identities", _list_identities, None, ["GET"]),
            route("/_control/rotate-keys", _rotate_keys, None, ["POST"]),
            route("/_control/logout", logout_everywhere, None, ["POST"]),
            route("/_control/logout-token", make_logout_token, None, ["POST"]),
            *control_routes(provider.world, TABLES),
            *page_routes(),
        ]
    )
