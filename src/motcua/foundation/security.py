"""Security events: one table, written from here only, counted for the security officer (SEC-01, RPT-11).

The source is an address of the sender as `faces.source` found it; `detail` is a fixed word of ours. What a sender wrote
is never stored.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import Q, Sum
from django.db.models.functions import TruncHour
from django.utils.translation import gettext_lazy as _

from motcua.foundation import clock
from motcua.foundation.correlation import current_correlation_id
from motcua.foundation.errors import Invalid
from motcua.foundation.models import SecurityEvent
from motcua.foundation.policies import Policy
from motcua.foundation.security_kinds import SecurityKind
from motcua.foundation.windows import Window

logger = logging.getLogger("motcua.security")
EVENT_DAYS = Policy(
    "security.event_days",
    365,
    unit="ngày",
    minimum=30,
    maximum=3650,
    description="Thời gian giữ sự kiện an toàn thông tin",
)
ONE_BY_ONE, STEP = 20, 100
"""Of one kind from one sender in a minute, so many events are written one by one, a flood's in steps."""

_source: ContextVar[str] = ContextVar("motcua_source", default="")
_written = Window()


@contextmanager
def coming_from(source: str) -> Generator[None]:
    """Runs the block for a request of this sender."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


def current_source() -> str:
    """The sender of the request at hand; empty outside any."""
    return _source.get()


def note(kind: SecurityKind, detail: str = "", *, account_id: str = "") -> None:
    """Counts one security event of the sender at hand. Never fails: a refusal stands whether or not it is counted.

    Call it outside the transaction of what was refused, or the rollback takes it away.
    """
    number = _written.count(f"{kind.value} {_source.get()}")
    if number > ONE_BY_ONE and (number - ONE_BY_ONE) % STEP:
        return
    logger.warning("security event %s %s", kind.value, detail)
    try:
        with transaction.atomic():
            SecurityEvent.objects.create(
                kind=kind.value,
                occurred_at=clock.now(),
                source=_source.get(),
                detail=detail[:80],
                account_id=account_id,
                count=1 if number <= ONE_BY_ONE else STEP,
                correlation_id=current_correlation_id() or "",
            )
    except DatabaseError:
        logger.exception("security event %s could not be stored", kind.value)


def forget() -> None:
    """Forgets what was written in this minute (tests)."""
    _written.clear()


@dataclass(frozen=True, slots=True)
class Counts:
    """How often something happened in the last hour, day, week and month."""

    hour: int = 0
    day: int = 0
    week: int = 0
    month: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.hour + other.hour, self.day + other.day, self.week + other.week, self.month + other.month)


PERIODS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}


def counts() -> dict[SecurityKind, Counts]:
    """Every kind with its counts up to now; 1 statement over an index of time."""
    now = clock.now()
    sums = {name: Sum("count", filter=Q(occurred_at__gt=now - length), default=0) for name, length in PERIODS.items()}
    rows = SecurityEvent.objects.filter(occurred_at__gt=now - PERIODS["month"]).values("kind").annotate(**sums)
    found = {row["kind"]: Counts(**{name: row[name] for name in PERIODS}) for row in rows.order_by()}
    return {kind: found.get(kind.value, Counts()) for kind in SecurityKind}


def counted_between(since: datetime, until: datetime) -> dict[SecurityKind, int]:
    """Every kind's count in [since, until), for reports; 1 statement."""
    rows = SecurityEvent.objects.filter(occurred_at__gte=since, occurred_at__lt=until).values("kind")
    found = dict(rows.annotate(total=Sum("count")).order_by().values_list("kind", "total"))
    return {kind: found.get(kind.value, 0) for kind in SecurityKind}


def by_hour(hours: int = 24) -> list[tuple[datetime, int]]:
    """The full hours of the last day with how much happened in each, the oldest first; 1 statement."""
    last = clock.now().replace(minute=0, second=0, microsecond=0)
    first = last - timedelta(hours=hours - 1)
    rows = SecurityEvent.objects.filter(occurred_at__gte=first).annotate(hour=TruncHour("occurred_at"))
    found = {
        hour: total for hour, total in rows.values("hour").annotate(total=Sum("count")).values_list("hour", "total")
    }
    return [(moment, found.get(moment, 0)) for moment in (first + timedelta(hours=number) for number in range(hours))]


def newest(kind: str = "", *, before: int | None = None, limit: int = 50) -> Sequence[SecurityEvent]:
    """Events, the newest first, of one kind or of all, older than the event `before`; 1 statement.

    Raises Invalid SECURITY_KIND_UNKNOWN.
    """
    if kind and kind not in {item.value for item in SecurityKind}:
        raise Invalid("SECURITY_KIND_UNKNOWN", _("Không có loại sự kiện này."), field="kind")
    rows = SecurityEvent.objects.filter(kind=kind) if kind else SecurityEvent.objects.all()
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[:limit])


def purge() -> int:
    """Removes events older than the policy; returns how many. Repairs: a table that grows for ever."""
    return SecurityEvent.objects.filter(occurred_at__lt=clock.now() - timedelta(days=EVENT_DAYS.get())).delete()[0]
