"""A product address against its floor: interleaved rounds under the same load, medians of each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from rich.progress import Progress

from benchmarks.load import CLIENTS, Outcome, drive
from benchmarks.stage import Stage

ROUNDS = 5
SECONDS = float(os.environ.get("MOTCUA_BENCH_SECONDS", "5"))
_WARM_UP = 1.5

Streams = Callable[[], list[Iterator[bytes]]]


@dataclass(frozen=True)
class Round:
    """One round of load on one address, with what it cost."""

    outcome: Outcome
    app_cpu: float
    postgres_cpu: float

    @property
    def answered(self) -> int:
        return len(self.outcome.latencies)

    def cores(self, seconds: float) -> float:
        """CPU seconds per second."""
        return seconds / self.outcome.seconds


@dataclass(frozen=True)
class Measured:
    """The medians over the rounds of one address."""

    rounds: list[Round]

    def median(self, value: Callable[[Round], float]) -> float:
        return median(value(item) for item in self.rounds)

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.median(lambda item: item.outcome.rate)

    def explains(self, prefix: str = "") -> dict[str, Any]:
        """Latency, CPU per request, and how many of the machine's cores each part kept busy."""
        busy = {
            "app": self.median(lambda item: item.cores(item.app_cpu)),
            "postgres": self.median(lambda item: item.cores(item.postgres_cpu)),
            "client": self.median(lambda item: item.cores(item.outcome.client_cpu_seconds)),
        }
        return {
            f"{prefix}p50_ms": round(self.median(lambda item: item.outcome.percentile(50)), 2),
            f"{prefix}p99_ms": round(self.median(lambda item: item.outcome.percentile(99)), 2),
            f"{prefix}cpu_ms": round(self.median(lambda item: 1000 * item.app_cpu / item.answered), 3),
            f"{prefix}postgres_cpu_ms": round(self.median(lambda item: 1000 * item.postgres_cpu / item.answered), 3),
            f"{prefix}busy_cores": {part: round(cores, 2) for part, cores in busy.items()},
            f"{prefix}rounds": [round(item.outcome.rate, 1) for item in self.rounds],
        }


def compare(stage: Stage, floor: Streams, product: Streams, progress: Progress, name: str) -> tuple[Measured, Measured]:
    """Five rounds of each, floor and product in turn; raises RuntimeError when a request is refused."""
    for streams in (floor, product):
        drive(stage.address, streams(), seconds=_WARM_UP)
    task = progress.add_task(f"{name}: {CLIENTS} clients, floor and product in turn", total=2 * ROUNDS)
    floors: list[Round] = []
    products: list[Round] = []
    for _ in range(ROUNDS):
        for streams, rounds in ((floor, floors), (product, products)):
            rounds.append(_round(stage, streams))
            progress.advance(task)
    return Measured(floors), Measured(products)


def _round(stage: Stage, streams: Streams) -> Round:
    app, postgres = stage.cpu_seconds()
    outcome = drive(stage.address, streams(), seconds=SECONDS)
    app_after, postgres_after = stage.cpu_seconds()
    if outcome.refused:
        raise RuntimeError(f"a request was refused: {dict(outcome.statuses)} {outcome.refused}")
    return Round(outcome, app_after - app, postgres_after - postgres)
