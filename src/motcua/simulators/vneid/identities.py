"""The fictitious persons who can sign in. Their numbers are well formed and belong to nobody (serials 999xxx)."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Identity:
    """One account at VNeID."""

    key: str
    kind: str
    """`citizen`, `organisation`, `foreigner` or `official`: the group on the login page."""
    title: str
    """What distinguishes the person on the login page."""
    subject: str
    level: int
    locked: bool
    claims: dict[str, str]

    @property
    def name(self) -> str:
        """The name to show, composed."""
        return unicodedata.normalize("NFC", self.claims["HoVaTen"])


def _identity(entry: dict[str, Any]) -> Identity:
    claims: dict[str, str] = dict(entry["claims"])
    for claim in entry.get("decomposed", []):
        claims[claim] = unicodedata.normalize("NFD", claims[claim])
    level: int = entry.get("level", 2)
    return Identity(
        key=entry["key"],
        kind=entry["kind"],
        title=entry["title"],
        subject=entry["subject"],
        level=level,
        locked=entry.get("locked", False),
        claims={"LoaiTaiKhoan": "1", **claims, "loAs": str(level), "TrangThai": "1"},
    )


@cache
def identities() -> dict[str, Identity]:
    """All accounts by key, in the order of the login page."""
    text = files("motcua.simulators.vneid").joinpath("identities.json").read_text(encoding="utf-8")
    return {entry["key"]: _identity(entry) for entry in json.loads(text)}
