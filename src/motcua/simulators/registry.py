"""Which simulators there are, and how one is made from settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from starlette.applications import Starlette

from motcua.simulators import bank, population, sms, vneid

Factory = Callable[[Path, str, Mapping[str, str]], Starlette]

FACTORIES: Final[Mapping[str, Factory]] = {
    "vneid": vneid.create_app,
    "bank": bank.create_app,
    "sms": sms.create_app,
    "population": population.create_app,
}


def create(name: str, data_dir: Path, base_url: str, environment: Mapping[str, str]) -> Starlette:
    """The application `name`, its state in `data_dir`, reachable under `base_url`. Raises KeyError."""
    return FACTORIES[name](data_dir, base_url, environment)
