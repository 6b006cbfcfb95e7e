"""SQLite state of a simulator: one file, one connection, used from one event loop."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Row = sqlite3.Row


class Store:
    """Rows in `DIR/<name>.sqlite3`. Callers never await inside `transaction()`, so statements do not interleave."""

    def __init__(self, path: Path, schema: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(schema)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Runs one statement; it commits at once outside `transaction()`."""
        return self._connection.execute(sql, parameters)

    def one(self, sql: str, parameters: Sequence[Any] = ()) -> Row | None:
        """The first row of a query, or None."""
        row: Row | None = self._connection.execute(sql, parameters).fetchone()
        return row

    def the(self, sql: str, parameters: Sequence[Any] = ()) -> Row:
        """The first row of a query that must have one. Raises KeyError."""
        row = self.one(sql, parameters)
        if row is None:
            raise KeyError(*parameters)
        return row

    def all(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query."""
        return self._connection.execute(sql, parameters).fetchall()

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Everything inside is kept, or nothing."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()
