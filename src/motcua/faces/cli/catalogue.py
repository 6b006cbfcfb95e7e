"""`./motcua catalogue import` and `./motcua search`. Imported once Django is ready."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from motcua.domain.catalogue import importing, importing_rows, searching
from motcua.domain.catalogue.importing import Report
from motcua.faces.cli.outcome import CannotRun, InputMissing
from motcua.faces.cli.steps import console, errors
from motcua.foundation.errors import Invalid

TEN = 10


def import_list(path: Path) -> bool:
    """Imports a list of procedures with a progress bar and prints what was refused.

    Whether anything of the list is in the catalogue now. Raises InputMissing, CannotRun.
    """
    if not path.is_file():
        raise InputMissing(f"there is no file {path}")
    try:
        report = _import_with_bar(path)
    except Invalid as refusal:
        raise CannotRun(f"{path}: {refusal}") from refusal
    _show(report)
    return report.rows > len(report.refused)


def _import_with_bar(path: Path) -> Report:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=errors, transient=True) as bar:
        rows = importing_rows.count(path)
        task = bar.add_task(f"Importing {escape(path.name)}", total=rows or None)

        def told(done: int) -> None:
            bar.update(task, completed=done)

        return importing.import_file(path, told)


def _show(report: Report) -> None:
    for refusal in report.refused:
        console.print(f"row {refusal.row} {escape(refusal.code)} {refusal.reason}: {escape(str(refusal.message))}")
    for owner, rows in sorted(report.unknown_owners.items()):
        who = "no owner named" if owner == importing.NO_OWNER else f"owner {escape(owner)} is no unit here"
        console.print(f"{who}: {rows} procedures without owner")
    console.print(
        f"{report.rows} rows: {report.added} added, {report.revised} revised, {report.unchanged} unchanged, "
        f"{len(report.refused)} refused"
    )


def search(text: str, *, as_json: bool) -> None:
    """Prints the procedures that fit, best first."""
    answer = _timed(text)
    if as_json:
        print(json.dumps({"query": text, "codes": _codes(answer), "ms": answer[1]}, ensure_ascii=False))
        return
    for found in answer[0]:
        where = "" if found.open_services else " (information only)"
        console.print(f"{found.code}  {escape(found.name)} [dim]{escape(found.owner_name)}{where}[/]")
    if not answer[0]:
        console.print("nothing fits")


def search_file(path: Path) -> None:
    """Prints each object of a file of queries again, with `codes` and `ms`. Raises InputMissing, CannotRun."""
    if not path.is_file():
        raise InputMissing(f"there is no file {path}")
    for number, item in _queries(path):
        if not isinstance(item, dict) or not isinstance(item.get("query"), str):
            raise CannotRun(f"{path}, line {number}: not an object with a text `query`")
        answer = _timed(item["query"])
        print(json.dumps(item | {"codes": _codes(answer), "ms": answer[1]}, ensure_ascii=False), flush=True)


def _queries(path: Path) -> Iterator[tuple[int, Any]]:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                try:
                    yield number, json.loads(line)
                except ValueError as error:
                    raise CannotRun(f"{path}, line {number}: not JSON ({error})") from None


Answer = tuple[list[searching.Found], float]


def _timed(text: str) -> Answer:
    """What was found, and the milliseconds of the search itself; the index is made ready before."""
    searching.prepare()
    started = time.perf_counter()
    found = searching.search(text, TEN)
    return found, round((time.perf_counter() - started) * 1000, 3)


def _codes(answer: Answer) -> list[str]:
    return [found.code for found in answer[0]]
