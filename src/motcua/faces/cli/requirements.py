"""`motcua requirements`: which test proves which requirement or field fault (docs/requirements/README.md)."""

from __future__ import annotations

import json as json_format
import subprocess
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

CHECKOUT = Path(__file__).resolve().parents[4]
FINE, FINDINGS, INPUT_MISSING = 0, 1, 3


@dataclass(frozen=True)
class Entry:
    """One requirement or fault: what it says, the tests that prove it, what is deferred of it."""

    id: str
    sentence: str
    proofs: list[str]
    missing: str
    comes: str


@dataclass(frozen=True)
class Tracing:
    """The catalogue joined with the last full run; `doubt` says why the run does not speak for this commit."""

    entries: list[Entry]
    doubt: str


def requirements(
    json: Annotated[bool, typer.Option("--json", help="one object: every ID with its list of test node IDs")] = False,
) -> None:
    """Every requirement and fault with the tests that prove it and passed in the last full run of this commit."""
    if not (CHECKOUT / "docs" / "requirements").is_dir():
        typer.echo(f"docs/requirements is missing in {CHECKOUT}", err=True)
        raise typer.Exit(INPUT_MISSING)
    tracing = read(CHECKOUT)
    if json:
        typer.echo(json_format.dumps({entry.id: entry.proofs for entry in tracing.entries}, ensure_ascii=False))
        if tracing.doubt:
            typer.echo(tracing.doubt, err=True)
    else:
        show(tracing, Console())
    raise typer.Exit(FINDINGS if tracing.doubt else FINE)


def read(checkout: Path) -> Tracing:
    """Joins catalogue, deferrals and the record of the last full run found in `checkout`."""
    folder = checkout / "docs" / "requirements"
    catalogue = [(item["id"], item["requirement"]) for item in _json(folder / "requirements.json")]
    catalogue += [(item["id"], item["fault"]) for item in _json(folder / "faults.json")]
    deferred = tomllib.loads((folder / "deferred.toml").read_text())
    record = _json(checkout / ".motcua-tests" / "last-full-run.json") or {}
    proofs: dict[str, list[str]] = record.get("proofs", {})
    entries = [
        Entry(
            identifier,
            sentence,
            proofs.get(identifier, []),
            deferred.get(identifier, {}).get("missing", ""),
            deferred.get(identifier, {}).get("comes", ""),
        )
        for identifier, sentence in catalogue
    ]
    return Tracing(entries, _doubt(record, head(checkout)))


def _doubt(record: dict[str, Any], commit: str | None) -> str:
    if not record:
        return "no full run is recorded; run ./motcua test"
    if commit is None:
        return "this folder is not a git checkout, so the last full run cannot be matched with it"
    if record["commit"] != commit:
        return f"the last full run was of commit {str(record['commit'])[:12]}, this is {commit[:12]}"
    if record["dirty"]:
        return "the last full run was of a changed checkout, not of this commit"
    return ""


def head(checkout: Path) -> str | None:
    """The commit checked out in `checkout`, or None where there is no repository."""
    command = ["git", "-C", str(checkout), "rev-parse", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def _json(path: Path) -> Any:
    return json_format.loads(path.read_text()) if path.exists() else None


def show(tracing: Tracing, console: Console) -> None:
    """Prints every entry with its tests, then the sums by subsystem."""
    for entry in tracing.entries:
        state = "[green]proven[/]" if entry.proofs else "[yellow]deferred[/]" if entry.missing else "[red]no test[/]"
        console.print(f"[bold]{entry.id}[/] {state} {escape(entry.sentence)}", soft_wrap=True)
        for proof in entry.proofs:
            console.print(f"    {escape(proof)}", soft_wrap=True)
        if entry.missing:
            console.print(f"    missing: {escape(entry.missing)}; {escape(entry.comes)}", soft_wrap=True)
    _show_sums(tracing, console)


def _show_sums(tracing: Tracing, console: Console) -> None:
    total: Counter[str] = Counter(_subsystem(entry) for entry in tracing.entries)
    proven: Counter[str] = Counter(_subsystem(entry) for entry in tracing.entries if entry.proofs)
    console.print()
    console.print("  ".join(f"{name} {proven[name]}/{count}" for name, count in total.items()))
    deferred = sum(1 for entry in tracing.entries if entry.missing and not entry.proofs)
    without = total.total() - proven.total() - deferred
    console.print(f"{total.total()} entries: {proven.total()} proven, {deferred} deferred, {without} without a test")
    if tracing.doubt:
        console.print(f"[red]{escape(tracing.doubt)}[/]")


def _subsystem(entry: Entry) -> str:
    return entry.id.split("-")[0]
