"""A figure as the command contract prints it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console


@dataclass(frozen=True)
class Figure:
    """One measured value with its floor, their ratio, the bar the ratio must reach, and what explains it."""

    name: str
    value: float
    unit: str
    floor: float
    ratio: float
    bar: float
    holds: bool
    explains: dict[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        """One JSON object on one line."""
        own = {key: getattr(self, key) for key in ("name", "value", "unit", "floor", "ratio", "bar", "holds")}
        return json.dumps({**own, **self.explains}, ensure_ascii=False)

    def show(self, console: Console) -> None:
        """Prints the figure for a person."""
        verdict = "[green]holds[/]" if self.holds else "[red]does not hold[/]"
        console.print(f"[bold]{self.name}[/] {self.value:g} {self.unit}, floor {self.floor:g}, {verdict}")
        console.print(f"  ratio {self.ratio:.3f}, bar {self.bar:g}")
        for key, value in self.explains.items():
            if isinstance(value, list):
                console.print(f"  {key}:", highlight=False)
                for item in value:
                    console.print(f"    {item}", markup=False, highlight=False, soft_wrap=True)
            else:
                console.print(f"  {key}: {value}", markup=False, highlight=False, soft_wrap=True)
