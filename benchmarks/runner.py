"""Chooses and runs benchmarks and prints their figures; the command is `./motcua bench [NAME] [--json]`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from benchmarks.figures import Figure

# name → module with a function `bench(data, progress)`; imported only when it runs
BENCHES = {
    "submit": "benchmarks.submit",
    "track": "benchmarks.track",
    "access": "benchmarks.access",
    "mutations": "benchmarks.mutations",
}
EVERYTHING_BUT = {"mutations"}  # takes half an hour; asked for by name


class InputMissing(LookupError):
    """A benchmark's input is not there; the text is one line for the person at the terminal."""


def run(name: str | None, *, json: bool, data: Path) -> int:
    """Runs one benchmark, or each but the long ones in a process of its own.

    Returns 0 when every bar holds, 1 when one does not, 3 when an input is missing.
    """
    if name is None:
        return max(_in_a_process(each, json=json, data=data) for each in BENCHES if each not in EVERYTHING_BUT)
    if name not in BENCHES:
        print(f"motcua: no benchmark {name}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 3
    bench: Callable[[Path, Progress], Iterator[Figure]] = import_module(BENCHES[name]).bench
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed}"), TimeElapsedColumn())
    holds = True
    try:
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            for figure in bench(data, progress):
                holds = holds and figure.holds
                if json:
                    print(figure.line(), flush=True)
                else:
                    figure.show(Console())
    except InputMissing as missing:
        print(f"motcua: {missing}", file=sys.stderr)
        return 3
    return 0 if holds else 1


def _in_a_process(name: str, *, json: bool, data: Path) -> int:
    """Each benchmark plays on a database of its own, and a process knows only one."""
    command = [sys.executable, "-P", "-m", "motcua", "bench", name, "--data", str(data)]
    return subprocess.run([*command, *(["--json"] if json else [])], check=False).returncode
