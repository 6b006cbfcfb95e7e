"""The matrix's lines for administration pages (`/can-bo/quan-tri/…`); how to write one stands in `table.py`."""

from __future__ import annotations

from tests.access.expectations import Expect, Right, Shows, Somewhere, Staff
from tests.access.registers import REGISTERS
from tests.access.world import Office

UNIT = Right("unit.view")


def _commune(office: Office) -> str:
    """The link to the office's unit; a refusal may name the caller's own unit, and links to none."""
    return f'/can-bo/quan-tri/don-vi/{office.commune.pk}"'


ADMINISTRATION: list[Expect] = [
    Expect("GET administration:home", Staff(), refused=403),
    *REGISTERS,
    Expect(
        "GET administration:units", Somewhere(("unit.view",)), refused=403, sends=lambda _office: {"tim": "phuong"},
        shows=Shows(UNIT, _commune),
    ),
    Expect("GET administration:units_below", UNIT, refused=403),
    Expect("GET administration:unit", UNIT, refused=403),
    Expect("GET administration:security", Somewhere(("security.handle",)), refused=403),
]  # fmt: skip
