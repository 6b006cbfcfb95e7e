"""Provinces and communes to choose from, by statistical code."""

from __future__ import annotations

from typing import Any

from motcua.domain.organisations import queries
from motcua.faces.forms.choices import Choice
from motcua.faces.language import in_language


def provinces(chosen: str) -> list[Choice]:
    """Every province, the `chosen` one marked."""
    return [
        Choice(unit.gso_code or "", in_language(unit.name, unit.name_en), unit.gso_code == chosen)
        for unit in queries.provinces()
    ]


def communes(province: str, chosen: str) -> list[Choice]:
    """The communes of a province (by its code), the `chosen` one marked; none for no province."""
    units = queries.communes_by_province_code(province) if province else []
    return [
        Choice(unit.gso_code or "", in_language(unit.name, unit.name_en), unit.gso_code == chosen) for unit in units
    ]


def province_of(commune: Any) -> str:
    """Code of the province that a commune (by its code) lies in; empty for no commune."""
    found = queries.place(commune) if isinstance(commune, str) and len(commune) == 5 else None
    return (found.parent.gso_code or "") if found and found.parent else ""


def name_of(code: str) -> str:
    """`Phường Ba Đình, Thành phố Hà Nội`; the code itself where no such place exists any more."""
    found = queries.place(code)
    if found is None:
        return code
    above = [found.parent] if len(code) == 5 and found.parent else []
    return ", ".join(in_language(unit.name, unit.name_en) for unit in [found, *above])
