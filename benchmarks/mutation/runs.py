"""One run of some tests with one mutation, and the run without any that says which tests matter for which."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO

from benchmarks.mutation.constraints import Constraint
from benchmarks.mutation.ground import CLONE, Ground
from benchmarks.mutation.guards import Guard
from motcua.foundation.parent_death import die_with_parent

# Left out: browser journeys and processes of their own (too slow to repeat), simulators (not the product),
# and tests of the shape of code and tables, which would see a constraint missing without anything going wrong.
LEFT_OUT = ["tests/journeys", "tests/cli", "tests/simulators", "tests/architecture"]
_PLUGINS = ["pytest_django.plugin", "xdist.plugin", "_hypothesis_pytestplugin", "time_machine"]
_COMMAND = [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider"]
_COMMAND += [part for name in [*_PLUGINS, "benchmarks.mutation.plugin"] for part in ("-p", name)]
_RED = 1
_GREEN = 0


class Outcome(StrEnum):
    """How one mutation ended."""

    KILLED = "killed"
    SURVIVED = "survived"
    BROKEN = "broken"  # the run itself failed: neither a red test nor a green suite


@dataclass(frozen=True)
class Mutation:
    """One thing taken away: the value of MOTCUA_MUTATION, the room whose tests mirror it, words for a person."""

    key: str
    kind: str
    setting: str
    room: str
    text: str

    @classmethod
    def of_guard(cls, guard: Guard) -> Mutation:
        parts = guard.module.split(".")[1:]
        room = "/".join(parts[:2]) if parts[0] in {"domain", "faces"} else parts[0]
        return cls(guard.key, guard.kind, f"guard:{guard.key}:{guard.kind}", room, guard.text)

    @classmethod
    def of_constraint(cls, rule: Constraint) -> Mutation:
        app = rule.table.split("_")[0]
        room = app if app == "foundation" else f"domain/{app}"
        return cls(rule.key, rule.kind, f"drop:{rule.drop}", room, rule.text)


@dataclass
class Baseline:
    """What the unmutated run noted, over all its processes."""

    reached: dict[str, set[str]]
    refused: dict[str, set[str]]
    broken: dict[str, set[str]]
    seconds: dict[str, float]
    red: set[str]

    def quickest(self, tests: Iterable[str]) -> list[str]:
        """`tests` without those that are red anyway, the quickest first."""
        return sorted(set(tests) - self.red, key=lambda test: self.seconds.get(test, 0.0))

    def of_room(self, room: str) -> list[str]:
        """The tests that mirror `room`."""
        folders = (f"tests/{room}/", f"tests/{room.removeprefix('domain/')}/")
        return self.quickest(test for test in self.seconds if test.startswith(folders))


def baseline(ground: Ground, workers: int) -> Baseline:
    """Runs every test once, unmutated, and reads the notes. Raises RuntimeError if it did not get to its end."""
    with tempfile.TemporaryDirectory() as folder:
        ignored = [f"--ignore={path}" for path in LEFT_OUT]
        command = [*_COMMAND, "-n", str(workers), *ignored, "tests"]
        environment = ground.environment({"MOTCUA_MUTATION_NOTES": folder})
        with (ground.log / "baseline.log").open("w") as log:
            done = _run(command, environment, log)
        if done.returncode not in {_GREEN, _RED}:
            raise RuntimeError(f"the run without a mutation did not end: {ground.log / 'baseline.log'}")
        return _read(Path(folder))


def _run(
    command: Sequence[str], environment: Mapping[str, str], output: IO[str], limit: float | None = None
) -> subprocess.CompletedProcess[bytes]:
    """A run of pytest that ends with this process, whatever ends it."""
    return subprocess.run(
        command,
        env=environment,
        cwd=CLONE,
        stdout=output,
        stderr=output,
        check=False,
        timeout=limit,
        preexec_fn=lambda: die_with_parent(signal.SIGTERM),
    )


def _read(folder: Path) -> Baseline:
    sets: dict[str, dict[str, set[str]]] = {name: defaultdict(set) for name in ("reached", "refused", "broken")}
    seconds: dict[str, float] = {}
    red: set[str] = set()
    for file in folder.glob("*.json"):
        found = json.loads(file.read_text())
        for name, target in sets.items():
            for key, tests in found[name].items():
                target[key] |= set(tests)
        seconds.update(found["seconds"])
        red |= set(found["red"])
    return Baseline(sets["reached"], sets["refused"], sets["broken"], seconds, red)


def attempt(ground: Ground, mutation: Mutation, tests: Sequence[str], *, limit: float) -> Outcome:
    """Runs `tests` in their order with the mutation until one is red or `limit` seconds are over."""
    log = ground.log / (mutation.key.replace("/", "_") + ".log")
    with tempfile.NamedTemporaryFile("w", suffix=".tests") as chosen, log.open("w") as output:
        chosen.write("\n".join(tests))
        chosen.flush()
        command = [*_COMMAND, "-x", "-p", "no:randomly", f"@{chosen.name}"]
        environment = ground.environment({"MOTCUA_MUTATION": mutation.setting})
        try:
            done = _run(command, environment, output, limit)
        except subprocess.TimeoutExpired:
            return Outcome.BROKEN
    if done.returncode == _RED:
        return Outcome.KILLED
    return Outcome.SURVIVED if done.returncode == _GREEN else Outcome.BROKEN
