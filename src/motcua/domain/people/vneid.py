"""The client of the identity provider: discovery, keys, code exchange, ID token, user information, logout.

OpenID Connect authorization code flow with PKCE (RFC 7636); the wire is docs/protocols/vneid.md. Whatever goes wrong
leaves as `SignOnRefused` with its cause. No call is made inside a database transaction.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from django.conf import settings
from joserfc import jwk, jws, jwt
from joserfc.errors import ExpiredTokenError, JoseError

from motcua.domain.people.policies import CLOCK_SKEW_SECONDS, DISCOVERY_MINUTES, KEY_RENEWAL_SECONDS, VNEID
from motcua.domain.people.refusals import SignOnRefused
from motcua.domain.people.rules import Cause as Why
from motcua.foundation import clock, outbound
from motcua.foundation.outbound import Answer, Outcome, Partner, Request

logger = logging.getLogger("motcua.vneid")

ALGORITHMS = ["RS256"]
_LEVELS = {"urn:vneid:loa:1": 1, "urn:vneid:loa:2": 2}
LEVEL_NAMES = {level: name for name, level in _LEVELS.items()}


@dataclass(frozen=True, slots=True)
class IdToken:
    """What a verified ID token says."""

    subject: str
    level: int
    session: str
    raw: str


class _Cache:
    """Discovery document and keys, shared by the threads of a process; an old copy serves while VNeID is away."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[datetime, dict[str, Any]]] = {}
        self._hurried: dict[str, datetime] = {}

    def may_hurry(self, url: str) -> bool:
        """Whether `url` may be asked before its time: at most once in the policy's seconds, whoever sends tokens."""
        now = clock.now()
        with self._lock:
            last = self._hurried.get(url)
            if last is not None and now - last < timedelta(seconds=KEY_RENEWAL_SECONDS.get()):
                return False
            self._hurried[url] = now
        return True

    def get(self, url: str, purpose: str, *, fresh: bool = False) -> dict[str, Any]:
        """The document at `url`; `fresh` asks anew whatever its age. Raises SignOnRefused."""
        kept = self._kept.get(url)
        if kept and not fresh and clock.now() - kept[0] < timedelta(minutes=DISCOVERY_MINUTES.get()):
            return kept[1]
        try:
            document = _json(_call("GET", url, purpose, idempotent=True))
        except SignOnRefused:
            if kept and not fresh:
                return kept[1]
            raise
        with self._lock:
            self._kept[url] = (clock.now(), document)
        return document

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._hurried.clear()


_cache = _Cache()


def forget() -> None:
    """Drops the kept discovery document and keys."""
    _cache.clear()


def probe() -> None:
    """Asks the provider anew whether it answers. Raises SignOnRefused (VNEID_UNAVAILABLE, TIMEOUT)."""
    _cache.get(f"{_issuer()}/.well-known/openid-configuration", "vneid.discovery", fresh=True)


def _issuer() -> str:
    return settings.VNEID_ISSUER.rstrip("/")


def _endpoint(name: str) -> str:
    document = _cache.get(f"{_issuer()}/.well-known/openid-configuration", "vneid.discovery")
    if document.get("issuer") != _issuer():
        raise SignOnRefused(Why.VNEID_UNAVAILABLE, "issuer")
    address = document.get(name)
    if not isinstance(address, str):
        raise SignOnRefused(Why.VNEID_UNAVAILABLE, name)
    return address


def authorization_url(*, state: str, nonce: str, code_verifier: str, redirect_uri: str, level: int) -> str:
    """Where to send the browser. Raises SignOnRefused where the provider cannot be asked."""
    query = {
        "response_type": "code",
        "client_id": settings.VNEID_CLIENT_ID,
        "redirect_uri": redirect_uri,
        "scope": "openid",
        "state": state,
        "nonce": nonce,
        "code_challenge": create_s256_code_challenge(code_verifier),
        "code_challenge_method": "S256",
        "acr_values": LEVEL_NAMES[level],
        "ui_locales": "vi",
    }
    return f"{_endpoint('authorization_endpoint')}?{urlencode(query)}"


def exchange(code: str, *, code_verifier: str, redirect_uri: str) -> tuple[str, str]:
    """Redeems a code once: (access token, raw ID token). Raises SignOnRefused; a used or expired code is REPLAYED."""
    secret = f"{quote(settings.VNEID_CLIENT_ID, safe='')}:{quote(settings.VNEID_CLIENT_SECRET, safe='')}"
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": code_verifier,
    }
    headers = {
        "Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    answer = _call(
        "POST", _endpoint("token_endpoint"), "vneid.token", content=urlencode(form).encode(), headers=headers
    )
    body = _json(answer)
    if answer.status == 400 and body.get("error") == "invalid_grant":
        raise SignOnRefused(Why.REPLAYED, "invalid_grant")
    access, identity = body.get("access_token"), body.get("id_token")
    if answer.status != 200 or not isinstance(access, str) or not isinstance(identity, str):
        logger.error("the token endpoint answered %s %s", answer.status, body.get("error"))
        raise SignOnRefused(Why.VNEID_UNAVAILABLE, str(body.get("error", answer.status)))
    return access, identity


def verify(raw: str, *, nonce: str, access_token: str) -> IdToken:
    """Checks an ID token: signature by a published key, issuer, audience, times within the skew, nonce, at_hash.

    Raises SignOnRefused: SIGNATURE_INVALID, NONCE_MISMATCH, or TIMEOUT for one that has expired.
    """
    claims = signed_claims(raw)
    check_registered_claims(claims, "sub")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise SignOnRefused(Why.NONCE_MISMATCH)
    if "at_hash" in claims and claims["at_hash"] != _at_hash(access_token):
        raise SignOnRefused(Why.SIGNATURE_INVALID, "at_hash")
    level = _LEVELS.get(str(claims.get("acr", "")), 1)
    return IdToken(str(claims["sub"]), level, str(claims.get("sid", "")), raw)


def signed_claims(raw: str) -> dict[str, Any]:
    """The claims of a token that a published key signed. Raises SignOnRefused (SIGNATURE_INVALID)."""
    try:
        header = jws.extract_compact(raw.encode()).headers()
        return jwt.decode(raw, _key_set(str(header.get("kid", ""))), algorithms=ALGORITHMS).claims
    except (JoseError, ValueError) as error:
        raise SignOnRefused(Why.SIGNATURE_INVALID, type(error).__name__) from error


def _key_set(kid: str) -> jwk.KeySet:
    """The published keys; read again once where none is called `kid`, since keys rotate without notice.

    Anybody can send a token with a made-up `kid`: how often the keys are read again is bounded by a policy.
    """
    address = _endpoint("jwks_uri")
    for fresh in (False, True):
        if fresh and not _cache.may_hurry(address):
            break
        document = _cache.get(address, "vneid.keys", fresh=fresh)
        if any(key.get("kid") == kid for key in document.get("keys", [])):
            return jwk.KeySet.import_key_set({"keys": document["keys"]})
    raise SignOnRefused(Why.SIGNATURE_INVALID, "unknown_key")


def check_registered_claims(claims: Mapping[str, Any], *essential: str) -> None:
    """Issuer, audience, authorised party and times within the skew; `essential` names further claims that must be.

    Raises SignOnRefused: SIGNATURE_INVALID, or TIMEOUT for what has expired.
    """
    demanded: Any = {name: {"essential": True} for name in ("exp", "iat", *essential)}
    registry = jwt.JWTClaimsRegistry(
        now=int(clock.now().timestamp()),
        leeway=CLOCK_SKEW_SECONDS.get(),
        iss={"essential": True, "value": _issuer()},
        aud={"essential": True, "value": settings.VNEID_CLIENT_ID},
        **demanded,
    )
    try:
        registry.validate(dict(claims))
    except ExpiredTokenError as error:
        raise SignOnRefused(Why.TIMEOUT, "expired") from error
    except JoseError as error:
        raise SignOnRefused(Why.SIGNATURE_INVALID, str(getattr(error, "claim", type(error).__name__))) from error
    _check_authorized_party(claims)


def _check_authorized_party(claims: Mapping[str, Any]) -> None:
    """A token for several audiences must name us as the party it was issued to (OpenID Connect Core §3.1.3.7)."""
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1  # pyright: ignore[reportUnknownArgumentType]
    if claims.get("azp", None if several else settings.VNEID_CLIENT_ID) != settings.VNEID_CLIENT_ID:
        raise SignOnRefused(Why.SIGNATURE_INVALID, "azp")


def _at_hash(access_token: str) -> str:
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


def userinfo(access_token: str, *, subject: str) -> dict[str, Any]:
    """The claims of who signed on. Raises SignOnRefused; another `sub` than the ID token's is SIGNATURE_INVALID."""
    headers = {"Authorization": f"Bearer {access_token}"}
    answer = _call("GET", _endpoint("userinfo_endpoint"), "vneid.userinfo", headers=headers, idempotent=True)
    body = _json(answer)
    if answer.status != 200:
        raise SignOnRefused(Why.VNEID_UNAVAILABLE, str(answer.status))
    if body.get("sub") != subject:
        raise SignOnRefused(Why.SIGNATURE_INVALID, "sub")
    return body


def logout_url(id_token: str, *, return_to: str) -> str | None:
    """Where the browser ends the provider's session too; None while the provider does not say."""
    try:
        address = _endpoint("end_session_endpoint")
    except SignOnRefused:
        return None
    return f"{address}?{urlencode({'id_token_hint': id_token, 'post_logout_redirect_uri': return_to})}"


def _call(
    method: str,
    url: str,
    purpose: str,
    *,
    content: bytes = b"",
    headers: Mapping[str, str] | None = None,
    idempotent: bool = False,
) -> Answer:
    """An answer below 500. Raises SignOnRefused: TIMEOUT or VNEID_UNAVAILABLE."""
    parts = urlsplit(url)
    partner = Partner("vneid", f"{parts.scheme}://{parts.netloc}", VNEID.limits())
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    request = Request(method, path, purpose, ("sign_on", ""), idempotent, content, dict(headers or {}))
    result = outbound.call(partner, request)
    if result.answer is not None and result.answer.status < 500 and result.outcome is not Outcome.UNKNOWN:
        return result.answer
    cause = Why.TIMEOUT if result.cause is outbound.Cause.TIMEOUT else Why.VNEID_UNAVAILABLE
    raise SignOnRefused(cause, result.cause.value)


def _json(answer: Answer) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise SignOnRefused(Why.VNEID_UNAVAILABLE, "garbled")
    return body
