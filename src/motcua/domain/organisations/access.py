"""The access policy as every room uses it: ask `can`, `require`, `explain`; list with `visible_to`; declare scopes.

The rule itself is in `scoping`, the words are in `explaining`.
"""

from __future__ import annotations

from motcua.domain.organisations.explaining import (
    Explanation,
    Missing,
    explain,
    reads_only,
    record_refusal,
    require,
    require_any_change,
)
from motcua.domain.organisations.scoping import (
    Acting,
    Place,
    Scope,
    ScopedManager,
    ScopedQuerySet,
    can,
    permitted,
    reachable,
    register_scope,
    registered_scopes,
    scope_of,
)

__all__ = [
    "Acting",
    "Explanation",
    "Missing",
    "Place",
    "Scope",
    "ScopedManager",
    "ScopedQuerySet",
    "can",
    "explain",
    "permitted",
    "reachable",
    "reads_only",
    "record_refusal",
    "register_scope",
    "registered_scopes",
    "require",
    "require_any_change",
    "scope_of",
]
