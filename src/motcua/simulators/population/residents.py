"""The fictitious residents that the register knows. Their numbers are well formed and belong to nobody."""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from importlib.resources import files


@cache
def residents() -> dict[str, dict[str, str]]:
    """What the register holds of each person, by citizen number."""
    text = files("motcua.simulators.population").joinpath("residents.json").read_text(encoding="utf-8")
    return {entry["SoDinhDanh"]: entry for entry in json.loads(text)}


def plain(name: str) -> str:
    """A name as questions write it: capitals without diacritics and blanks."""
    decomposed = unicodedata.normalize("NFD", name.upper().replace("Đ", "D"))
    return "".join(letter for letter in decomposed if letter.isalpha() and not unicodedata.combining(letter))
