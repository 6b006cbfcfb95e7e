"""Writes docs/policies.md from the declared policies: `python -m motcua.faces.cli.policy_document`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from motcua.foundation.policies import Policy

DOCUMENT = Path(__file__).resolve().parents[4] / "docs" / "policies.md"
_HEAD = """\
# Policies

Every number that the notices leave open is a policy: typed, documented, audited, changed without a release (the newest
value holds from the next request on, in another process within five seconds). This file is generated from the code:
`python -m motcua.faces.cli.policy_document`.

| policy | default | limits | what it is |
|---|---|---|---|
"""


def text() -> str:
    """The document as the declared policies make it, ordered by key."""
    from motcua.foundation.policies import registry  # settings must be there first

    return _HEAD + "".join(_row(policy) for _, policy in sorted(registry.items()))


def _row(policy: Policy[Any]) -> str:
    unit = f" {policy.unit}" if policy.unit else ""
    return f"| `{policy.key}` | {policy.default}{unit} | {_limits(policy)} | {policy.description} |\n"


def _limits(policy: Policy[Any]) -> str:
    if policy.minimum is None and policy.maximum is None:
        return ""
    low = "" if policy.minimum is None else str(policy.minimum)
    high = "" if policy.maximum is None else str(policy.maximum)
    return f"{low} … {high}".strip()


def main() -> None:
    """Writes the file; needs no database and no secret."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
    os.environ.setdefault("MOTCUA_MODE", "test")
    os.environ.setdefault("DATABASE_URL", "postgresql:///unused")
    django.setup()
    DOCUMENT.write_text(text())


if __name__ == "__main__":
    main()
