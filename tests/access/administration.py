"""The matrix's lines for administration pages (`/can-bo/quan-tri/…`); how to write one stands in `table.py`."""

from __future__ import annotations

from tests.access.expectations import Expect

ADMINISTRATION: list[Expect] = []
