"""rules.json: the constraints, unique keys and triggers that the database must have; a shape test compares them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from benchmarks.mutation.constraints import Constraint

RULES = Path(__file__).with_name("rules.json")


def rules() -> list[Constraint]:
    """The rules as written down."""
    return [Constraint(**item) for item in json.loads(RULES.read_text())]


def write(found: list[Constraint]) -> None:
    """Writes the rules of the database down."""
    lines = ",\n".join(json.dumps(dataclasses.asdict(rule), ensure_ascii=False) for rule in found)
    RULES.write_text(f"[\n{lines}\n]\n")
