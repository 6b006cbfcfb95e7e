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

catalogue = typer.Typer(no_args_is_help=True, help="The catalogue of procedures.")
app.add_typer(catalogue, name="catalogue")

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
    data: Data = DEFAULT,
) -> None:
    """Run one program in production, configured by the environment only."""
    from motcua.faces.cli import serve as command

    command.serve(program, host=host, port=port, data=data)


@app.command()
def migrate(data: Data = DEFAULT) -> None:
    """Bring the tables to this version."""
    from motcua.faces.cli import migrating
    from motcua.faces.cli.joining import joined

    with joined(data, create=True):
        typer.echo(f"{migrating.migrate()} migrations applied")


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New folder for the backup.")], data: Data = DEFAULT
) -> None:
    """Back a running installation up: database, files, secrets."""
    from motcua.faces.cli.backup import back_up

    finish_with(back_up(folder, data))


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the backup.")], data: Data = DEFAULT
) -> None:
    """Bring a backup back whole in another data folder, and verify it."""
    from motcua.faces.cli.restore import restore as work

    finish_with(work(folder, data))


@app.command()
def check(as_json: AsJson = False, data: Data = DEFAULT) -> None:
    """Ask readiness and every fault detector on the running data; exit 1 if one finds anything."""
    from motcua.faces.cli.joining import joined

    with joined(data) as folder:
        from motcua.faces.cli.check import check as work

        fine = work(folder, as_json=as_json)
    raise typer.Exit(0 if fine else 1)


@catalogue.command("import")
def import_catalogue(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON lines or a spreadsheet.")], data: Data = DEFAULT
) -> None:
    """Load a list of procedures; exit 1 if none of its rows could be taken."""
    from motcua.faces.cli.joining import joined

    with joined(data):
        from motcua.faces.cli.catalogue import import_list

        taken = import_list(file)
    raise typer.Exit(0 if taken else 1)


@app.command()
def search(
    words: Annotated[list[str] | None, typer.Argument(metavar="QUERY…", help="What a person would type.")] = None,
    queries: Annotated[Path | None, typer.Option("--queries", help="A file of objects with `query`.")] = None,
    as_json: AsJson = False,
    data: Data = DEFAULT,
) -> None:
    """Search the catalogue; with --queries, print each object of the file again with `codes` and `ms`."""
    if bool(words) == bool(queries):
        raise typer.BadParameter("give either a query or --queries FILE")
    from motcua.faces.cli.joining import joined

    with joined(data):
        from motcua.faces.cli import catalogue as work

        if queries is not None:
            work.search_file(queries)
        else:
            work.search(" ".join(words or []), as_json=as_json)


@app.command(context_settings=ANYTHING)
def test(context: typer.Context) -> None:
    """Run lint, types, import contracts and all tests; with arguments, pytest only with them."""
    from motcua.faces.cli.testing import test as work

    raise typer.Exit(work(context.args))


@app.command()
def requirements(as_json: AsJson = False) -> None:
    """Show every requirement and fault with the tests that prove it."""
    from motcua.faces.cli.requirements import requirements as work

    work(json=as_json)


@app.command()
def bench(
    name: Annotated[str | None, typer.Argument(help="One benchmark; default: all but the long ones.")] = None,
    as_json: AsJson = False,
    data: Data = DEFAULT,
) -> None:
    """Measure: every figure is a ratio to a floor of the same run."""
    from motcua.faces.cli.bench import bench as work

    raise typer.Exit(work(name, json=as_json, data=data))


def finish_with(findings: list[str]) -> None:
    """Prints what is wrong, a line each, and exits 1 if anything is."""
    for finding in findings:
        typer.echo(f"motcua: {finding}", err=True)
    if findings:
        raise typer.Exit(1)


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
