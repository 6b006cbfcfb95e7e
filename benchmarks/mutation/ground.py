"""What mutation runs stand on: a database server of their own, and one migrated database that every run copies."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psycopg

from benchmarks.mutation.constraints import Constraint, constraints
from motcua.foundation.embedded import Cluster

CLONE = Path(__file__).resolve().parents[2]
TEMPLATE = "mutation_template"
# Mutation runs ask whether tests turn red, not how fast the disk is.
_FAST = ["fsync = off", "synchronous_commit = off", "full_page_writes = off"]
_MIGRATE = (
    "import django; django.setup(); from django.core.management import call_command as c; c('migrate', verbosity=0)"
)
_OUR_TABLES = """
import django; django.setup()
from django.apps import apps
print(*[m._meta.db_table for m in apps.get_models(include_auto_created=True) if m.__module__.startswith('motcua.')])
"""


class Ground:
    """A cluster under `data`, its template database, and the environment of runs on copies of it."""

    def __init__(self, data: Path) -> None:
        self.cluster = Cluster(data / "mutations")
        self.log = data / "mutations" / "runs"

    def __enter__(self) -> Ground:
        self.cluster.start()
        self.log.mkdir(exist_ok=True)
        with psycopg.connect(self.cluster.url("postgres"), autocommit=True) as connection:
            for setting in _FAST:
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")
            left = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'mutation%'").fetchall()
            for (name,) in left:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
        self._python(_MIGRATE, {"DATABASE_URL": self.cluster.url(TEMPLATE)})
        return self

    def __exit__(self, *_: object) -> None:
        self.cluster.leave()

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        """The environment of one run."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "MOTCUA_"))}
        made = {
            "MOTCUA_MODE": "test",
            "DATABASE_URL": self.cluster.url(),
            "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
            "MOTCUA_MUTATION_TEMPLATE": TEMPLATE,
            "PYTHONPATH": f"{CLONE / 'src'}{os.pathsep}{CLONE}",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        }
        return {**own, **made, **more}

    def constraints(self, *, foreign_keys: bool) -> list[Constraint]:
        """The constraints of the product's tables as migrated."""
        tables = set(self._python(_OUR_TABLES, {}).split())
        with psycopg.connect(self.cluster.url(TEMPLATE)) as connection:
            return constraints(connection.cursor(), tables, foreign_keys=foreign_keys)

    def _python(self, code: str, more: Mapping[str, str]) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=self.environment(more),
            cwd=CLONE,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout
