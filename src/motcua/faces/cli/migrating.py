"""Bringing the tables to the present version; two starts at once wait for each other."""

from __future__ import annotations

_LOCK = 0x6D6F74637561  # "motcua", as a number


def migrate() -> int:
    """Applies what is missing under an advisory lock; how many migrations that were."""
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            count = len(pending())
            if count:
                call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    return count


def pending() -> list[str]:
    """The migrations that the database lacks, as `app.name`."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
