"""The gateway's signature, on requests that come and on notifications that go."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit


def sign(secret: str, timestamp: str, method: str, target: str, body: bytes) -> str:
    """Lower-case hex HMAC-SHA512 over timestamp, method, target and body, each on its line."""
    message = f"{timestamp}\n{method}\n{target}\n".encode() + body
    return hmac.new(secret.encode(), message, hashlib.sha512).hexdigest()


def target_of(url: str) -> str:
    """Path and query of an address, as they go over the wire."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
