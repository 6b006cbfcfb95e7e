"""`bench access`: an officer's worklist at 10,000 and at a million dossiers, with one grant, 200 grants, the nation.

Floor: a bare view that returns the same rows by key through the same middleware and serializer. Bars: 200 grants and
the nation cost at most 1.5 times one grant; each at most 8 statements and 4 times the floor; a million dossiers at most
1.5 times ten thousand, each size measured in floors, because they run minutes apart.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from rich.progress import Progress

from benchmarks import dossier_rows, measure
from benchmarks.dossier_rows import Officer
from benchmarks.figures import Figure
from benchmarks.load import drive, request
from benchmarks.stage import Stage

ROUNDS = 7
DOSSIERS = int(os.environ.get("MOTCUA_BENCH_DOSSIERS", "1000000"))
FEW = 10_000
TAB = "in_process"
HUNDREDTH = 99
MOST_STATEMENTS = 8
MOST_OF_FLOOR, MOST_OF_ONE_GRANT, MOST_OF_FEW = 4.0, 1.5, 1.5
SECONDS = float(os.environ.get("MOTCUA_BENCH_SECONDS", "5")) / 5
_WARM_UP = 1.0


@dataclass
class Series:
    """One address asked again and again: its median latency in milliseconds of each round."""

    officer: str
    page: str
    size: int
    path: str
    headers: dict[str, str]
    statements: int = 0
    rounds: list[float] = field(default_factory=list)

    @property
    def milliseconds(self) -> float:
        return median(self.rounds)

    def times(self, other: Series) -> float:
        """How many times the other it costs: the median over rounds that ran right after each other.

        Round by round, so that whatever else the machine does meanwhile weighs on both.
        """
        return median(mine / its for mine, its in zip(self.rounds, other.rounds, strict=True))

    def stream(self) -> Iterator[bytes]:
        return itertools.repeat(request("GET", self.path, headers=self.headers))


@dataclass(frozen=True)
class Measured:
    """The worklist's series of one size and, per page, those of its floor."""

    product: list[Series]
    floors: list[Series]

    def of(self, officer: str, page: str) -> Series:
        return next(item for item in self.product if (item.officer, item.page) == (officer, page))

    def floor(self, officer: str, page: str) -> Series:
        return next(item for item in self.floors if (item.officer, item.page) == (officer, page))


def bench(data: Path, progress: Progress) -> Iterator[Figure]:
    """Yields a figure per officer and page."""
    task = progress.add_task("access: a fresh installation", total=None)
    with Stage(data) as stage:
        dossier_rows.prepare()
        officers = dossier_rows.officers()
        few = _measure(stage, officers, min(FEW, DOSSIERS), progress)
        progress.update(task, description="access: loading dossiers")
        dossier_rows.fill(DOSSIERS, lambda done: progress.update(task, completed=done))
        many = _measure(stage, officers, DOSSIERS, progress)
        progress.remove_task(task)
        for series in many.product:
            yield _figure(series, many, few, stage)


def _measure(stage: Stage, officers: list[Officer], size: int, progress: Progress) -> Measured:
    """Seven rounds of every series in turn, each round one client for a second."""
    dossier_rows.fill(size)
    product = [_series(officer, page, size) for page in ("first", "hundredth") for officer in officers]
    for series in product:
        series.statements = len(statements_of(series))
    floors = [_floor_of(series) for series in product]
    measured = Measured(product, floors)
    with stage.serving():
        everything = [item for pair in zip(product, floors, strict=True) for item in pair]
        for series in everything:
            drive(stage.address, [series.stream()], seconds=_WARM_UP)
        task = progress.add_task(f"access: {size:,} dossiers, all series in turn", total=ROUNDS * len(everything))
        for _ in range(ROUNDS):
            for series in everything:
                outcome = drive(stage.address, [series.stream()], seconds=SECONDS)
                if outcome.refused:
                    raise RuntimeError(f"a request was refused: {outcome.refused}")
                series.rounds.append(outcome.percentile(50))
                progress.advance(task)
        progress.remove_task(task)
    return measured


def _series(officer: Officer, page: str, size: int) -> Series:
    query = {"tab": TAB}
    if page == "hundredth":
        query["after"] = _cursor_of_hundredth_page(officer)
    headers = {"Authorization": f"Bearer {officer.secret}"}
    return Series(officer.name, page, size, f"/api/v1/worklist?{urlencode(query)}", headers)


def _cursor_of_hundredth_page(officer: Officer) -> str:
    """The cursor after 99 pages, or before the last full page where the account sees fewer."""
    from motcua.domain.dossiers import queries

    for pages in range(HUNDREDTH, 0, -1):
        following = queries.worklist(officer.account, TAB, size=pages * queries.PAGE).following
        if following is not None:
            return following
    raise RuntimeError(f"{officer.name} sees no second page")


def _ask(series: Series) -> dict[str, Any]:
    from django.test import Client

    answer = Client(SERVER_NAME="127.0.0.1").get(series.path, headers=series.headers)
    if answer.status_code != 200:
        raise RuntimeError(f"the worklist was refused: {answer.status_code}")
    return json.loads(answer.content)


def statements_of(series: Series) -> list[str]:
    """The statements of one request, once everything is warm."""
    _ask(series)
    with measure.counted() as statements:
        _ask(series)
    return statements.texts


def _floor_of(series: Series) -> Series:
    ids = ",".join(row["id"] for row in _ask(series)["rows"])
    return Series(series.officer, series.page, series.size, f"/api/floor/rows?ids={ids}", {})


def _figure(series: Series, many: Measured, few: Measured, stage: Stage) -> Figure:
    """One officer's page at full size; `holds` says whether every bar does."""
    floor = many.floor(series.officer, series.page)
    one, less = many.of("one grant", series.page), few.of(series.officer, series.page)
    of_floor, of_one = series.times(floor), series.times(one)
    of_few = of_floor / less.times(few.floor(series.officer, series.page))
    holds = (
        of_floor <= MOST_OF_FLOOR
        and of_one <= MOST_OF_ONE_GRANT
        and of_few <= MOST_OF_FEW
        and series.statements <= MOST_STATEMENTS
        and series.statements == one.statements == less.statements
    )
    return Figure(
        name=f"access: {series.officer}, {series.page} page",
        value=round(series.milliseconds, 2),
        unit="ms",
        floor=round(floor.milliseconds, 2),
        ratio=round(of_floor, 3),
        bar=MOST_OF_FLOOR,
        holds=holds,
        explains={
            "of_one_grant": round(of_one, 3),
            "of_one_grant_bar": MOST_OF_ONE_GRANT,
            f"of_{less.size}_dossiers": round(of_few, 3),
            f"of_{less.size}_dossiers_bar": MOST_OF_FEW,
            "statements": series.statements,
            "statements_bar": MOST_STATEMENTS,
            "dossiers": series.size,
            "procedures": dossier_rows.PROCEDURES,
            "rounds": [round(item, 2) for item in series.rounds],
            **stage.explains(),
        },
    )
