"""The provider's signing keys: one signs, the one before stays published until the next rotation."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from motcua.simulators.store import Store

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS signing_key (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kid TEXT NOT NULL UNIQUE, pem TEXT NOT NULL
);
"""


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def _new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


class SigningKeys:
    """Signing and publishing, RS256."""

    def __init__(self, store: Store) -> None:
        self._store = store
        if self._store.one("SELECT 1 FROM signing_key") is None:
            self.rotate()

    def rotate(self, *, keep_previous: bool = True) -> str:
        """Makes a new signing key and returns its `kid`; withdraws all but the one before, or that one too."""
        kid = secrets.token_hex(8)
        pem = _new_key(kid).as_pem(private=True).decode()
        with self._store.transaction():
            previous = self._store.one("SELECT max(id) AS id FROM signing_key")
            kept = previous["id"] if previous and keep_previous else None
            self._store.execute("DELETE FROM signing_key WHERE id IS NOT ?", (kept,))
            self._store.execute("INSERT INTO signing_key (kid, pem) VALUES (?, ?)", (kid, pem))
        return kid

    def public_set(self) -> dict[str, Any]:
        """The JWK set for `/jwks`."""
        return {"keys": [self._load(row["kid"], row["pem"]).as_dict(private=False) for row in self._rows()]}

    def sign(self, claims: dict[str, Any], *, typ: str = "JWT") -> str:
        """A JWS of the claims by the current key."""
        current = self._rows()[-1]
        return self._encode(claims, self._load(current["kid"], current["pem"]), current["kid"], typ)

    def unsigned(self, claims: dict[str, Any]) -> str:
        """The claims under `alg: none`, with no signature at all (RFC 7519 §6)."""
        return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."

    def sign_with_secret(self, claims: dict[str, Any], secret: str) -> str:
        """A JWS by HMAC with the client's secret, under the current `kid`."""
        header = {"alg": "HS256", "kid": self._rows()[-1]["kid"], "typ": "JWT"}
        signed = f"{_part(header)}.{_part(claims)}"
        digest = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
        return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"

    def sign_falsely(self, claims: dict[str, Any], *, known_kid: bool) -> str:
        """A JWS by a key that was never published, under the current `kid` or under an unknown one."""
        kid = self._rows()[-1]["kid"] if known_kid else secrets.token_hex(8)
        return self._encode(claims, _new_key(kid), kid)

    def verified_claims(self, token: str) -> dict[str, Any] | None:
        """Claims of a token that a published key signed, whatever its expiry; None for any other."""
        for row in self._rows():
            try:
                return dict(jwt.decode(token, self._load(row["kid"], row["pem"]), algorithms=["RS256"]).claims)
            except (JoseError, ValueError):
                continue
        return None

    def _rows(self) -> list[Any]:
        return self._store.all("SELECT kid, pem FROM signing_key ORDER BY id")

    @staticmethod
    def _load(kid: str, pem: str) -> RSAKey:
        return RSAKey.import_key(pem, {"kid": kid, "use": "sig", "alg": "RS256"})

    @staticmethod
    def _encode(claims: dict[str, Any], key: RSAKey, kid: str, typ: str = "JWT") -> str:
        return jwt.encode({"alg": "RS256", "kid": kid, "typ": typ}, claims, key)
