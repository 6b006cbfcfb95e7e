"""Joining an installation: the operator's environment in production, else a data folder and its database."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator
from pathlib import Path
from typing import cast

from motcua.faces.cli.data_folder import DEFAULT, DataFolder
from motcua.faces.cli.outcome import CannotRun
from motcua.foundation.embedded import Cluster


def environment_is_given() -> bool:
    """Whether the operator configures by environment (production); else the data folder does."""
    return "MOTCUA_MODE" in os.environ or "DATABASE_URL" in os.environ


def place_data(data: Path) -> None:
    """Where files go in a configured environment: `--data`, else MOTCUA_DATA_FOLDER, else `.data` in the clone."""
    if data != DEFAULT:
        os.environ["MOTCUA_DATA_FOLDER"] = str(data.resolve())
    os.environ.setdefault("MOTCUA_DATA_FOLDER", str(DEFAULT))


@contextlib.contextmanager
def database_of(folder: DataFolder, *, create: bool = False) -> Generator[str]:
    """The address of the database of `folder`, started if it does not run, left running for its other users."""
    if not folder.exists and not create:
        raise CannotRun(f"nothing has been started in {folder.path}; run ./motcua up first")
    folder.prepare()
    cluster = Cluster(folder.path)
    try:
        yield cluster.start()
    finally:
        cluster.leave()


@contextlib.contextmanager
def joined(data: Path, *, create: bool = False) -> Generator[DataFolder | None]:
    """Django, ready on the installation; yields its data folder, or None where the environment configures it."""
    os.environ.setdefault("MOTCUA_LOG_LEVEL", "WARNING")  # a command speaks for itself
    if environment_is_given():
        place_data(data)
        with django_ready():
            yield None
        return
    folder = DataFolder(data)
    with database_of(folder, create=create) as url:
        os.environ.update(folder.environment(url, folder.addresses()))
        with django_ready():
            yield folder


@contextlib.contextmanager
def django_ready() -> Generator[None]:
    """Django set up from the environment; its connections are closed at the end."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
    import django

    django.setup()
    try:
        yield
    finally:
        close_connections()


def close_connections() -> None:
    """Closes every connection of this process, pooled ones too."""
    from django.db import connections
    from django.db.backends.postgresql.base import DatabaseWrapper

    for connection in connections.all(initialized_only=True):
        connection.close()
        cast(DatabaseWrapper, connection).close_pool()
