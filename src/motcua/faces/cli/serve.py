"""`./motcua serve web|worker`: one program of an installation, configured by the environment only."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from motcua.config.environment import Environment
from motcua.faces.cli import production, static_files
from motcua.faces.cli.joining import django_ready, place_data
from motcua.faces.cli.outcome import CannotRun


class Program(StrEnum):
    """What can be served."""

    WEB = "web"
    WORKER = "worker"


def serve(program: Program, *, host: str, port: int | None, data: Path) -> None:
    """Runs the program in this process until it is stopped. Raises ConfigurationError or CannotRun."""
    place_data(data)
    environment = Environment.from_os()
    if environment.mode == "production":
        _check_production(environment)
    if program is Program.WORKER:
        from motcua.faces.cli.worker import work

        work()
        return
    from motcua.faces.cli import web

    web.serve(
        host=host,
        port=port if port is not None else environment.number("MOTCUA_PORT", default=8000),
        workers=environment.number("MOTCUA_WEB_WORKERS", default=2),
        threads=environment.number("MOTCUA_WEB_THREADS", default=8),
        drain_seconds=environment.number("MOTCUA_DRAIN_SECONDS", default=5 if environment.mode == "production" else 0),
    )


def _check_production(environment: Environment) -> None:
    production.refuse_simulators(environment)
    with django_ready():
        from motcua.foundation.readiness import pending_migrations

        missing = pending_migrations()
        if missing:
            raise CannotRun(f"{len(missing)} migrations are not applied; run ./motcua migrate")
        production.refuse_demonstration_accounts()
        static_files.collect_changed()
