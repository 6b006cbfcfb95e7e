"""Secrets that must be computed with later, kept so that a copy of the database alone does not give them away.

A digest is better wherever it suffices (access tokens); a key for signatures has to be read again.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(ValueError):
    """Sealed under another MOTCUA_SECRET_KEY, or altered."""


def seal(secret: bytes, *, purpose: str) -> bytes:
    """`secret` encrypted and authenticated under a key of `purpose` alone."""
    return _box(purpose).encrypt(secret)


def unseal(sealed: bytes, *, purpose: str) -> bytes:
    """What `seal` was given. Raises Unreadable."""
    try:
        return _box(purpose).decrypt(sealed)
    except InvalidToken as unreadable:
        raise Unreadable(hashlib.sha256(sealed).hexdigest()[:8]) from unreadable


def _box(purpose: str) -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"motcua {purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))
