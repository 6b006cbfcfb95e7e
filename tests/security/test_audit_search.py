"""The audit log is searched by who may, every search leaves a row, and reads of a dossier are in it (SEC-02)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.domain.dossiers import readers
from motcua.domain.dossiers.rules import State
from motcua.domain.organisations import queries as units
from motcua.domain.organisations.models import Unit
from motcua.foundation import audit, audit_search, clock
from motcua.foundation.actor import Actor
from motcua.foundation.audit_search import Search
from motcua.foundation.correlation import correlated
from motcua.foundation.errors import Invalid
from motcua.foundation.models import AuditEntry
from tests.domain.dossiers.conftest import own_file_store
from tests.domain.dossiers.ways import in_state
from tests.domain.dossiers.world import World, officer, small_world
from tests.faces.api.client import ApiClient
from tests.faces.pages import Browser

__all__ = ["own_file_store"]
pytestmark = pytest.mark.django_db
PAGE = "/can-bo/quan-tri/nhat-ky"


@pytest.fixture
def world(db) -> World:
    return small_world()


@pytest.fixture
def guard(world: World) -> Browser:
    return Browser(officer("SEC_OFFICER", Unit.objects.get(pk=units.nation_id()), "Ngô Thị An"))


def fill(count: int = 3) -> None:
    for number in range(count):
        with correlated(f"REF{number:03d}-AAAA-BBBB"):
            audit.record(Actor("staff", f"a{number % 2}"), f"thing.act{number % 3}", ("thing", str(number)))


def acts(page: Any) -> list[str]:
    return re.findall(r'data-label="Thao tác">([^<]+)<', page.content.decode())


def test_every_filter_narrows_and_all_together() -> None:
    fill(6)

    def found(**wanted: Any) -> list[str]:
        return [row.subject_id for row in audit_search.search(Search(**wanted)).rows]

    assert found() == ["5", "4", "3", "2", "1", "0"]
    assert found(actors=("a1",)) == ["5", "3", "1"]
    assert found(subject_kind="thing", subject_id="4") == ["4"]
    assert found(action="thing.act2") == ["5", "2"]
    assert found(correlation_id="REF001-AAAA-BBBB") == ["1"]
    assert found(actors=("a1",), action="thing.act2") == ["5"]
    assert found(outcome="refused") == []
    assert found(until=clock.today() - timedelta(days=1)) == []
    assert found(since=clock.today(), until=clock.today()) == ["5", "4", "3", "2", "1", "0"]


def test_pages_follow_each_other_without_a_gap_or_a_repeat_also_within_one_moment() -> None:
    with clock.travel(clock.now()):
        fill(7)

    seen, after = [], ""
    while True:
        page = audit_search.search(Search(), after=after, limit=3)
        seen += [row.subject_id for row in page.rows]
        if page.following is None:
            break
        after = page.following

    assert seen == [str(number) for number in reversed(range(7))]


@pytest.mark.parametrize(
    "written", ["x", "2026-01-01_1", "2026-01-01T00:00:00+00:00_x", "_", "2026-01-01T00:00:00+00:00_-1"]
)
def test_a_made_up_cursor_is_refused(written: str) -> None:
    with pytest.raises(Invalid):
        audit_search.search(Search(), after=written)


def test_a_period_alone_is_a_quarter_at_most_and_never_backwards() -> None:
    today = clock.today()
    with pytest.raises(Invalid, match="SEARCH_TOO_WIDE"):
        audit_search.search(Search(since=today - timedelta(days=93)))
    with pytest.raises(Invalid, match="PERIOD_BACKWARDS"):
        audit_search.search(Search(since=today, until=today - timedelta(days=1)))
    audit_search.search(Search(since=today - timedelta(days=900), actors=("a",)))
    fill(1)
    with clock.travel(clock.now() + timedelta(days=100)):
        assert audit_search.search(Search()).rows == []
        assert len(audit_search.search(Search(actors=("a0",))).rows) == 1


def test_a_search_is_one_statement_by_an_index_whatever_is_asked() -> None:
    fill(2)
    for wanted in (
        Search(),
        Search(actors=("a1",)),
        Search(subject_kind="thing", subject_id="1"),
        Search(action="x.y"),
    ):
        with CaptureQueriesContext(connection) as statements:
            audit_search.search(wanted)
        assert len(statements) == 1
        assert "LIMIT 51" in statements.captured_queries[0]["sql"]


def test_the_officer_finds_who_did_what_by_name_and_the_search_itself_is_in_the_log(
    world: World, guard: Browser, django_assert_max_num_queries: Any
) -> None:
    dossier = in_state(world, State.RECEIVED)

    with django_assert_max_num_queries(12):
        page = guard.get(PAGE, nguoi="lê thị tiếp", loai="dossier")

    assert page.status_code == 200
    assert acts(page) == ["dossier.receive"]
    assert "Lê Thị Tiếp" in page.content.decode()
    assert str(dossier.pk) in page.content.decode()
    row = AuditEntry.objects.get(action="audit.search")
    assert row.details == {"filters": ["nguoi", "loai"]}
    reference = AuditEntry.objects.filter(action="dossier.receive").values_list("correlation_id", flat=True)[0]
    if reference:
        assert "dossier.receive" in acts(guard.get(PAGE, ma=reference.lower()))
    assert acts(guard.get(PAGE, nguoi="Nguyễn Không Có")) == []


@pytest.mark.parametrize("query", [{"tu": "hôm qua"}, {"tu": "2020-01-01"}, {"sau": "x"}, {"tu": "2026-02-31"}])
def test_what_cannot_be_searched_is_told_and_nothing_typed_is_lost(guard: Browser, query: dict[str, str]) -> None:
    page = guard.get(PAGE, **query, **{"doi-tuong": "giữ nguyên"})

    assert page.status_code == 422
    assert 'value="giữ nguyên"' in page.content.decode()


@pytest.mark.parametrize("who", ["citizen", "reception", "monitor"])
def test_nobody_else_searches(world: World, who: str) -> None:
    assert Browser(getattr(world, who)).get(PAGE).status_code == 403


def test_every_read_by_an_officer_is_in_the_log_with_role_and_unit_and_the_owner_s_is_not(world: World) -> None:
    dossier = in_state(world, State.RECEIVED)
    file_id = dossier.attachments.values_list("file_id", flat=True)[0]
    office, api = Browser(world.processor), ApiClient(world.approver)

    office.get(f"/can-bo/ho-so/{dossier.pk}")
    office.get(f"/can-bo/ho-so/{dossier.pk}/dau-vet")
    b"".join(office.get(f"/can-bo/ho-so/{dossier.pk}/tep/{file_id}").streaming_content)
    api.get(f"/dossiers/{dossier.pk}")
    api.get(f"/dossiers/{dossier.pk}/trace")
    api.get(f"/dossiers/{dossier.pk}/papers/acknowledgement")
    office.get(f"/ho-so/{dossier.pk}")
    Browser(world.stranger).get(f"/can-bo/ho-so/{dossier.pk}")
    Browser(world.citizen).get(f"/ho-so/{dossier.pk}")
    ApiClient(world.citizen).get(f"/dossiers/{dossier.pk}")

    rows = AuditEntry.objects.filter(action=readers.READ).order_by("pk")
    assert [(row.actor_role, row.details["what"]) for row in rows] == [
        ("PROCESSOR", "detail"), ("PROCESSOR", "trace"), ("PROCESSOR", "file"),
        ("APPROVER", "detail"), ("APPROVER", "trace"), ("APPROVER", "paper"), ("PROCESSOR", "detail"),
    ]  # fmt: skip
    assert {(row.subject_id, row.actor_unit) for row in rows} == {(str(dossier.pk), world.commune.code)}


def test_a_citizen_sees_who_looked_by_unit_and_role_and_never_somebody_else_s(world: World) -> None:
    dossier = in_state(world, State.RECEIVED)
    Browser(world.processor).get(f"/can-bo/ho-so/{dossier.pk}")

    page = Browser(world.citizen).get("/ca-nhan/ai-da-xem").content.decode()
    neighbour = Browser(world.neighbour).get("/ca-nhan/ai-da-xem").content.decode()

    for expected in (dossier.code, world.commune.name, "Cán bộ xử lý", "Xem nội dung hồ sơ"):
        assert expected in page
    assert world.processor.display_name not in page
    assert dossier.code not in neighbour
    assert "Chưa có ai xem" in neighbour


def test_the_list_of_readers_is_paged_in_three_statements(world: World, django_assert_num_queries: Any) -> None:
    dossier = in_state(world, State.RECEIVED)
    for _ in range(60):
        readers.note_read(world.processor, dossier, "detail")

    with django_assert_num_queries(3):
        first = readers.readings_of(world.citizen)
    rest = readers.readings_of(world.citizen, before=first[-1].reference)

    assert (len(first), len(rest)) == (50, 10)
