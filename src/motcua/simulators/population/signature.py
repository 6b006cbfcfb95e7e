"""Signatures on questions and answers."""

from __future__ import annotations

import hashlib
import hmac


def of_question(secret: str, client: str, timestamp: str, nonce: str, method: str, target: str, body: bytes) -> str:
    """What a question must carry in `X-Signature`."""
    lines = (client, timestamp, nonce, method, target, hashlib.sha256(body).hexdigest())
    return hmac.new(secret.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()


def of_answer(secret: str, nonce: str, body: bytes) -> str:
    """What an answer carries in `X-Signature`."""
    line = f"{nonce}\n{hashlib.sha256(body).hexdigest()}"
    return hmac.new(secret.encode(), line.encode(), hashlib.sha256).hexdigest()
