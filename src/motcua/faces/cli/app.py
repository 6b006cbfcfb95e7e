"""The commands of ./motcua (docs/guides/operators.md); each is thin and imports its work when it is called."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Annotated

import typer

from motcua.faces.cli.data_folder import DEFAULT
from motcua.faces.cli.serve import Program

app = typer.Typer(
    name="motcua", no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)

Data = Annotated[Path, typer.Option("--data", help="Data folder.", show_default=".data in the clone")]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]
ANYTHING = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


@app.command()
def up(
    port: Annotated[int, typer.Option(min=1, max=65526, help="First of ten ports on 127.0.0.1.")] = 8000,
    empty: Annotated[bool, typer.Option("--empty", help="Without demonstration data.")] = False,
    data: Data = DEFAULT,
) -> None:
    """Start a whole demonstration on this machine."""
    from motcua.faces.cli import up as command

    command.up(port=port, empty=empty, data=data)


@app.command(hidden=True)
def prepare(empty: Annotated[bool, typer.Option("--empty")] = False, data: Data = DEFAULT) -> None:
    """Bring tables, data, translations and static files up to date (`up` does it)."""
    from motcua.faces.cli.joining import joined
    from motcua.faces.cli.preparing import prepare as work

    with joined(data, create=True):
        work(empty=empty)


@app.command()
def serve(
    program: Program,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help="Port; default MOTCUA_PORT or 8000.")] = None,
) -> None:
    """Run one program in production, configured by the environment only."""
    from motcua.faces.cli import serve as command

    command.serve(program, host=host, port=port)


@app.command()
def migrate(data: Data = DEFAULT) -> None:
    """Bring the tables to this version."""
    from motcua.faces.cli import migrating
    from motcua.faces.cli.joining import joined

    with joined(data, create=True):
        typer.echo(f"{migrating.migrate()} migrations applied")


def main() -> None:
    """Runs a command; what keeps it from running is one line on standard error."""
    from motcua.config.environment import ConfigurationError
    from motcua.faces.cli.outcome import CommandError
    from motcua.foundation.embedded import EmbeddedDatabaseError

    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        app()
    except (CommandError, ConfigurationError, EmbeddedDatabaseError) as error:
        typer.echo(f"motcua: {error}", err=True)
        raise SystemExit(getattr(error, "status", 2)) from None
