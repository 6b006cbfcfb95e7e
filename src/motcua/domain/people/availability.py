"""Whether the identity provider answers: looked at every minute, told to people while it does not (IDN-10)."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from motcua.domain.people import vneid
from motcua.domain.people.models import ProviderCheck
from motcua.domain.people.policies import SIGN_ON_RECORD_DAYS
from motcua.domain.people.refusals import SignOnRefused
from motcua.foundation import clock

STALE = timedelta(minutes=5)
"""An older look says nothing about now."""
_REMEMBERED = timedelta(seconds=10)
_lock = threading.Lock()
_last: tuple[datetime, Outage | None] | None = None


@dataclass(frozen=True, slots=True)
class Outage:
    """The provider has not answered since `since` (the first failed look in a row)."""

    since: datetime


def check_provider() -> bool:
    """Looks once whether the provider answers and keeps the outcome; old looks are removed."""
    cause = ""
    try:
        vneid.probe()
    except SignOnRefused as refusal:
        cause = refusal.cause.value
    now = clock.now()
    ProviderCheck.objects.create(checked_at=now, cause=cause)
    ProviderCheck.objects.filter(checked_at__lt=now - timedelta(days=SIGN_ON_RECORD_DAYS.get())).delete()
    forget()
    return not cause


def outage() -> Outage | None:
    """The outage that goes on now, or None; at most one pair of statements in ten seconds per process."""
    global _last
    now = clock.now()
    with _lock:
        if _last is not None and timedelta() <= now - _last[0] < _REMEMBERED:
            return _last[1]
    found = _outage(now)
    with _lock:
        _last = (now, found)
    return found


def forget() -> None:
    """Drops what this process remembers."""
    global _last
    with _lock:
        _last = None


def _outage(now: datetime) -> Outage | None:
    newest = ProviderCheck.objects.order_by("-checked_at").first()
    if newest is None or not newest.cause or now - newest.checked_at > STALE:
        return None
    good = ProviderCheck.objects.filter(cause="").order_by("-checked_at").values("checked_at")[:1]
    failed = ProviderCheck.objects.exclude(cause="").order_by("checked_at")
    last_good = good.first()
    if last_good is not None:
        failed = failed.filter(checked_at__gt=last_good["checked_at"])
    first = failed.first()
    return Outage(first.checked_at if first else newest.checked_at)
