"""Settings of a simulator out of a mapping such as `os.environ`."""

from __future__ import annotations

from collections.abc import Mapping


def required(environment: Mapping[str, str], name: str) -> str:
    """A setting that has no default, such as a secret. Raises RuntimeError if it is missing."""
    value = environment.get(name, "")
    if not value:
        raise RuntimeError(f"{name} is not set")
    return value


def words(environment: Mapping[str, str], name: str) -> frozenset[str]:
    """A setting that lists values separated by blanks."""
    return frozenset(environment.get(name, "").split())
