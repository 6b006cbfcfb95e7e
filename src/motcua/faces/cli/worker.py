"""The background worker: Procrastinate's timetable and every pump, in one process."""

from __future__ import annotations

import os
import threading

JOBS_AT_ONCE = 4
FINISH_SECONDS = 5.0


def work() -> None:
    """Works until SIGTERM or SIGINT, then finishes what it holds. Needs Django's settings, not yet set up."""
    os.umask(0o077)
    import django

    django.setup()
    from procrastinate.contrib.django import app

    from motcua.faces.cli.joining import close_connections
    from motcua.foundation import pumps

    _enough_connections(len(pumps.pumps.items()))
    stop = threading.Event()
    threads = pumps.start_all(stop)
    try:
        with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
            app.run_worker(
                name="worker",
                concurrency=JOBS_AT_ONCE,
                shutdown_graceful_timeout=FINISH_SECONDS,
                delete_jobs="successful",
            )
    finally:
        stop.set()
        for thread in threads:
            thread.join(FINISH_SECONDS)
        close_connections()


def _enough_connections(pump_count: int) -> None:
    """Every pump holds a connection of its own; the pool must not make one wait for another."""
    from django.db import connections

    pool = connections.settings["default"]["OPTIONS"].get("pool")
    if isinstance(pool, dict):
        pool["max_size"] = max(pool.get("max_size", 0), pump_count + JOBS_AT_ONCE + 2)
