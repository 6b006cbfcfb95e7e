"""`bench mutations`: the share of constraints, guards and permission checks whose absence turns a test red."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.progress import Progress

from benchmarks.figures import Figure
from benchmarks.mutation.constraints import Constraint
from benchmarks.mutation.ground import Ground
from benchmarks.mutation.guards import Guard, guards
from benchmarks.mutation.runs import Baseline, Mutation, Outcome, attempt, baseline

BAR = 1.0


@dataclass(frozen=True)
class Options:
    """How much is tried: `sample` mutations drawn with `seed` (0: all), within about `minutes`, on `workers` cores."""

    sample: int = 0
    seed: int = 1
    minutes: float = 25.0
    workers: int = 0
    foreign_keys: bool = False
    only: str = ""

    @classmethod
    def from_environment(cls) -> Options:
        """MOTCUA_MUTATIONS_SAMPLE, _SEED, _MINUTES, _WORKERS, _FOREIGN_KEYS (1) and _ONLY (part of a key)."""

        def given(name: str, default: str) -> str:
            return os.environ.get(f"MOTCUA_MUTATIONS_{name}", default)

        return cls(
            sample=int(given("SAMPLE", "0")),
            seed=int(given("SEED", "1")),
            minutes=float(given("MINUTES", "25")),
            workers=int(given("WORKERS", str(min(os.cpu_count() or 1, 4)))),
            foreign_keys=given("FOREIGN_KEYS", "") == "1",
            only=given("ONLY", ""),
        )


@dataclass(frozen=True)
class _Planned:
    mutation: Mutation
    tests: list[str]


def bench(data: Path, progress: Progress) -> Iterator[Figure]:
    """Yields one figure: killed ÷ tried. What was not tried within the time is said and not counted."""
    options = Options.from_environment()
    deadline = time.monotonic() + options.minutes * 60
    with Ground(data) as ground:
        running = progress.add_task("mutations: the run without one", total=None)
        notes = baseline(ground, options.workers)
        planned = _plan(ground, notes, options)
        progress.update(running, description="mutations", total=len(planned), completed=0)

        def run(item: _Planned) -> tuple[Mutation, Outcome | None]:
            outcome = _outcome(ground, notes, item, deadline)
            progress.advance(running)
            return item.mutation, outcome

        with ThreadPoolExecutor(options.workers) as pool:
            results = list(pool.map(run, planned))
    yield _figure(results, notes, options)


def _plan(ground: Ground, notes: Baseline, options: Options) -> list[_Planned]:
    planned = [_plan_guard(guard, notes) for guard in guards()]
    planned += [_plan_constraint(rule, notes) for rule in ground.constraints(foreign_keys=options.foreign_keys)]
    planned = [item for item in planned if options.only in item.mutation.key]
    random.Random(options.seed).shuffle(planned)  # a run cut short by time is a fair sample
    return planned[: options.sample] if options.sample else planned


def _plan_guard(guard: Guard, notes: Baseline) -> _Planned:
    """Only a test that reaches a guard can notice that it is gone; those it refused something first."""
    refusing = notes.refused.get(guard.key, set())
    others = notes.reached.get(guard.key, set()) - refusing
    return _Planned(Mutation.of_guard(guard), [*notes.quickest(refusing), *notes.quickest(others)])


def _plan_constraint(rule: Constraint, notes: Baseline) -> _Planned:
    """First the tests that broke it, then the room's others: one may rely on it without breaking it."""
    breaking = notes.broken.get(rule.name, set()) | notes.broken.get(rule.function, set())
    mutation = Mutation.of_constraint(rule)
    rest = [test for test in notes.of_room(mutation.room) if test not in breaking]
    return _Planned(mutation, [*notes.quickest(breaking), *rest])


def _outcome(ground: Ground, notes: Baseline, item: _Planned, deadline: float) -> Outcome | None:
    """The outcome, or None when the time was over before it began."""
    if not item.tests:
        return Outcome.SURVIVED
    if time.monotonic() > deadline:
        return None
    expected = sum(notes.seconds.get(test, 0.0) for test in item.tests)
    return attempt(ground, item.mutation, item.tests, limit=60 + 5 * expected)


def _figure(results: list[tuple[Mutation, Outcome | None]], notes: Baseline, options: Options) -> Figure:
    tried = [(mutation, outcome) for mutation, outcome in results if outcome is not None]
    counts = Counter(outcome for _, outcome in tried)
    killed, total = counts[Outcome.KILLED], counts[Outcome.KILLED] + counts[Outcome.SURVIVED]
    kinds = Counter(mutation.kind for mutation, outcome in tried if outcome is not Outcome.BROKEN)
    killed_kinds = Counter(mutation.kind for mutation, outcome in tried if outcome is Outcome.KILLED)
    share = killed / total if total else 0.0
    return Figure(
        name="mutations",
        value=killed,
        unit=f"killed of {total}",
        floor=total,
        ratio=round(share, 4),
        bar=BAR,
        holds=total > 0 and share >= BAR and not counts[Outcome.BROKEN],
        explains={
            "kinds": {kind: f"{killed_kinds[kind]}/{count}" for kind, count in sorted(kinds.items())},
            "not_tried": len(results) - len(tried),
            "seed": options.seed,
            "tests": len(notes.seconds),
            "red_without_mutation": sorted(notes.red),
            "broken": _lines(tried, Outcome.BROKEN),
            "survivors": _lines(tried, Outcome.SURVIVED),
        },
    )


def _lines(tried: list[tuple[Mutation, Outcome | None]], wanted: Outcome) -> list[str]:
    return sorted(f"{mutation.key} {mutation.text}" for mutation, outcome in tried if outcome is wanted)
