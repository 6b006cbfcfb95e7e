"""`bench track`: the public look-up by code, nothing cached; floor: a bare view doing three SELECTs by key."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from rich.progress import Progress

from benchmarks import applicants, floors, measure
from benchmarks.comparison import compare
from benchmarks.figures import Figure
from benchmarks.load import CLIENTS, drive, request
from benchmarks.stage import Stage
from motcua.foundation.actor import Actor

BAR = 0.30
MOST_STATEMENTS = 3
_SUBMITTING_SECONDS = 10.0


def bench(data: Path, progress: Progress) -> Iterator[Figure]:
    """Yields the figure of `track`, measured over dossiers submitted through the API just before."""
    waiting = progress.add_task("track: a fresh installation", total=None)
    with Stage(data) as stage:
        people = applicants.make()
        _lift_the_limit()
        stage.serve()
        drive(stage.address, applicants.streams(people), seconds=_SUBMITTING_SECONDS)
        codes = _codes()
        progress.remove_task(waiting)
        floor, product = compare(stage, _floor_streams, lambda: _streams(codes), progress, "track")
        texts = statements_of(codes)
        ratio = product.rate / floor.rate
        yield Figure(
            name="track",
            value=round(product.rate, 1),
            unit="requests/s",
            floor=round(floor.rate, 1),
            ratio=round(ratio, 4),
            bar=BAR,
            holds=ratio >= BAR and len(texts) <= MOST_STATEMENTS,
            explains={
                "statements": len(texts),
                "statements_bar": MOST_STATEMENTS,
                **product.explains(),
                **floor.explains("floor_"),
                "floor_statements": floors.SELECTS,
                "dossiers": len(codes),
                **stage.explains(),
                "statement_texts": texts,
            },
        )


def _lift_the_limit() -> None:
    """All clients look up from one address, as nobody may in operation."""
    from motcua.foundation import policies

    policies.set_value("lookup.anonymous_per_minute", 0, actor=Actor.job("bench"), reason="phép đo từ một địa chỉ")


def _codes() -> list[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT code FROM dossiers_dossier")
        return [row[0] for row in cursor.fetchall()]


def _streams(codes: list[str]) -> list[Iterator[bytes]]:
    return [_looking_up(codes, random.Random(client)) for client in range(CLIENTS)]


def _looking_up(codes: list[str], chance: random.Random) -> Iterator[bytes]:
    while True:
        yield request("GET", f"/api/v1/lookup/{chance.choice(codes)}")


def _floor_streams() -> list[Iterator[bytes]]:
    return [_bare(random.Random(client)) for client in range(CLIENTS)]


def _bare(chance: random.Random) -> Iterator[bytes]:
    while True:
        yield request("GET", f"/api/floor/selects/{chance.randrange(floors.ROWS)}")


def statements_of(codes: list[str]) -> list[str]:
    """The statements of one look-up, sent through the same middleware once everything is warm."""
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    if client.get(f"/api/v1/lookup/{codes[0]}").status_code != 200:
        raise RuntimeError("the look-up to be counted was refused")
    with measure.counted() as statements:
        client.get(f"/api/v1/lookup/{codes[1]}")
    return [" ".join(text.split())[:150] for text in statements.texts]
