"""What an installation starts with: each room's reference data, and the demonstration data of a demonstration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec


@dataclass(frozen=True)
class Loader:
    """A function of a room, safe to run again; `demonstration` data is left out of an empty installation."""

    what: str
    module: str
    function: str
    demonstration: bool


LOADERS = [
    Loader("units, provinces and communes", "organisations.reference", "load_reference_units", False),
    Loader("fields", "organisations.reference", "load_reference_fields", False),
    Loader("demonstration accounts", "people.demonstration", "load_demonstration_accounts", True),
    Loader("demonstration catalogue", "catalogue.demonstration", "load_demonstration", True),
]


def due(*, empty: bool) -> Iterator[tuple[str, Callable[[], object]]]:
    """The loaders of the rooms that exist, in their order, with what each loads."""
    for loader in LOADERS:
        name = f"motcua.domain.{loader.module}"
        room = name.rsplit(".", 1)[0]
        if find_spec(room) is None or find_spec(name) is None or (loader.demonstration and empty):
            continue
        yield loader.what, getattr(import_module(name), loader.function)
