"""Notes of one unmutated run: which tests reach which guard, which break which constraint, how long each takes."""

from __future__ import annotations

import json
import os
import re
import sys
import threading
from collections import defaultdict
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

from benchmarks.mutation.guards import guards, module_file

_IN_FUNCTION = re.compile(r"PL/pgSQL function (\w+)")


class Notes:
    """Collects while tests run and writes one file per process into `folder`."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)
        self.test = ""
        self.reached: dict[str, set[str]] = defaultdict(set)
        self.refused: dict[str, set[str]] = defaultdict(set)
        self.broken: dict[str, set[str]] = defaultdict(set)
        self.seconds: dict[str, float] = defaultdict(float)
        self.red: set[str] = set()
        self.lines: dict[str, dict[int, str]] = defaultdict(dict)
        for guard in guards():
            self.lines[str(module_file(guard.module))][guard.line] = guard.key
        self.known: dict[CodeType, dict[int, str]] = {}

    def pytest_sessionstart(self) -> None:
        _note_broken_constraints(self)
        threading.settrace(self.trace)
        sys.settrace(self.trace)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        self.test = item.nodeid
        sys.settrace(self.trace)  # a debugger-like test may have taken it
        try:
            return (yield)
        finally:
            self.test = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration
        if report.failed:
            self.red.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        sys.settrace(None)
        found = {name: {key: sorted(tests) for key, tests in getattr(self, name).items()} for name in _SETS}
        (self.folder / f"{os.getpid()}.json").write_text(
            json.dumps({**found, "seconds": self.seconds, "red": sorted(self.red)})
        )

    def trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        """Follows only functions that hold a guard."""
        code = frame.f_code
        lines = self.known.get(code)
        if lines is None:
            lines = self.known[code] = self._lines_of(code)
        return self._follow if lines else None

    def _lines_of(self, code: CodeType) -> dict[int, str]:
        of_file = self.lines.get(code.co_filename)
        if not of_file:
            return {}
        own = {line for _, _, line in code.co_lines() if line is not None}
        return {line: key for line, key in of_file.items() if line in own}

    def _follow(self, frame: FrameType, event: str, argument: Any) -> Any:
        key = self.known[frame.f_code].get(frame.f_lineno)
        if key is not None and self.test:
            self.reached[key].add(self.test)
            if event == "exception":
                self.refused[key].add(self.test)
        return self._follow


_SETS = ("reached", "refused", "broken")


def _note_broken_constraints(notes: Notes) -> None:
    """Every database error passes Django's wrapper; the server says which constraint or trigger function it was."""
    from django.db.utils import DatabaseErrorWrapper

    original = DatabaseErrorWrapper.__exit__

    def leave(self: Any, kind: Any, error: Any, traceback: Any) -> Any:
        said = getattr(error, "diag", None)
        if said is not None and notes.test:
            for name in [said.constraint_name, *_IN_FUNCTION.findall(said.context or "")]:
                if name:
                    notes.broken[name].add(notes.test)
        return original(self, kind, error, traceback)

    DatabaseErrorWrapper.__exit__ = leave  # type: ignore[method-assign]
