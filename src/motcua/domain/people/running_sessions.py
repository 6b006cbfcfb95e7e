"""The sessions of an account: who is signed in where, and ending one from afar (SES-04).

A session of the web layer remembers the id of its row here; an end holds at its next request on every process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists
from django.utils.translation import gettext_lazy as _

from motcua.domain.people.models import SignedInSession
from motcua.domain.people.policies import SESSION_IDLE_MINUTES, SESSION_RECORD_DAYS, STAFF_SESSIONS
from motcua.domain.people.principal import Principal
from motcua.domain.people.rules import SessionEnd
from motcua.foundation import audit, clock, security
from motcua.foundation.errors import NotFound

ROW = "session"
"""Under which name a session remembers its row."""


@transaction.atomic
def opened(principal: Principal, *, device: str) -> UUID:
    """Notes a new session; an officer above the policy `session.staff_concurrent` loses the one not seen longest."""
    now = clock.now()
    row = SignedInSession.objects.create(
        account_id=principal.account_id,
        device=device[:60],
        source=security.current_source(),
        opened_at=now,
        last_seen_at=now,
    )
    most = STAFF_SESSIONS.get()
    if principal.is_staff and most:
        running = _running(principal.account_id).order_by("-last_seen_at", "-pk").values_list("pk", flat=True)
        _end(list(running[most:]), SessionEnd.LIMIT, principal)
    return row.pk


def seen(row: str | None) -> None:
    """The person acted in this session just now."""
    if row:
        SignedInSession.objects.filter(pk=row).update(last_seen_at=clock.now())


def closed(row: str | None) -> None:
    """The person signed out of this session."""
    if row:
        running = SignedInSession.objects.filter(pk=row, ended_at__isnull=True)
        running.update(ended_at=clock.now(), ended_by=SessionEnd.SIGN_OUT.value)


def ended_from_afar(held: Mapping[str, Any]) -> Exists:
    """The condition that somebody ended the session that remembers `held`."""
    return Exists(SignedInSession.objects.filter(pk=held.get(ROW), ended_at__isnull=False))


@dataclass(frozen=True, slots=True)
class SessionView:
    """One running session as its owner sees it."""

    id: UUID
    device: str
    source: str
    opened_at: datetime
    last_seen_at: datetime
    is_this: bool


def sessions_of(principal: Principal, *, current: str | None) -> Sequence[SessionView]:
    """The running sessions of one's own account, the one at hand first, then the latest seen; 1 statement."""
    rows = _running(principal.account_id).order_by("-last_seen_at")[:100]
    views = [
        SessionView(row.pk, row.device, row.source, row.opened_at, row.last_seen_at, str(row.pk) == current)
        for row in rows
    ]
    return sorted(views, key=lambda view: not view.is_this)


@transaction.atomic
def end_session(principal: Principal, session_id: UUID) -> None:
    """Ends one of one's own sessions at once. Raises NotFound SESSION_NOT_FOUND, also for somebody else's."""
    if not _end(_ids(principal, pk=session_id), SessionEnd.OWNER, principal):
        raise NotFound("SESSION_NOT_FOUND", _("Không tìm thấy phiên đăng nhập này; có thể phiên đã kết thúc."))


@transaction.atomic
def end_other_sessions(principal: Principal, *, current: str | None) -> int:
    """Ends every session of one's own but the one at hand; how many."""
    return _end([pk for pk in _ids(principal) if str(pk) != current], SessionEnd.OWNER, principal)


def _running(account_id: UUID) -> Any:
    """Sessions that nobody ended and that were not idle too long."""
    idle = timedelta(minutes=SESSION_IDLE_MINUTES.get())
    return SignedInSession.objects.filter(
        account_id=account_id, ended_at__isnull=True, last_seen_at__gt=clock.now() - idle
    )


def _ids(principal: Principal, **which: Any) -> list[UUID]:
    return list(_running(principal.account_id).filter(**which).values_list("pk", flat=True))


def _end(ids: list[UUID], by: SessionEnd, principal: Principal) -> int:
    if not ids:
        return 0
    ended = SignedInSession.objects.filter(pk__in=ids, ended_at__isnull=True)
    number = ended.update(ended_at=clock.now(), ended_by=by.value)
    subject = ("account", str(principal.account_id))
    audit.record(principal.actor(), "session.end", subject, details={"sessions": number, "by": by.value})
    return number


def purge_sessions() -> int:
    """Removes rows of sessions that ended long ago; returns how many. Repairs: a table that grows for ever."""
    oldest = clock.now() - timedelta(days=SESSION_RECORD_DAYS.get())
    return SignedInSession.objects.filter(last_seen_at__lt=oldest).delete()[0]
