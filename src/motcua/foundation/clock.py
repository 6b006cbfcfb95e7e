"""The only clock of the product (design: Time).

Stored moments are aware UTC; people see Asia/Ho_Chi_Minh. Tests and the replay move the clock
with `travel`; nothing else reads the system's time.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_offset = timedelta(0)
_frozen: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC."""
    if _frozen is not None:
        return _frozen
    return datetime.now(UTC) + _offset


def today() -> date:
    """Today's date in Vietnam."""
    return to_local(now()).date()


def to_local(moment: datetime) -> datetime:
    """`moment` (aware) in Vietnamese time. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("naive datetime")
    return moment.astimezone(VIETNAM)


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An aware moment given in Vietnamese wall-clock time."""
    return datetime(year, month, day, hour, minute, tzinfo=VIETNAM)


@contextmanager
def travel(to: datetime, *, ticking: bool = False) -> Generator[None]:
    """Moves the clock of this process to `to` for the block; frozen there unless `ticking`."""
    global _offset, _frozen
    before = (_offset, _frozen)
    if ticking:
        _offset, _frozen = to - datetime.now(UTC), None
    else:
        _frozen = to.astimezone(UTC)
    try:
        yield
    finally:
        _offset, _frozen = before
