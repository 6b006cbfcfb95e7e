"""Worklists by role, unit and area; each dossier in exactly one tab (DPH-03)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.domain.dossiers import queries, services
from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.rules import State
from motcua.foundation.errors import Invalid, NotFound
from tests.domain.dossiers.ways import STORED, in_state
from tests.domain.dossiers.world import FREE, World, officer, principal
from tests.domain.organisations import factories


def _codes(acting: object, tab: str, **options: object) -> list[str]:
    return [row.code for row in queries.worklist(acting, tab, **options).rows]


@pytest.mark.requirement("DPH-03")
def test_each_officer_sees_the_dossiers_of_their_unit_and_no_others(world: World):
    mine = {state: in_state(world, state).code for state in STORED}
    elsewhere = replace(world.submission(FREE), locality_id=world.other_commune.pk)
    other = services.submit(world.citizen, elsewhere).code
    nobody = officer("CAT_EDITOR", world.commune)

    for tab, states in queries.TABS.items():
        expected = {mine[state] for state in states}
        for someone in (world.reception, world.processor, world.approver, world.returner):
            assert set(_codes(someone, tab)) == expected, (tab, someone.display_name)
        assert set(_codes(world.stranger, tab)) == ({other} if tab == "to_receive" else set())
        assert set(_codes(world.monitor, tab)) == expected | ({other} if tab == "to_receive" else set())
        assert _codes(nobody, tab) == []
        assert _codes(world.citizen, tab) == [
            code for code in _codes(world.citizen, tab) if code in {*mine.values(), other}
        ]
    assert mine[State.SUBMITTED] in _codes(world.reception, "to_receive")
    assert mine[State.RESOLVED] in _codes(world.returner, "to_return")
    assert queries.worklist_counts(world.reception) == {
        **{tab: len(states) for tab, states in queries.TABS.items()},
        "overdue": 0,
        "unassigned": 0,
    }


def test_a_long_list_comes_in_pages_without_gap_or_repeat(world: World):
    codes = [world.submitted(FREE).code for _ in range(7)]

    seen, after = [], None
    for _ in range(10):
        page = queries.worklist(world.reception, "to_receive", size=3, after=after)
        seen += [row.code for row in page.rows]
        after = page.following
        if after is None:
            break

    assert sorted(seen) == sorted(codes)


SOME_ID = "0199b3a0-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    "after",
    ["x", "_", "2026-06-04T00:00:00_x", f"2026-06-04T00:00:00_{SOME_ID}", f"0001-01-01T00:00:00+23:00_{SOME_ID}"],
)
def test_a_broken_place_in_a_list_is_refused(world: World, after: str):
    with pytest.raises(Invalid):
        queries.worklist(world.reception, "to_receive", after=after)


def test_an_unknown_tab_is_not_found(world: World):
    with pytest.raises(NotFound):
        queries.worklist(world.reception, "secret")


@pytest.mark.parametrize("grants", [1, 12])
def test_a_list_costs_two_statements_whatever_the_grants_and_rows(world: World, grants: int):
    for _ in range(3):
        world.submitted(FREE)
    account = factories.holder("RECEPTION", world.commune)
    for place in [world.commune, world.desk, world.other_commune, world.other_desk][: grants // 3]:
        for role in ("PROCESSOR", "RETURN", "APPROVER"):
            factories.grant(account, role, place)
    queries.worklist(principal(account), "to_receive")
    with CaptureQueriesContext(connection) as captured:
        page = queries.worklist(principal(account), "to_receive")
    assert (len(page.rows), len(captured)) == (3, 2)  # where the account holds a right, then the list
    with CaptureQueriesContext(connection) as captured:
        queries.worklist_counts(principal(account))
    assert len(captured) == 2


def test_my_dossiers_are_mine_only(world: World):
    mine = [world.submitted(FREE).code for _ in range(3)]
    foreign = world.submitted(FREE, by=world.neighbour).code

    assert [row.code for row in queries.my_dossiers(world.citizen).rows] == mine[::-1]
    assert [row.code for row in queries.my_dossiers(world.neighbour).rows] == [foreign]
    first = queries.my_dossiers(world.citizen, size=2)
    rest = queries.my_dossiers(world.citizen, size=2, after=first.following)
    assert [row.code for row in [*first.rows, *rest.rows]] == mine[::-1]
    assert queries.my_dossiers(world.reception).rows == []


def test_nobody_else_opens_a_dossier(world: World):
    dossier = Dossier.objects.get(pk=world.submitted(FREE).pk)

    for someone in (world.neighbour, world.stranger, officer("CAT_EDITOR", world.commune)):
        with pytest.raises(NotFound):
            queries.detail(someone, dossier.pk)
