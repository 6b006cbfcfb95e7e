"""Finding rows of the audit log by who, on what, which act, when and reference; always by an index (SEC-02)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.foundation import clock
from motcua.foundation.errors import Invalid
from motcua.foundation.models import AuditEntry

PAGE = 50
LONGEST = timedelta(days=92)
"""A search that names nothing but a period looks at most so far."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; an empty value does not narrow. `actors` are ids, of which any fits; days are Vietnam's."""

    actors: tuple[str, ...] | None = None
    subject_kind: str = ""
    subject_id: str = ""
    action: str = ""
    outcome: str = ""
    correlation_id: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether an index leads to few rows whatever the period."""
        return self.actors is not None or bool(self.correlation_id or (self.subject_kind and self.subject_id))


@dataclass(frozen=True, slots=True)
class Found:
    """One page, the newest first; `following` continues it, None at the end."""

    rows: Sequence[AuditEntry]
    following: str | None


def search(wanted: Search, *, after: str = "", limit: int = PAGE) -> Found:
    """A page of rows; 1 statement, whatever is looked for.

    Raises Invalid SEARCH_TOO_WIDE where only a period is named and it is longer than a quarter, PERIOD_BACKWARDS,
    CURSOR_MALFORMED.
    """
    rows = AuditEntry.objects.filter(_period(wanted), **_equal(wanted))
    if wanted.actors is not None:
        rows = rows.filter(actor_id__in=wanted.actors)
    if after:
        moment, identifier = _cursor(after)
        rows = rows.filter(Q(occurred_at__lt=moment) | Q(occurred_at=moment, pk__lt=identifier))
    found = list(rows.order_by("-occurred_at", "-pk")[: limit + 1])
    page = found[:limit]
    following = f"{page[-1].occurred_at.isoformat()}_{page[-1].pk}" if len(found) > limit else None
    return Found(page, following)


def _equal(wanted: Search) -> dict[str, str]:
    names = ("subject_kind", "subject_id", "action", "outcome", "correlation_id")
    return {name: value for name in names if (value := getattr(wanted, name))}


def _period(wanted: Search) -> Q:
    """The days as moments; without a narrow search, the last quarter where none is named."""
    last = wanted.until or clock.today()
    first = wanted.since or (None if wanted.is_narrow else last - LONGEST)
    if first is not None and first > last:
        raise Invalid("PERIOD_BACKWARDS", _("Ngày bắt đầu phải trước ngày kết thúc."), field="since")
    if first is not None and not wanted.is_narrow and last - first > LONGEST:
        raise Invalid(
            "SEARCH_TOO_WIDE",
            _("Khoảng thời gian dài quá 92 ngày. Ông/Bà thêm người thực hiện, đối tượng hoặc mã hỗ trợ."),
            field="since",
        )
    ends = Q(occurred_at__lt=_midnight(last + timedelta(days=1)))
    return ends & Q(occurred_at__gte=_midnight(first)) if first is not None else ends


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=clock.VIETNAM)


def _cursor(written: str) -> tuple[datetime, int]:
    moment, _line, identifier = written.partition("_")
    try:
        parsed = datetime.fromisoformat(moment)
        number = int(identifier)
    except ValueError:
        parsed, number = None, 0
    if parsed is None or parsed.tzinfo is None or not 0 < number < 2**63:
        raise Invalid("CURSOR_MALFORMED", _("Địa chỉ của trang tiếp theo không đúng."), field="after")
    return parsed, number
