"""The pytest plugin of one run, loaded with `-p benchmarks.mutation.plugin` before the product is imported.

`MOTCUA_MUTATION` takes something away, `MOTCUA_MUTATION_NOTES` writes down what tests reach.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Sequence
from types import CodeType, ModuleType

import pytest

from benchmarks.mutation import notes
from benchmarks.mutation.guards import Guard, module_file, without

BROKEN = 70  # exit status of a run whose mutation could not be made
TEMPLATE = os.environ.get("MOTCUA_MUTATION_TEMPLATE", "")
MUTATION = os.environ.get("MOTCUA_MUTATION", "")
NOTES = os.environ.get("MOTCUA_MUTATION_NOTES", "")


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads one module without its guard, never from or to a bytecode cache."""

    guard: Guard

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return compile(without(self.get_data(path).decode(), self.guard), path, "exec", dont_inherit=True)


class _Finder(importlib.abc.MetaPathFinder):
    """Answers for the mutated module only."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.guard.module:
            return None
        file = module_file(fullname)
        loader = _Loader(fullname, str(file))
        loader.guard = self.guard
        folder = [str(file.parent)] if file.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(fullname, file, loader=loader, submodule_search_locations=folder)


def _install() -> None:
    what, _, where = MUTATION.partition(":")
    if what == "guard":
        module, line, kind = where.split(":")
        assert module not in sys.modules, f"{module} was imported before its mutation"
        sys.meta_path.insert(0, _Finder(Guard(module, int(line), kind, "")))


_install()


def pytest_configure(config: pytest.Config) -> None:
    if NOTES:
        config.pluginmanager.register(notes.Notes(NOTES), "mutation-notes")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Makes this run's database a copy of the migrated template."""
    if not TEMPLATE:
        return
    from django.db import connections

    test = connections["default"].settings_dict["TEST"]
    test.update(TEMPLATE=TEMPLATE, NAME=f"mutation_{os.getpid()}", MIGRATE=False)


@pytest.fixture(scope="session", autouse=True)
def constraint_taken_away(request: pytest.FixtureRequest) -> None:
    """Drops the constraint from this run's database; a drop that fails ends the run as broken, not as a red test."""
    what, _, statement = MUTATION.partition(":")
    if what == "drop":
        request.getfixturevalue("django_db_setup")
        from django.db import connection

        with request.getfixturevalue("django_db_blocker").unblock(), connection.cursor() as cursor:
            try:
                cursor.execute(statement)
            except Exception as error:
                pytest.exit(f"{statement}: {error}", returncode=BROKEN)
