"""Loading many rows at once: COPY into a temporary staging table, then one set-based statement.

The bulk path must end in the state in which one-by-one upserts of the same rows in the same order would end; callers
with more to write than one table join the staging table in SQL of their own.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection, models
from django.db.transaction import TransactionManagementError
from psycopg import sql
from psycopg.types.json import Jsonb

Progress = Callable[[int], None]
"""Told how many rows have been staged so far."""

ORDER = "staging_order"
"""The column of every staging table that holds the place of a row in its source: 1, 2, 3 …"""

_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Staging:
    """A filled staging table of this transaction; `rows` is their number."""

    table: str
    columns: Sequence[str]
    rows: int

    @property
    def identifier(self) -> sql.Identifier:
        """The table's name for SQL of the caller."""
        return sql.Identifier(self.table)


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did, in keys; `superseded` counts staged rows that a later row with the same key replaced.

    `changes` is a temporary table of this transaction with the key columns and `inserted` (boolean), one row per key
    that was inserted or updated: what events and reactions are fed from.
    """

    inserted: int
    updated: int
    unchanged: int
    superseded: int
    changes: str


def column_types(model: type[models.Model], names: Sequence[str]) -> dict[str, str]:
    """Column → SQL type, for the staging of rows that go into `model`. Names are those of the database's columns."""
    types: dict[str, str] = {}
    for field in model._meta.concrete_fields:
        if field.column is None:  # a composite primary key is no column of its own
            continue
        # the type a reference to the column has: an identity column is a plain integer in the staging table
        types[field.column] = str(field.rel_db_type(connection) or field.db_type(connection))
    return {name: types[name] for name in names}


@contextmanager
def staged(
    columns: Mapping[str, str], rows: Iterable[Sequence[Any]], *, progress: Progress | None = None, chunk: int = _CHUNK
) -> Generator[Staging]:
    """Copies `rows` (values in the order of `columns`) into a temporary table, which goes at the end of the block.

    - `columns`: name → SQL type. Dicts and lists become JSON.
    - `chunk` rows are held in memory at a time; between chunks the iterable may use the database itself.
    - TransactionManagementError outside a transaction; DataError for a value that is none of its type.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("a staging table lives in a transaction")
    table = f"staging_{secrets.token_hex(8)}"
    _create(table, {ORDER: "bigint", **columns})
    count = 0
    source = iter(rows)
    while piece := list(islice(source, chunk)):
        _copy(table, columns, piece, count)
        count += len(piece)
        if progress is not None:
            progress(count)
    _execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
    yield Staging(table, list(columns), count)
    # after an error the transaction, and the table with it, is gone anyway
    _execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(table)))


def merge(
    staging: Staging,
    target: str,
    *,
    key: Sequence[str],
    insert_only: Sequence[str] = (),
    not_compared: Sequence[str] = (),
) -> Merged:
    """Upserts the staged rows into the table `target`; of rows with the same key only the last one counts.

    - `key`: columns with a unique constraint in `target`; not null.
    - `insert_only`: columns that a new row gets and an existing one keeps (its id, when it was created).
    - `not_compared`: columns that are written where something else changed, and are no change themselves (when it
      was last changed).
    - A row of which nothing else differs is not written at all: no dead tuple, no trigger.

    Rows are written in the order of their keys, so that two merges at once wait for each other instead of deadlocking.
    """
    set_columns = [name for name in staging.columns if name not in (*key, *insert_only)]
    compared = [name for name in set_columns if name not in not_compared]
    changes = f"{staging.table}_changes"
    distinct = _count(
        sql.SQL("SELECT count(*) FROM (SELECT DISTINCT {} FROM {}) AS keys").format(_list(key), staging.identifier)
    )
    _execute(
        sql.SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {}, true AS inserted FROM {} LIMIT 0").format(
            sql.Identifier(changes), _list(key), sql.Identifier(target)
        )
    )
    _execute(_upsert(staging, target, changes, key, set_columns, compared))
    inserted = _count(sql.SQL("SELECT count(*) FROM {} WHERE inserted").format(sql.Identifier(changes)))
    written = _count(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(changes)))
    return Merged(inserted, written - inserted, distinct - written, staging.rows - distinct, changes)


def _upsert(
    staging: Staging, target: str, changes: str, key: Sequence[str], set_columns: Sequence[str], compared: Sequence[str]
) -> sql.Composed:
    if compared:
        action = sql.SQL("DO UPDATE SET {} WHERE ({}) IS DISTINCT FROM ({})").format(
            sql.SQL(", ").join(
                sql.SQL("{} = excluded.{}").format(sql.Identifier(name), sql.Identifier(name)) for name in set_columns
            ),
            _list(compared, prefix="old"),
            _list(compared, prefix="excluded"),
        )
    else:
        action = sql.SQL("DO NOTHING")
    # xmax is 0 exactly in a row version that no transaction has superseded or locked: one that was inserted
    return sql.SQL(
        "WITH merged AS ("
        "INSERT INTO {target} AS old ({columns}) "
        "SELECT DISTINCT ON ({key}) {columns} FROM {staging} ORDER BY {key}, {order} DESC "
        "ON CONFLICT ({key}) {action} RETURNING {old_key}, old.xmax = 0 AS inserted"
        ") INSERT INTO {changes} SELECT * FROM merged"
    ).format(
        target=sql.Identifier(target),
        columns=_list(staging.columns),
        key=_list(key),
        staging=staging.identifier,
        order=sql.Identifier(ORDER),
        action=action,
        old_key=_list(key, prefix="old"),
        changes=sql.Identifier(changes),
    )


def _create(table: str, columns: Mapping[str, str]) -> None:
    definitions = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind))  # pyright: ignore[reportArgumentType]
        for name, kind in columns.items()
    )
    statement = sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP")
    _execute(statement.format(sql.Identifier(table), definitions))


def _copy(table: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]], done: int) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _list([ORDER, *columns]))
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for number, row in enumerate(rows, start=done + 1):
            copy.write_row([number, *map(_adapt, row)])


def _adapt(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, dict | list) else value


def _list(names: Iterable[str], prefix: str | None = None) -> sql.Composed:
    identifiers = (sql.Identifier(name) if prefix is None else sql.Identifier(prefix, name) for name in names)
    return sql.SQL(", ").join(identifiers)


def _execute(statement: sql.Composable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _count(statement: sql.Composable) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])
