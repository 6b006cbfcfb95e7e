"""Ties tests to requirements and faults (docs/requirements/README.md): a pytest plugin loaded for every run.

Markers are checked when tests are collected; a run of the whole suite records which entries were
proven by tests that passed. Works with and without xdist: a test's IDs travel in its report.
"""

from __future__ import annotations

import json
import subprocess
import tomllib
from collections import defaultdict
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

import pytest

CATALOGUE = Path("docs/requirements")
RECORD = Path(".motcua-tests/last-full-run.json")
MOST_MARKERS = 3
PROVES = "proves"
_KINDS = {"requirement": "requirements.json", "fault": "faults.json"}


def pytest_configure(config: pytest.Config) -> None:
    """The plugin proper needs the run's root folder, so it is an object of its own."""
    config.pluginmanager.register(Tracing(config), "motcua-tracing")


class Tracing:
    """Checks markers while collecting and keeps the node IDs that passed for each entry."""

    def __init__(self, config: pytest.Config) -> None:
        self.root = config.rootpath
        self.known = {kind: known_ids(self.root / CATALOGUE / file) for kind, file in _KINDS.items()}
        self.incomplete = False
        self.phases: dict[str, set[str]] = defaultdict(set)
        self.proofs: dict[str, list[str]] = {}
        self.checkout = checkout(self.root) if not hasattr(config, "workerinput") else {}

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Generator[None, Any, pytest.CollectReport]:
        """A wrong marker fails the file that holds it, like a syntax error would."""
        report: pytest.CollectReport = yield
        items = [item for item in report.result or [] if isinstance(item, pytest.Item)]
        wrong = [complaint for item in items for complaint in self.complaints(item)]
        if wrong:
            report.outcome = "failed"
            report.longrepr = "\n".join(wrong)
            report.result = []
        return report

    def complaints(self, item: pytest.Item) -> list[str]:
        """What is wrong with the markers of `item`; remembers the IDs of a right one."""
        found: list[str] = []
        wrong: list[str] = []
        for kind, known in self.known.items():
            for mark in item.iter_markers(kind):
                if len(mark.args) != 1 or mark.kwargs or mark.args[0] not in known:
                    wrong.append(f"{item.nodeid}: unknown {kind} {mark.args!r}")
                else:
                    found.append(mark.args[0])
        if len(found) > MOST_MARKERS:
            wrong.append(f"{item.nodeid}: {len(found)} markers, at most {MOST_MARKERS} are allowed")
        item.user_properties.extend((PROVES, identifier) for identifier in dict.fromkeys(found))
        return wrong

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self.incomplete = self.incomplete or bool(items)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.incomplete = self.incomplete or report.failed

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test proves its entries once set-up, call and tear-down have all passed."""
        passed = self.phases[report.nodeid]
        if report.passed and not hasattr(report, "wasxfail"):
            passed.add(report.when)
        if report.when == "teardown" and passed == {"setup", "call", "teardown"}:
            for name, value in report.user_properties:
                if name == PROVES:
                    self.proofs.setdefault(str(value), []).append(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Writes the record, in the controlling process, when the whole suite ran to its end."""
        ended = exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}
        if hasattr(session.config, "workerinput") or not ended or not self.is_full(session.config):
            return
        record = {
            **self.checkout,
            "exit_status": int(exitstatus),
            "tests_run": len(self.phases),
            "proofs": {identifier: sorted(nodes) for identifier, nodes in sorted(self.proofs.items())},
        }
        path = self.root / RECORD
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")

    def is_full(self, config: pytest.Config) -> bool:
        """Whether nothing narrowed the run: no paths, expressions or options that leave tests out."""
        names = ["keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "stepwise", "collectonly", "maxfail"]
        narrowed = any(config.getoption(name, default=None) for name in names)
        return config.args_source == pytest.Config.ArgsSource.TESTPATHS and not (narrowed or self.incomplete)


def known_ids(path: Path) -> frozenset[str]:
    """The IDs of one catalogue file."""
    return frozenset(entry["id"] for entry in json.loads(path.read_text()))


def deferred_ids(path: Path) -> frozenset[str]:
    """The IDs that `deferred.toml` names."""
    return frozenset(tomllib.loads(path.read_text()))


def checkout(root: Path) -> dict[str, Any]:
    """The commit under test and whether the files differ from it; commit is None outside a repository."""
    commit = _git(root, "rev-parse", "HEAD")
    status = _git(root, "status", "--porcelain")
    return {"commit": commit, "dirty": bool(status)}


def _git(root: Path, *arguments: str) -> str | None:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def marked(items: Iterable[pytest.Item]) -> dict[str, list[str]]:
    """ID → node IDs of the collected tests that carry its marker."""
    found: dict[str, list[str]] = defaultdict(list)
    for item in items:
        for name, value in item.user_properties:
            if name == PROVES:
                found[str(value)].append(item.nodeid)
    return found
