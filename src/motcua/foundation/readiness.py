"""Whether an installation can work now: what it stands on, asked one by one (`./motcua check`).

A room adds its own with `@readiness("name")`: a function that returns what it found or raises NotReady.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from motcua.foundation import clock
from motcua.foundation.registry import Registry

LATE_HEARTBEAT = timedelta(seconds=30)  # the worker writes one every ten seconds


class NotReady(RuntimeError):
    """Something the installation stands on is not there; the text says what and what to do."""


Ask = Callable[[], str]
checks: Registry[Ask] = Registry("readiness check")


@dataclass(frozen=True)
class Answer:
    """What one check found; `ready` is None where it was left out."""

    name: str
    ready: bool | None
    text: str


def readiness(name: str) -> Callable[[Ask], Ask]:
    """Declares a check."""

    def declare(ask: Ask) -> Ask:
        return checks.add(name, ask)

    return declare


def ask_all(*, leave_out: frozenset[str] = frozenset()) -> list[Answer]:
    """Asks every check, in the order of declaration; a failing one never hides the others."""
    answers: list[Answer] = []
    for name, ask in checks.items():
        if name in leave_out:
            answers.append(Answer(name, None, "not asked: nothing runs here"))
            continue
        try:
            answers.append(Answer(name, True, ask()))
        except (NotReady, DatabaseError, OSError) as error:
            answers.append(Answer(name, False, str(error).strip().split("\n", maxsplit=1)[0]))
    return answers


def pending_migrations() -> list[str]:
    """The migrations that the database lacks, as `app.name`."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


@readiness("database")
def database_answers() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_size_pretty(pg_database_size(current_database()))")
        version, size = cursor.fetchone()
    return f"PostgreSQL {version}, {size}"


@readiness("tables")
def tables_are_of_this_version() -> str:
    missing = pending_migrations()
    if missing:
        raise NotReady(f"{len(missing)} migrations are not applied; run ./motcua migrate")
    return "all migrations applied"


@readiness("storage")
def storage_is_writable() -> str:
    storage = storages["default"]
    name = storage.save("readiness-probe", ContentFile(b"probe"))
    try:
        with storage.open(name) as file:
            if file.read() != b"probe":
                raise NotReady("the file storage gives back other bytes than it was given")
    finally:
        storage.delete(name)
    return "writable"


@readiness("worker")
def worker_is_alive() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > %s", [clock.now() - LATE_HEARTBEAT]
        )
        (count,) = cursor.fetchone()
    if count == 0:
        raise NotReady("no worker has given a sign of life for 30 s; start ./motcua serve worker")
    return f"{count} alive"
