"""The provider ends sessions: OpenID Connect Back-Channel Logout 1.0 (IDN-01: log out once, ended everywhere).

A session remembers the provider's session and when it began; what is stored here is asked in the same statement that
finds the principal, so an end holds at the next request on every process.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, Q
from django.utils.translation import gettext_lazy as _

from motcua.domain.people import vneid
from motcua.domain.people.models import ProviderIdentity, ProviderLogout
from motcua.domain.people.policies import LOGOUT_TOKEN_MINUTES, SIGN_ON_RECORD_DAYS
from motcua.domain.people.refusals import SignOnRefused
from motcua.foundation import audit, clock
from motcua.foundation.actor import Actor
from motcua.foundation.errors import DomainError

logger = logging.getLogger("motcua.signon")

EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
PROVIDER: Final = Actor("system", "vneid", system="vneid")


class LogoutRefused(DomainError):
    """A logout token that proves nothing; `detail` is the check that failed, never personal data."""

    def __init__(self, detail: str, *, status: int = 400) -> None:
        super().__init__("LOGOUT_TOKEN_INVALID", _("Thông báo đăng xuất không hợp lệ."), status=status)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class _Notice:
    token_id: str
    subject: str
    session: str


def end_by_provider(raw: str) -> None:
    """Ends what a logout token names: one session of the provider (`sid`), or every session of a person (`sub`).

    - signed by a published key; issuer, audience, times within the skew, at most `sign_on.logout_token_minutes` old;
    - names the logout event and carries no nonce, so that an ID token never passes for one;
    - its `jti` is taken once.

    A person nobody knows here is a success: nobody is signed on. Raises LogoutRefused.
    """
    notice = _verified(raw)
    known = ProviderIdentity.objects.filter(issuer=settings.VNEID_ISSUER.rstrip("/"), subject=notice.subject).first()
    person_id = known.person_id if known is not None and not notice.session else None
    try:
        with transaction.atomic():
            ended = ProviderLogout.objects.create(
                token_digest=hashlib.sha256(notice.token_id.encode()).digest(),
                session=notice.session,
                person_id=person_id,
                received_at=clock.now(),
            )
            subject = ("person", str(known.person_id)) if known is not None else ("provider_logout", str(ended.pk))
            details = {"scope": "session" if notice.session else "person"}
            audit.record(PROVIDER, "session.end_by_provider", subject, details=details)
    except IntegrityError:
        raise _refused("replayed") from None


def _verified(raw: str) -> _Notice:
    try:
        claims = vneid.signed_claims(raw)
        vneid.check_registered_claims(claims, "jti", "events")
    except SignOnRefused as refusal:
        down = refusal.status >= 500
        raise _refused(refusal.detail or refusal.code, status=503 if down else 400) from refusal
    _check_kind(claims)
    oldest = clock.now() - timedelta(minutes=LOGOUT_TOKEN_MINUTES.get())
    if datetime.fromtimestamp(int(claims["iat"]), UTC) < oldest:
        raise _refused("iat")
    subject, session = _text(claims, "sub"), _text(claims, "sid")
    if not subject and not session:
        raise _refused("sid_or_sub")
    return _Notice(_text(claims, "jti"), subject, session)


def _check_kind(claims: Mapping[str, Any]) -> None:
    events = claims["events"]
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):  # pyright: ignore[reportUnknownMemberType]
        raise _refused("events")
    if "nonce" in claims:
        raise _refused("nonce")


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name, "")
    if not isinstance(value, str) or len(value) > 255:
        raise _refused(name)
    return value


def _refused(detail: str, *, status: int = 400) -> LogoutRefused:
    logger.warning("logout token refused: %s", detail[:80])
    return LogoutRefused(detail, status=status)


def ended_at_provider(*, session: str, person_id: str | None, since: datetime) -> Exists:
    """The condition that the provider ended this session, or every session of its person after it began."""
    condition = Q(person_id=person_id, received_at__gte=since) if person_id else Q(pk__in=[])
    if session:
        condition |= Q(session=session)
    return Exists(ProviderLogout.objects.filter(condition))


def purge_logouts() -> int:
    """Removes notices that no session can outlive; returns how many."""
    oldest = clock.now() - timedelta(days=SIGN_ON_RECORD_DAYS.get())
    return ProviderLogout.objects.filter(received_at__lt=oldest).delete()[0]
