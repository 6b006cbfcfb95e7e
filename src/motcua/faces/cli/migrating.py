"""Bringing the tables to the present version; two starts at once wait for each other."""

from __future__ import annotations

_LOCK = 0x6D6F74637561  # "motcua", as a number


def migrate() -> int:
    """Applies what is missing under an advisory lock; how many migrations that were."""
    from django.core.management import call_command
    from django.db import connection

    from motcua.foundation.readiness import pending_migrations

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            count = len(pending_migrations())
            if count:
                call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    return count


def analyse() -> None:
    """Lets the planner know what was just loaded; until then it guesses, and a route costs forty times its price."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
