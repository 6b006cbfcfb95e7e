"""Keys of connected systems: given, rotated with an overlap, revoked; and the check of a signed call (SEC-04)."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.access import require
from motcua.domain.organisations.models import Account
from motcua.domain.organisations.rules import AccountKind
from motcua.domain.people.models import PartnerKey, PartnerNonce
from motcua.domain.people.partner_rules import (
    SCOPES,
    Credential,
    SignedCall,
    needed_scope,
    read_credential,
    sign,
)
from motcua.domain.people.policies import PARTNER_CLOCK_SECONDS, PARTNER_KEY_DAYS
from motcua.domain.people.principal import Principal
from motcua.foundation import audit, clock, security
from motcua.foundation.errors import Conflict, DomainError, Invalid, NotFound
from motcua.foundation.sealing import Unreadable, seal, unseal
from motcua.foundation.security_kinds import SecurityKind

_PURPOSE: Final = "partner key"
ADMINISTER: Final = "account.grant"
"""Giving a system a key is giving it its rights' use: the right to grant, on that account."""


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key; `secret` (base64) is shown once."""

    key_id: UUID
    secret: str
    expires_at: datetime


@transaction.atomic
def issue_key(acting: Principal, account_id: UUID, *, label: str, scopes: Sequence[str]) -> IssuedKey:
    """Gives a connected system a key for some scopes, for the policy's days.

    Raises NotFound for an account that is no system, AccessDenied, Invalid (LABEL_REQUIRED, SCOPES).
    """
    account = _system(acting, account_id)
    if not label.strip():
        raise Invalid("LABEL_REQUIRED", _("Phải đặt tên cho khóa kết nối."), field="label")
    if not scopes or set(scopes) - set(SCOPES):
        raise Invalid("SCOPES", _("Phải chọn phạm vi của khóa kết nối."), field="scopes")
    secret, now = secrets.token_bytes(32), clock.now()
    key = PartnerKey.objects.create(
        account=account,
        label=label.strip()[:100],
        sealed_secret=seal(secret, purpose=_PURPOSE),
        scopes=sorted(set(scopes)),
        created_at=now,
        expires_at=now + timedelta(days=PARTNER_KEY_DAYS.get()),
    )
    _note(acting, "partner_key.issue", account, key)
    return IssuedKey(key.pk, base64.b64encode(secret).decode(), key.expires_at)


@transaction.atomic
def rotate_key(acting: Principal, key_id: UUID, *, overlap: timedelta = timedelta(hours=24)) -> IssuedKey:
    """A new key like the old one, which ends after `overlap`, so that the system changes over without a gap.

    Raises NotFound, AccessDenied, Conflict (KEY_REVOKED).
    """
    old = _held(acting, key_id)
    fresh = issue_key(acting, old.account_id, label=old.label, scopes=old.scopes)
    PartnerKey.objects.filter(pk=old.pk).update(expires_at=min(old.expires_at, clock.now() + overlap))
    return fresh


@transaction.atomic
def revoke_key(acting: Principal, key_id: UUID) -> None:
    """Ends a key at once. Raises NotFound, AccessDenied, Conflict (KEY_REVOKED)."""
    key = _held(acting, key_id)
    PartnerKey.objects.filter(pk=key.pk).update(revoked_at=clock.now())
    _note(acting, "partner_key.revoke", key.account, key)


def keys_of(acting: Principal, account_id: UUID) -> tuple[Account, list[PartnerKey]]:
    """The system and its keys, the newest first. Raises NotFound, AccessDenied; 3 statements."""
    account = _system(acting, account_id)
    return account, list(PartnerKey.objects.filter(account=account).order_by("-created_at")[:100])


def _system(acting: Principal, account_id: UUID) -> Account:
    account = Account.objects.filter(pk=account_id, kind=AccountKind.SYSTEM.value).first()
    if account is None:
        raise NotFound("SYSTEM_NOT_FOUND", _("Không tìm thấy hệ thống kết nối này."))
    require(acting, ADMINISTER, account)
    return account


def _held(acting: Principal, key_id: UUID) -> PartnerKey:
    locked = PartnerKey.objects.select_for_update(of=("self",)).select_related("account").filter(pk=key_id).first()
    if locked is None:
        raise NotFound("KEY_NOT_FOUND", _("Không tìm thấy khóa kết nối này."))
    require(acting, ADMINISTER, locked.account)
    if locked.revoked_at is not None:
        raise Conflict("KEY_REVOKED", _("Khóa kết nối này đã được thu hồi."))
    return locked


def _note(acting: Principal, action: str, account: Account, key: PartnerKey) -> None:
    details = {"key": str(key.pk), "scopes": key.scopes}
    audit.record(acting.actor(), action, ("account", str(account.pk)), details=details)


_REFUSALS: Final[dict[str, tuple[int, str | Promise]]] = {
    "CREDENTIAL_MALFORMED": (401, _("Thông tin xác thực của lời gọi không đúng cấu trúc.")),
    "KEY_UNKNOWN": (401, _("Không có khóa kết nối này.")),
    "KEY_REVOKED": (401, _("Khóa kết nối này đã được thu hồi.")),
    "KEY_EXPIRED": (401, _("Khóa kết nối này đã hết hạn.")),
    "SIGNATURE_INVALID": (401, _("Chữ ký của lời gọi không đúng.")),
    "TIMESTAMP_OUTSIDE_WINDOW": (401, _("Thời điểm ký lệch quá mức cho phép; kiểm tra đồng hồ của hệ thống.")),
    "NONCE_REUSED": (401, _("Lời gọi này đã được gửi trước đó.")),
    "SCOPE_MISSING": (403, _("Khóa kết nối không có phạm vi cho lời gọi này.")),
}
"""Every refusal with its own code (SEC-04)."""


def _refused(code: str) -> DomainError:
    status, message = _REFUSALS[code]
    security.note(SecurityKind.PARTNER_REFUSED, code.lower())
    return DomainError(code, message, status=status)


def authenticate_call(call: SignedCall) -> Principal:
    """The system behind a signed call, whose number is used up with it; 2 statements.

    The key is known, not revoked, not expired, of an active system; the signature covers the whole call; the time stamp
    is near; the key's scopes cover the call; the number is new. Raises DomainError with the code of what is not so.
    """
    credential = read_credential(call.authorization)
    if credential is None:
        raise _refused("CREDENTIAL_MALFORMED")
    key = _key(credential)
    if not hmac.compare_digest(sign(_secret(key), call, credential.timestamp, credential.nonce), credential.signature):
        raise _refused("SIGNATURE_INVALID")
    signed_at = datetime.fromtimestamp(credential.timestamp, UTC)
    if abs(clock.now() - signed_at) > timedelta(seconds=PARTNER_CLOCK_SECONDS.get()):
        raise _refused("TIMESTAMP_OUTSIDE_WINDOW")
    if needed_scope(call.method, call.target) not in key.scopes:
        raise _refused("SCOPE_MISSING")
    _use(key, credential.nonce)
    return Principal(key.account_id, AccountKind.SYSTEM, key.account.display_name, 2)


def _key(credential: Credential) -> PartnerKey:
    try:
        identifier = UUID(credential.key)
    except ValueError:
        raise _refused("KEY_UNKNOWN") from None
    key = PartnerKey.objects.select_related("account").filter(pk=identifier).first()
    if key is None or not key.account.is_active:
        raise _refused("KEY_UNKNOWN")
    if key.revoked_at is not None:
        raise _refused("KEY_REVOKED")
    if key.expires_at <= clock.now():
        raise _refused("KEY_EXPIRED")
    return key


def _secret(key: PartnerKey) -> bytes:
    try:
        return unseal(bytes(key.sealed_secret), purpose=_PURPOSE)
    except Unreadable:
        raise _refused("KEY_UNKNOWN") from None


def _use(key: PartnerKey, nonce: str) -> None:
    try:
        with transaction.atomic():
            PartnerNonce.objects.create(key_id=key.pk, nonce=nonce, used_at=clock.now())
    except IntegrityError:
        raise _refused("NONCE_REUSED") from None


def purge_nonces() -> int:
    """Removes numbers whose time stamp would be refused by now; returns how many. Repairs: a table that only grows."""
    oldest = clock.now() - 2 * timedelta(seconds=PARTNER_CLOCK_SECONDS.get()) - timedelta(minutes=1)
    return PartnerNonce.objects.filter(used_at__lt=oldest).delete()[0]
