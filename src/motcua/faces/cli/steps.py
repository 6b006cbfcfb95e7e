"""Progress on the terminal: one line per piece of work, with the time it took."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Generator

from rich.console import Console

console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


@contextlib.contextmanager
def step(what: str) -> Generator[list[str]]:
    """Shows `what` while the block works, then a tick and the seconds; texts put into the list are added."""
    notes: list[str] = []
    started = time.monotonic()
    with console.status(f"{what} …"):
        yield notes
    seconds = f"{time.monotonic() - started:.1f} s"
    console.print(f"[green]✓[/] {what}{''.join(f', {note}' for note in notes)} [dim]({seconds})[/]")
