"""PostgreSQL's own programs for dump and restore, taken from the package, pointed at the database in use."""

from __future__ import annotations

import os
import subprocess

import psycopg

from motcua.config.environment import Environment
from motcua.faces.cli.outcome import CannotRun
from motcua.foundation.embedded.binaries import binaries_folder

PROGRAMS_VERSION = 18


def connect() -> psycopg.Connection[tuple[object, ...]]:
    """A connection of its own to the database that `DATABASE_URL` names."""
    return psycopg.connect(Environment.from_os().text("DATABASE_URL"))


def run(program: str, *arguments: str) -> None:
    """Runs pg_dump or pg_restore; the password goes by environment, not by argument. Raises CannotRun."""
    database = Environment.from_os().database()
    connection = {
        "PGDATABASE": database["NAME"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGHOST": database["HOST"],
        "PGPORT": database["PORT"],
    }
    environment = {**os.environ, **{name: value for name, value in connection.items() if value}}
    command = [str(binaries_folder(PROGRAMS_VERSION) / program), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotRun(f"{program}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")


def row_counts(connection: psycopg.Connection[tuple[object, ...]]) -> dict[str, int]:
    """The number of rows of every table of ours."""
    from psycopg import sql

    tables = connection.execute(
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        " ORDER BY 1, 2"
    ).fetchall()
    counts: dict[str, int] = {}
    for schema, table in tables:
        name = sql.Identifier(str(schema), str(table))
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(name)).fetchone()
        counts[f"{schema}.{table}"] = int(str(row[0])) if row else 0
    return counts
