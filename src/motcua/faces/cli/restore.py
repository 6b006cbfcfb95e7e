"""`./motcua restore DIR --data NEW`: brings a backup back whole in another place, and verifies it."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Generator
from pathlib import Path

from motcua.config.environment import Environment
from motcua.faces.cli import database_programs, manifest
from motcua.faces.cli.data_folder import DataFolder
from motcua.faces.cli.joining import database_of, environment_is_given, place_data
from motcua.faces.cli.manifest import BackedUpFile, Manifest
from motcua.faces.cli.outcome import CannotRun
from motcua.faces.cli.steps import console, step


def restore(source: Path, data: Path) -> list[str]:
    """Restores into an empty place; returns what differs from the manifest. Raises CannotRun, InputMissing."""
    source = source.resolve()
    backup = manifest.read(source)
    with step("Checking the backup"):
        damage = manifest.differences(source, backup.files)
    if damage:
        raise CannotRun(f"the backup is damaged: {'; '.join(damage[:3])}")
    parts = {"files"} if environment_is_given() else {"files", "secrets", "simulators"}
    copied = [item for item in backup.files if item.path.split("/")[0] in parts]
    with _empty_place(data) as folder:
        with step("Database"):
            _restore_database(source)
        with step("Files, secrets and simulators"):
            _copy(source, folder.path, copied)
        with step("Verifying"):
            differences = _differences(backup, folder, copied)
    rows = sum(backup.tables.values())
    console.print(f"Restored {len(backup.tables)} tables, {rows} rows, {len(copied)} files into {folder.path}")
    return differences


@contextlib.contextmanager
def _empty_place(data: Path) -> Generator[DataFolder]:
    """A new data folder with a new database, or the empty database that the environment names."""
    if environment_is_given():
        place_data(data)
        folder = DataFolder(Environment.from_os().data_folder)
        folder.prepare()
        _refuse_used_database()
        yield folder
        return
    folder = DataFolder(data)
    if folder.exists:
        raise CannotRun(f"{folder.path} holds an installation; restore into a new folder with --data")
    with database_of(folder, create=True) as url:
        os.environ["DATABASE_URL"] = url
        try:
            yield folder
        finally:
            del os.environ["DATABASE_URL"]


def _refuse_used_database() -> None:
    with database_programs.connect() as connection:
        if database_programs.row_counts(connection):
            raise CannotRun("the database has tables already; restore into an empty one")


def _restore_database(source: Path) -> None:
    database = Environment.from_os().database()["NAME"]
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", f"--dbname={database}"]
    database_programs.run("pg_restore", *options, str(source / manifest.DUMP))


def _copy(source: Path, target: Path, files: list[BackedUpFile]) -> None:
    for item in files:
        place = target / item.path
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(source / item.path, place)
        place.chmod(0o600)


def _differences(backup: Manifest, folder: DataFolder, copied: list[BackedUpFile]) -> list[str]:
    with database_programs.connect() as connection:
        connection.execute("ANALYZE")
        tables = database_programs.row_counts(connection)
    found = [
        f"table {name}: {backup.tables.get(name)} rows in the backup, {tables.get(name)} here"
        for name in sorted({*backup.tables, *tables})
        if backup.tables.get(name) != tables.get(name)
    ]
    return found + manifest.differences(folder.path, copied)
