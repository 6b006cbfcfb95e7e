"""`./motcua backup DIR`: the database in one snapshot, the files it refers to, the secrets, a manifest of all.

Files are immutable and stored before the row that names them, so a copy made after the snapshot holds all of its files.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Generator
from pathlib import Path

import psycopg

from motcua.faces.cli import database_programs, manifest
from motcua.faces.cli.data_folder import DataFolder
from motcua.faces.cli.joining import joined
from motcua.faces.cli.manifest import Manifest
from motcua.faces.cli.outcome import CannotRun
from motcua.faces.cli.steps import console, step

PASSWORD = "database-password"  # noqa: S105 – the name of a file; a restored database makes its own


def back_up(target: Path, data: Path) -> list[str]:
    """Makes the backup in the new folder `target`; returns what could not be copied. Raises CannotRun."""
    target = target.resolve()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise CannotRun(f"{target} exists; a backup goes into a new folder")
    with joined(data) as folder, _staging(target) as staging:
        made = _fill(staging, folder)
        manifest.write(staging, made)
    rows = sum(made.tables.values())
    console.print(f"Backup in {target}: {len(made.tables)} tables, {rows} rows, {len(made.files)} files")
    return made.not_copied


@contextlib.contextmanager
def _staging(target: Path) -> Generator[Path]:
    """A folder beside `target` that takes its name when it is whole."""
    staging = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        staging.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise CannotRun(f"cannot write to {target.parent}: {os.strerror(error.errno or 0)}") from None
    try:
        yield staging
        staging.replace(target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _fill(staging: Path, folder: DataFolder | None) -> Manifest:
    from motcua.foundation import clock

    with step("Database"), _snapshot() as connection:
        row = connection.execute("SELECT pg_export_snapshot(), current_setting('server_version')").fetchone()
        snapshot, server = (str(value) for value in row or ("", ""))
        dump = str(staging / manifest.DUMP)
        database_programs.run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={dump}")
        tables = database_programs.row_counts(connection)
        stored = connection.execute("SELECT storage_key, sha256 FROM foundation_storedfile ORDER BY 1").fetchall()
    with step("Files"):
        not_copied = _copy_files(staging, [(str(key), str(digest)) for key, digest in stored])
    if folder is not None:
        with step("Secrets and simulators"):
            _copy_secrets(staging, folder)
            _copy_simulators(staging, folder)
    files = [manifest.describe(staging, path) for path in sorted(staging.rglob("*")) if path.is_file()]
    return Manifest(
        format=manifest.FORMAT,
        made_at=clock.now().isoformat(),
        server=server,
        tables=tables,
        files=files,
        not_copied=not_copied,
    )


@contextlib.contextmanager
def _snapshot() -> Generator[psycopg.Connection[tuple[object, ...]]]:
    """One view of the database for the dump, the row counts and the list of files."""
    with database_programs.connect() as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute("SET idle_in_transaction_session_timeout = 0")
        yield connection


def _copy_files(staging: Path, stored: list[tuple[str, str]]) -> list[str]:
    from django.core.files.storage import FileSystemStorage, storages

    storage = storages["default"]
    if not isinstance(storage, FileSystemStorage):
        return ["files: they are in the object store, which keeps its own copies"] if stored else []
    trouble: list[str] = []
    for key, digest in stored:
        source, copy = Path(storage.path(key)), staging / "files" / key
        if not source.exists():
            trouble.append(f"file {key}: missing in the storage")
            continue
        copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(source, copy)
        if manifest.describe(staging, copy).sha256 != digest:
            trouble.append(f"file {key}: not the bytes that were received")
    return trouble


def _copy_secrets(staging: Path, folder: DataFolder) -> None:
    target = staging / "secrets"
    target.mkdir(mode=0o700)
    for source in sorted(folder.secrets.iterdir()):
        if source.name != PASSWORD and not source.name.startswith("."):
            shutil.copy2(source, target / source.name)  # keeps 0600


def _copy_simulators(staging: Path, folder: DataFolder) -> None:
    """The outside systems of a demonstration belong to it; SQLite copies a running one whole."""
    target = staging / "simulators"
    target.mkdir(mode=0o700)
    for source in sorted(folder.simulators.glob("*.sqlite3")):
        with (
            contextlib.closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as original,
            contextlib.closing(sqlite3.connect(target / source.name)) as copy,
        ):
            original.backup(copy)
