"""The token endpoint, the ID token and the userinfo endpoint."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Any
from urllib.parse import unquote_plus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from motcua.simulators.forms import RepeatedParameterError, parameters
from motcua.simulators.vneid.provider import TOKEN_SECONDS, Grant, Provider

_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def _refused(error: str, description: str, status: int = 400) -> Response:
    headers = dict(_NO_STORE)
    if status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="vneid"'
    return JSONResponse({"error": error, "error_description": description}, status_code=status, headers=headers)


def _client_is_authentic(header: str, provider: Provider) -> bool:
    scheme, _, encoded = header.partition(" ")
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    expected = provider.settings
    return (
        scheme.lower() == "basic"
        and hmac.compare_digest(unquote_plus(client_id).encode(), expected.client_id.encode())
        and hmac.compare_digest(unquote_plus(secret).encode(), expected.client_secret.encode())
    )


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _verifies(verifier: str, challenge: str) -> bool:
    digest = hashlib.sha256(verifier.encode()).digest()
    return 43 <= len(verifier) <= 128 and hmac.compare_digest(_base64url(digest).encode(), challenge.encode())


async def token(request: Request, provider: Provider) -> Response:
    """Exchanges a code for an access token and an ID token."""
    try:
        given = await parameters(request)
    except RepeatedParameterError as error:
        return _refused("invalid_request", f"{error} is repeated")
    if not _client_is_authentic(request.headers.get("authorization", ""), provider):
        return _refused("invalid_client", "client_secret_basic is required", 401)
    if "grant_type" not in given:
        return _refused("invalid_request", "grant_type is missing")
    if given["grant_type"] != "authorization_code":
        return _refused("unsupported_grant_type", "only authorization_code")
    if missing := {"code", "redirect_uri"} - set(given):
        return _refused("invalid_request", f"{', '.join(sorted(missing))} missing")
    grant = provider.grant_of(given["code"])
    if grant is None:
        return _refused("invalid_grant", "the code is unknown, expired or used")
    if given["redirect_uri"] != grant.parameters["redirect_uri"]:
        return _refused("invalid_grant", "another redirect_uri")
    if not _verifies(given.get("code_verifier", ""), grant.parameters["code_challenge"]):
        return _refused("invalid_grant", "the code_verifier does not fit")
    access_token = provider.redeem(given["code"], grant)
    return JSONResponse(
        {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "scope": "openid",
            "id_token": _id_token(provider, grant, access_token),
        },
        headers=_NO_STORE,
    )


def _id_token(provider: Provider, grant: Grant, access_token: str) -> str:
    skew = provider.fault("clock_skew", "token")
    shift = int(skew["seconds"]) if skew else 0
    issued = int(provider.now().timestamp()) + shift
    claims: dict[str, Any] = {
        "iss": provider.settings.issuer,
        "sub": grant.identity.subject,
        "aud": provider.settings.client_id,
        "iat": issued,
        "exp": issued + TOKEN_SECONDS,
        "auth_time": grant.auth_time + shift,
        "acr": f"urn:vneid:loa:{grant.identity.level}",
        "sid": grant.session,
        "at_hash": _base64url(hashlib.sha256(access_token.encode()).digest()[:16]),
    }
    if "nonce" in grant.parameters:
        claims["nonce"] = grant.parameters["nonce"]
    earlier = provider.last_id_token if provider.fault("replayed_token", "token") else ""
    provider.last_id_token = earlier or _signed(provider, _spoiled(provider, claims))
    return provider.last_id_token


def _spoiled(provider: Provider, claims: dict[str, Any]) -> dict[str, Any]:
    """The claims after the faults that are switched on."""
    spoilt = dict(claims)
    if provider.fault("wrong_nonce", "token"):
        spoilt["nonce"] = "another-nonce"
    if provider.fault("missing_nonce", "token"):
        spoilt.pop("nonce", None)
    if provider.fault("expired_token", "token"):
        spoilt["iat"], spoilt["exp"] = claims["iat"] - 3900, claims["iat"] - 3600
    if provider.fault("wrong_audience", "token"):
        spoilt["aud"] = "another-client"
    if provider.fault("wrong_issuer", "token"):
        spoilt["iss"] = "https://issuer.example"
    if provider.fault("wrong_authorized_party", "token"):
        spoilt["aud"], spoilt["azp"] = [claims["aud"], "another-client"], "another-client"
    if provider.fault("second_audience", "token"):
        spoilt["aud"] = [claims["aud"], "another-client"]
    return spoilt


def _signed(provider: Provider, claims: dict[str, Any]) -> str:
    if provider.fault("wrong_signature", "token"):
        return provider.keys.sign_falsely(claims, known_kid=True)
    if provider.fault("unknown_key", "token"):
        return provider.keys.sign_falsely(claims, known_kid=False)
    if provider.fault("unsigned", "token"):
        return provider.keys.unsigned(claims)
    if provider.fault("signed_with_secret", "token"):
        return provider.keys.sign_with_secret(claims, provider.settings.client_secret)
    return provider.keys.sign(claims)


async def userinfo(request: Request, provider: Provider) -> Response:
    """The person's claims for a bearer of an access token."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    identity = provider.bearer(value) if scheme.lower() == "bearer" else None
    if identity is None:
        return JSONResponse(
            {"error": "invalid_token", "error_description": "unknown, expired or revoked"},
            status_code=401,
            headers={**_NO_STORE, "WWW-Authenticate": 'Bearer error="invalid_token"'},
        )
    claims = {"sub": identity.subject, **identity.claims}
    if fault := provider.fault("missing_claims", "userinfo"):
        claims = {name: value for name, value in claims.items() if name not in fault["claims"]}
    if fault := provider.fault("other_claims", "userinfo"):
        claims |= fault["claims"]
    if provider.fault("wrong_subject", "userinfo"):
        claims["sub"] = "00000000-0000-0000-0000-000000000000"
    return JSONResponse(claims, headers=_NO_STORE)
