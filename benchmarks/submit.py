"""`bench submit`: the final POST of complete submissions; floor: a bare view doing ten single-row INSERTs."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from rich.progress import Progress

from benchmarks import applicants, floors, measure
from benchmarks.comparison import compare
from benchmarks.figures import Figure
from benchmarks.load import CLIENTS, request
from benchmarks.stage import Stage

BAR = 0.15
MOST_STATEMENTS = 14


def bench(data: Path, progress: Progress) -> Iterator[Figure]:
    """Yields the figure of `submit`."""
    waiting = progress.add_task("submit: a fresh installation", total=None)
    with Stage(data) as stage:
        people = applicants.make()
        stage.serve()
        progress.remove_task(waiting)
        body = json.dumps(people[0].body(), ensure_ascii=False).encode()
        bare = request("POST", "/api/floor/inserts", headers={"Content-Type": "application/json"}, body=body)
        floor, product = compare(
            stage,
            lambda: [itertools.repeat(bare) for _ in range(CLIENTS)],
            lambda: applicants.streams(people),
            progress,
            "submit",
        )
        texts = statements_of(people[0])
        ratio = product.rate / floor.rate
        yield Figure(
            name="submit",
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
                "floor_statements": floors.INSERTS,
                **_background(),
                **stage.explains(),
                "statement_texts": texts,
            },
        )


def statements_of(person: applicants.Applicant) -> list[str]:
    """The statements of one submission, sent through the same middleware once everything is warm."""
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")

    def once() -> int:
        return client.post(
            "/api/v1/dossiers",
            data=json.dumps(person.body()),
            content_type="application/json",
            headers={"Authorization": f"Bearer {person.secret}", "Idempotency-Key": uuid4().hex},
        ).status_code

    if once() != 201:
        raise RuntimeError("the submission to be counted was refused")
    with measure.counted() as statements:
        once()
    return [" ".join(text.split())[:150] for text in statements.texts]


def _background() -> dict[str, Any]:
    """What the submissions so far still owe in the background, worked off here: milliseconds per dossier."""
    from django.db import connection

    from motcua.foundation import reactions

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM dossiers_dossier")
        dossiers = cursor.fetchone()[0]
    start = time.perf_counter()
    handled = reactions.drain_all(rounds=100_000)
    milliseconds = 1000 * (time.perf_counter() - start)
    return {
        "dossiers": dossiers,
        "reactions_after": handled,
        "background_ms_per_dossier": round(milliseconds / dossiers, 3),
    }
