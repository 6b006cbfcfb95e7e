"""Access tokens: secrets that stand for an account at the API."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.rules import AccountKind
from motcua.domain.people.models import AccessToken
from motcua.domain.people.policies import TOKEN_DAYS
from motcua.domain.people.principal import Mandate, Principal
from motcua.domain.people.rules import RepresentationRole, Source
from motcua.foundation import audit, clock
from motcua.foundation.actor import Actor
from motcua.foundation.errors import Conflict, Invalid, NotFound

PREFIX = "motcua_"


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token; `secret` is shown once and never stored."""

    token_id: UUID
    secret: str
    expires_at: datetime


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


@transaction.atomic
def issue_token(principal: Principal, *, label: str, days: int | None = None) -> Issued:
    """Gives the principal a token for its own account, capacity and level of assurance.

    Lives `days`, at most and by default the policy's. Raises Invalid (LABEL_REQUIRED, TOKEN_DAYS).
    """
    longest = TOKEN_DAYS.get()
    if not label.strip():
        raise Invalid("LABEL_REQUIRED", _("Phải đặt tên cho khóa truy cập."), field="label")
    if days is not None and not 1 <= days <= longest:
        raise Invalid("TOKEN_DAYS", _("Thời hạn của khóa truy cập không hợp lệ."), field="days")
    return install_token(
        principal.account_id,
        label=label.strip(),
        level=principal.assurance_level,
        party_id=principal.party_id,
        days=days or longest,
        actor=principal.actor(),
    )


def install_token(
    account_id: UUID, *, label: str, level: int, days: int, actor: Actor, party_id: UUID | None = None
) -> Issued:
    """Writes a token; the caller has checked the right (installation, demonstration, `issue_token`)."""
    secret = PREFIX + secrets.token_urlsafe(32)
    now = clock.now()
    token = AccessToken.objects.create(
        account_id=account_id,
        digest=_digest(secret),
        label=label,
        assurance_level=level,
        party_id=party_id,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    audit.record(actor, "access_token.issue", ("account", str(account_id)), details={"token": str(token.pk)})
    return Issued(token.pk, secret, token.expires_at)


@transaction.atomic
def revoke_token(principal: Principal, token_id: UUID) -> None:
    """Ends one of the principal's own tokens at once. Raises NotFound, Conflict (TOKEN_REVOKED)."""
    token = AccessToken.objects.select_for_update().filter(pk=token_id, account_id=principal.account_id).first()
    if token is None:
        raise NotFound("TOKEN_NOT_FOUND", _("Không tìm thấy khóa truy cập."))
    if token.revoked_at is not None:
        raise Conflict("TOKEN_REVOKED", _("Khóa truy cập này đã được thu hồi."))
    AccessToken.objects.filter(pk=token.pk).update(revoked_at=clock.now())
    audit.record(
        principal.actor(), "access_token.revoke", ("account", str(token.account_id)), details={"token": str(token.pk)}
    )


@dataclass(frozen=True, slots=True)
class TokenView:
    """One token as its owner sees it, without the secret, which nobody has any more."""

    id: UUID
    label: str
    created_at: datetime
    expires_at: datetime


def tokens_of(principal: Principal) -> list[TokenView]:
    """The principal's tokens that still hold, the newest first; one statement."""
    held = AccessToken.objects.filter(
        account_id=principal.account_id, revoked_at__isnull=True, expires_at__gt=clock.now()
    )
    rows = held.order_by("-created_at", "-pk").values_list("pk", "label", "created_at", "expires_at")
    return [TokenView(*row) for row in rows[:200]]


# Every call of the API begins with this statement, so it is written out: building it anew took a third of a submission.
_AUTHENTICATE = """
SELECT token.id, account.id, account.kind, account.display_name, token.assurance_level, token.party_id,
       COALESCE(party.display_name, ''), person.party_id, COALESCE(organisation.code, ''),
       represents.role, represents.service_codes, represents.may_submit, represents.may_pay,
       represents.source
FROM people_access_token AS token
JOIN organisations_account AS account ON account.id = token.account_id
LEFT JOIN people_person AS person ON person.account_id = account.id
LEFT JOIN people_party AS party ON party.id = token.party_id
LEFT JOIN people_organisation AS organisation ON organisation.party_id = party.id
LEFT JOIN people_representation AS represents
    ON represents.organisation_id = token.party_id AND represents.person_id = person.party_id
    AND represents.revoked_at IS NULL AND represents.valid_from <= %(now)s
    AND (represents.valid_until IS NULL OR represents.valid_until > %(now)s)
WHERE token.digest = %(digest)s AND token.revoked_at IS NULL AND token.expires_at > %(now)s
  AND account.is_active AND NOT account.is_inspection
  AND (account.locked_until IS NULL OR account.locked_until <= %(now)s)
  AND (token.party_id IS NULL OR token.party_id = person.party_id OR represents.id IS NOT NULL)
"""


def authenticate_token(secret: str) -> Principal | None:
    """The principal behind a secret, or None; ONE statement.

    None for an unknown, expired or revoked token, a suspended or locked account, an inspection account (its accesses
    are watched in sessions, ACC-13), and a party that the account's person
    may no longer act for.
    """
    if not secret.startswith(PREFIX):
        return None
    with connection.cursor() as cursor:
        cursor.execute(_AUTHENTICATE, {"digest": _digest(secret), "now": clock.now()})
        row = cursor.fetchone()
    if row is None:
        return None
    token_id, account_id, kind, name, level, party_id, party_name, person_id, organisation_code, *represents = row
    return Principal(
        account_id,
        AccountKind(kind),
        name,
        level,
        party_id=party_id,
        party_name=party_name,
        person_id=person_id,
        organisation_code=organisation_code,
        token_id=token_id,
        mandate=_mandate(*represents),
    )


def _mandate(role: str | None, services: str | None, may_submit: bool, may_pay: bool, source: str) -> Mandate | None:
    if role is None:
        return None
    codes = json.loads(services) if services is not None else None
    covered = None if codes is None else frozenset(codes)
    return Mandate(RepresentationRole(role), covered, may_submit, may_pay, source == Source.COUNTER)
