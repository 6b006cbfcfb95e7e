"""Where a page may send people on to: nowhere but this site, and whoever tries otherwise is counted (SEC-01)."""

from __future__ import annotations

from motcua.domain.people.rules import safe_next
from motcua.foundation import security
from motcua.foundation.security_kinds import SecurityKind


def on_site(wanted: str, default: str = "/") -> str:
    """`wanted` if it is a path of this site, else `default`."""
    target = safe_next(wanted, default="")
    if wanted and not target:
        security.note(SecurityKind.REDIRECT, "next")
    return target or default
