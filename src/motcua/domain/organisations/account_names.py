"""Accounts by the names people know them by, for pages that show who did something."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from motcua.domain.organisations.models import Account


def names_of(ids: Iterable[str]) -> dict[str, str]:
    """Display names by id; ids that are no account's are left out. 1 statement."""
    known = {parsed for identifier in ids if (parsed := _parsed(identifier))}
    return {str(pk): name for pk, name in Account.objects.filter(pk__in=known).values_list("pk", "display_name")}


def ids_named(written: str, *, limit: int = 50) -> tuple[str, ...]:
    """The ids of accounts with this id, user name or display name; 1 statement."""
    text = written.strip()
    by_id = _parsed(text)
    condition = Q(pk=by_id) if by_id else Q(username__iexact=text) | Q(display_name__iexact=text)
    return tuple(str(pk) for pk in Account.objects.filter(condition).values_list("pk", flat=True)[:limit])


def _parsed(identifier: str) -> UUID | None:
    try:
        return UUID(identifier)
    except ValueError:
        return None
