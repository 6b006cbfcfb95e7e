"""The worklist costs the same statements for one grant, 200 grants and the nation; the figures are the benchmark's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks import dossier_rows
from motcua.domain.dossiers import queries
from motcua.domain.dossiers.models import Dossier
from motcua.domain.organisations import closure
from motcua.domain.organisations.models import Account, Unit
from motcua.domain.organisations.rules import Level, UnitKind
from tests.domain.dossiers.world import FREE, principal, small_world
from tests.domain.organisations import factories
from tests.faces.api.client import ApiClient

pytestmark = pytest.mark.django_db
COMMUNES, DOSSIERS = 240, 3_000


@dataclass
class Country:
    """Many communes with their desks, full of dossiers."""

    communes: list[Unit]
    one: Account
    scattered: Account
    nation: Account


@pytest.fixture
def country() -> Iterator[Country]:
    small_world(FREE)
    factories.field()
    province = factories.province("Tỉnh Thử nghiệm")
    communes = _units(UnitKind.COMMUNE, [province] * COMMUNES)
    _units(UnitKind.DESK, communes)
    closure.add_missing_links()
    dossier_rows.prepare(procedures=300, parties=200)
    dossier_rows.add(1, DOSSIERS)
    scattered = factories.officer(communes[0])
    for commune in communes[:200]:
        factories.grant(scattered, "PROCESSOR", commune)
    one = factories.holder("PROCESSOR", province)
    return Country(communes, one, scattered, factories.holder("MONITOR", factories.nation()))


def _units(kind: UnitKind, above: list[Unit]) -> list[Unit]:
    units = [
        Unit(
            code=f"H99.{kind.value}.{number}",
            name=f"Đơn vị {number}",
            kind=kind.value,
            level=Level.COMMUNE.value,
            parent=parent,
            gso_code=f"9{number:04d}" if kind is UnitKind.COMMUNE else None,
            valid_from=date(2025, 7, 1),
        )
        for number, parent in enumerate(above)
    ]
    return Unit.objects.bulk_create(units)


def test_one_grant_two_hundred_and_the_nation_cost_the_same_statements(country: Country) -> None:
    counted = {}
    for name, account in (("one", country.one), ("200", country.scattered), ("nation", country.nation)):
        client, after = ApiClient(principal(account)), {}
        client.get("/worklist", tab="in_process")
        for page in ("first", "second"):
            with CaptureQueriesContext(connection) as statements:
                answer = client.get("/worklist", tab="in_process", **after)
            assert len(answer.json()["rows"]) == queries.PAGE
            counted[name, page] = len(statements)
            after = {"after": answer.json()["following"]}

    assert set(counted.values()) == {3}


def test_pages_together_are_exactly_what_the_account_may_see(country: Country) -> None:
    desks = Unit.objects.filter(parent__in=country.communes[:200]).values("pk")
    running = Dossier.objects.filter(state__in=queries.RUNNING)
    expected = list(running.filter(holding_unit__in=desks).order_by("due_at", "pk").values_list("pk", flat=True))

    seen, after = [], None
    while True:
        page = queries.worklist(country.scattered, "in_process", after=after)
        seen += [row.id for row in page.rows]
        after = page.following
        if after is None:
            break

    assert seen == expected
    assert len(seen) > 1_000


def test_tabs_are_counted_up_to_a_thousand_in_two_statements(country: Country) -> None:
    with CaptureQueriesContext(connection) as statements:
        counts = queries.worklist_counts(country.nation)

    assert len(statements) == 2
    assert counts["in_process"] == counts["overdue"] == queries.COUNTED + 1
    assert counts["waiting"] == Dossier.objects.filter(state="WAIT_SUPPLEMENT").count() < queries.COUNTED
    assert counts["unassigned"] == 0
