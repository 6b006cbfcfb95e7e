"""`./motcua bench [NAME]`: the benchmarks lie beside the product, in the clone's folder `benchmarks`."""

from __future__ import annotations

import sys
from pathlib import Path

from motcua.faces.cli.data_folder import CLONE
from motcua.faces.cli.outcome import InputMissing


def bench(name: str | None, *, json: bool, data: Path) -> int:
    """Runs one benchmark or all; 0 when every bar holds, 1 when one does not. Raises InputMissing outside a clone."""
    if not (CLONE / "benchmarks" / "runner.py").exists():
        raise InputMissing(f"there is no folder benchmarks in {CLONE}")
    sys.path.insert(0, str(CLONE))
    from benchmarks.runner import run

    return run(name, json=json, data=data)
