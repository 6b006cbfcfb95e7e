"""What a signed call of a connected system looks like and may do (SEC-04, docs/protocols/signed-calls.md)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final

SCHEME: Final = "MOTCUA-HMAC-SHA256"
API: Final = "/api/v1/"
SCOPES: Final = ("dossiers:read", "dossiers:write", "payments:read")
"""What a key may be given. Tokens and files are not among them: a key never makes another credential."""

_AREAS: Final = {"dossiers": "dossiers", "worklist": "dossiers", "obligations": "payments", "payments": "payments"}
_PART: Final = re.compile(r'\s*(\w+)="([^"\\]*)"\s*')


@dataclass(frozen=True, slots=True)
class SignedCall:
    """A call as it came: `target` is path and query as sent."""

    method: str
    target: str
    body: bytes
    authorization: str


@dataclass(frozen=True, slots=True)
class Credential:
    """What the Authorization header says."""

    key: str
    timestamp: int
    nonce: str
    signature: bytes


def read_credential(authorization: str) -> Credential | None:
    """The parts of the header; None where it is not of this scheme or not whole."""
    scheme, _space, rest = authorization.partition(" ")
    if scheme.upper() != SCHEME:
        return None
    found = [match for piece in rest.split(",") if (match := _PART.fullmatch(piece))]
    parts: dict[str, str] = {match[1]: match[2] for match in found}
    nonce = parts.get("nonce", "")
    if not re.fullmatch(r"\d{1,12}", parts.get("timestamp", ""), re.ASCII) or not 16 <= len(nonce) <= 64:
        return None
    try:
        signature = base64.b64decode(parts.get("signature", ""), validate=True)
    except ValueError:
        return None
    return Credential(parts.get("key", ""), int(parts["timestamp"]), nonce, signature)


def text_to_sign(call: SignedCall, timestamp: int, nonce: str) -> bytes:
    """Method, target, time stamp, nonce and the SHA-256 of the body, a line each."""
    digest = hashlib.sha256(call.body).hexdigest()
    return "\n".join((call.method.upper(), call.target, str(timestamp), nonce, digest)).encode()


def sign(secret: bytes, call: SignedCall, timestamp: int, nonce: str) -> bytes:
    """The signature that `call` must carry."""
    return hmac.new(secret, text_to_sign(call, timestamp, nonce), hashlib.sha256).digest()


def needed_scope(method: str, target: str) -> str | None:
    """The scope that a call needs; None for what no key may call."""
    path = target.partition("?")[0]
    if not path.startswith(API):
        return None
    area = _AREAS.get(path.removeprefix(API).partition("/")[0])
    return f"{area}:{'read' if method.upper() in {'GET', 'HEAD'} else 'write'}" if area else None
