"""What a round cost: CPU seconds of the server's processes and of PostgreSQL's, statements of one request."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from django.db import connection


def tree_cpu_seconds(root: int) -> float:
    """User and system time of a process, its living descendants, and those it has already waited for."""
    top = psutil.Process(root)
    total = 0.0
    for process in [top, *top.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def postmaster(pgdata: Path) -> int:
    """The process ID of the server of a cluster."""
    return int((pgdata / "postmaster.pid").read_text().splitlines()[0])


@dataclass
class Statements:
    """The SQL statements that one block sent; transaction control (BEGIN, COMMIT) is not among them."""

    texts: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)


@contextlib.contextmanager
def counted() -> Generator[Statements]:
    """Counts every statement of the block on this thread's connection; each row of an executemany counts."""
    found = Statements()

    def note(execute: Any, sql: Any, parameters: Any, many: bool, context: Any) -> Any:
        found.texts += [str(sql)] * (len(parameters) if many else 1)
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        yield found


def durability() -> dict[str, str]:
    """The settings that decide what a commit costs, as the server has them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
        fsync, synchronous_commit = cursor.fetchone()
    return {"fsync": fsync, "synchronous_commit": synchronous_commit}
