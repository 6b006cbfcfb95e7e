"""What an installation starts with: each room's reference data, and the demonstration data of a demonstration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True)
class Loader:
    """A function of a room, safe to run again; `demonstration` data is left out of an empty installation."""

    what: str
    module: str
    function: str
    demonstration: bool


LOADERS = [
    Loader("Units, provinces and communes", "organisations.reference", "load_reference_units", False),
    Loader("Fields of procedures", "organisations.reference", "load_reference_fields", False),
    Loader("Demonstration accounts", "people.demonstration", "load_demonstration_accounts", True),
    Loader("Routes of dossiers", "dossiers.reference", "load_routes", False),
    Loader("Demonstration catalogue", "catalogue.demonstration", "load_demonstration", True),
    Loader("Beneficiary accounts and receipt series", "payments.demonstration", "load_demonstration", True),
]


def due(*, empty: bool) -> Iterator[tuple[str, Callable[[], object]]]:
    """The loaders of the installed rooms, in their order, with what each loads."""
    from django.apps import apps

    for loader in LOADERS:
        module = f"motcua.domain.{loader.module}"
        if apps.is_installed(module.rsplit(".", 1)[0]) and not (loader.demonstration and empty):
            yield loader.what, getattr(import_module(module), loader.function)
