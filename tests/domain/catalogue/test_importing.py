"""Importing a list: whole, set-based, repeatable; every row that cannot be taken is told with its reason."""

from __future__ import annotations

import threading
import unicodedata
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.domain.catalogue import demonstration, importing, importing_rows, queries, services
from motcua.domain.catalogue.definition import Level, procedure_from
from motcua.domain.catalogue.importing_rows import Accepted, Refusal
from motcua.domain.catalogue.models import Procedure, ProcedureRevision
from motcua.domain.catalogue.rules import State
from motcua.domain.organisations.models import Field, Unit
from motcua.domain.organisations.rules import UnitKind
from motcua.foundation import clock
from motcua.foundation.errors import Conflict, Invalid
from motcua.foundation.models import AuditEntry, Event
from tests.domain.catalogue import factories as make
from tests.domain.catalogue import lists
from tests.domain.organisations import factories as units

pytestmark = pytest.mark.django_db


@pytest.fixture
def owners() -> None:
    for code in ("G10", "G15"):
        units.unit(UnitKind.MINISTRY, units.nation(), code=code)
    units.unit(UnitKind.PROVINCE, units.nation(), code="H26")


def state_of_catalogue() -> list[tuple[Any, ...]]:
    columns = ("procedure__code", "procedure__state", "procedure__owner__code", "procedure__field__code", "number")
    return sorted(ProcedureRevision.objects.values_list(*columns, "digest"), key=str)


@pytest.mark.usefixtures("owners")
def test_a_list_becomes_public_information_that_takes_no_dossiers(tmp_path: Path) -> None:
    report = importing.import_file(lists.write_lines(tmp_path / "list.jsonl", lists.rows(30)))

    assert (report.added, report.revised, report.unchanged, report.refused) == (30, 0, 0, ())
    page = queries.service_page("1.000010")
    assert (page.procedure_state, page.services, page.submittable) == (State.PUBLISHED, (), ())
    assert page.text.name == unicodedata.normalize("NFC", page.text.name)
    assert "\u200e" not in page.text.name
    assert page.text.components[1].name == "Bản sao <b>giấy tờ</b>'; DROP TABLE catalogue_procedure; --"
    assert page.owner_code in {"G10", "H26"}
    assert len(queries.procedures_without_service()) == 30
    assert Field.objects.filter(code__startswith="G10-TS").count() == 7


@pytest.mark.usefixtures("owners")
def test_importing_again_changes_nothing_and_a_changed_row_makes_one_revision(tmp_path: Path) -> None:
    rows = lists.rows(40)
    path = lists.write_lines(tmp_path / "list.jsonl", rows)
    importing.import_file(path)
    before, generation = state_of_catalogue(), queries.generation()

    again = importing.import_file(path)
    unchanged, untouched = state_of_catalogue(), queries.generation()
    rows[7]["fee_text"] = "55.000 đồng"
    rows[8]["updated"] = "2026-07-01"  # a column nobody reads
    third = importing.import_file(lists.write_lines(path, rows))

    assert (again.added, again.revised, again.unchanged) == (0, 0, 40)
    assert (unchanged, untouched) == (before, generation)
    assert queries.generation() > generation
    assert (third.added, third.revised, third.unchanged) == (0, 1, 39)
    texts = ProcedureRevision.objects.filter(procedure__code="1.000008").order_by("number")
    assert [procedure_from(text.definition).fee_text for text in texts][1] == "55.000 đồng"
    events = Event.objects.filter(aggregate_id=texts[0].procedure_id).order_by("seq").values_list("type", flat=True)
    assert list(events) == [
        "procedure.declared", "procedure.revised", "procedure.state_changed", "procedure.revised",
    ]  # fmt: skip
    assert texts[0].procedure.version == 4
    imports = AuditEntry.objects.filter(action="catalogue.import").order_by("id")
    assert [entry.details["revised"] for entry in imports] == [0, 0, 1]


BAD_ROWS: list[tuple[object, str]] = [
    ({"code": "1.0133611", "name": "Mã thừa số"}, "PROCEDURE_CODE_MALFORMED"),
    ({"code": "1.014955-Xoa", "name": "Mã có đuôi"}, "PROCEDURE_CODE_MALFORMED"),
    ({"code": "", "name": "Không mã"}, "PROCEDURE_CODE_MALFORMED"),
    ({"code": "1.900001", "name": " \u200b "}, "NAME_MISSING"),
    ({"code": "1.900002", "name": "x" * 2001}, "NAME_TOO_LONG"),
    ({"code": "1.900003", "name": "Cấp lạ", "level": ["Huyện"]}, "LEVEL_UNKNOWN"),
    ({"code": "1.900004", "name": "Kênh lạ", "channels": ["FAX"]}, "CHANNEL_UNKNOWN"),
    ({"code": "1.900005", "name": "Đối tượng lạ", "audience": ["mèo"]}, "AUDIENCE_UNKNOWN"),
    ({"code": "1.900006", "name": 7}, "ROW_UNREADABLE"),
    ({"code": "1.900007"}, "ROW_UNREADABLE"),
    ({"code": "1.900008", "name": "Sai kiểu", "level": "Xã"}, "ROW_UNREADABLE"),
    ("{not json", "ROW_UNREADABLE"),
    ("[1, 2]", "ROW_UNREADABLE"),
    ("null", "ROW_UNREADABLE"),
    ({"code": "1.000001", "name": "Lặp lại"}, "DUPLICATE_CODE"),
]


@pytest.mark.usefixtures("owners")
def test_every_bad_row_is_reported_with_number_code_and_reason_and_the_good_ones_go_in(tmp_path: Path) -> None:
    good = lists.rows(5)
    path = lists.write_lines(tmp_path / "list.jsonl", [*good, "", *(row for row, _reason in BAD_ROWS)])

    report = importing.import_file(path)

    assert report.added == 5
    assert [refusal.reason for refusal in report.refused] == [reason for _row, reason in BAD_ROWS]
    assert [refusal.row for refusal in report.refused] == list(range(6, 6 + len(BAD_ROWS)))
    assert report.refused[1].code == "1.014955-Xoa"
    assert report.refused[8].code == "1.900006"
    assert all(str(refusal.message) for refusal in report.refused)
    assert report.rows == 5 + len(BAD_ROWS)
    assert Procedure.objects.count() == 5


@pytest.mark.usefixtures("owners")
def test_bytes_that_are_no_text_refuse_their_row_only(tmp_path: Path) -> None:
    path = tmp_path / "list.jsonl"
    path.write_bytes(
        b'\xef\xbb\xbf{"code": "1.000001", "name": "T\xe1\xbb\x91t"}\n{"code": "1.000002", "name": "\xff"}\n'
    )

    report = importing.import_file(path)

    assert (report.added, [refusal.reason for refusal in report.refused]) == (1, ["ROW_UNREADABLE"])


@pytest.mark.usefixtures("owners")
def test_a_spreadsheet_with_the_same_columns_ends_in_the_same_catalogue(tmp_path: Path) -> None:
    rows = lists.rows(25)
    importing.import_file(lists.write_lines(tmp_path / "list.jsonl", rows))
    before = state_of_catalogue()

    report = importing.import_file(lists.write_sheet(tmp_path / "list.xlsx", rows))

    assert (report.added, report.revised, report.unchanged, report.refused) == (0, 0, 25, ())
    assert state_of_catalogue() == before


def test_a_code_that_a_spreadsheet_took_for_a_number_keeps_its_zeros(tmp_path: Path) -> None:
    path = lists.write_sheet(tmp_path / "list.xlsx", [{"code": 1.00161, "name": "Đăng ký", "level": "Xã; Tỉnh"}])

    (item,) = importing_rows.read(path)

    assert isinstance(item, Accepted)
    assert (item.code, item.definition.levels) == ("1.001610", (Level.COMMUNE, Level.PROVINCE))


def test_a_file_that_is_no_list_is_refused_as_a_whole(tmp_path: Path) -> None:
    fake = tmp_path / "list.xlsx"
    fake.write_bytes(b"PK\x03\x04 not a spreadsheet")
    nameless = lists.write_sheet(tmp_path / "nameless.xlsx", [{"ma": "1.000001", "ten": "x"}])

    for path, code in ((fake, "FILE_UNREADABLE"), (nameless, "COLUMNS_MISSING")):
        with pytest.raises(Invalid) as refusal:
            importing.import_file(path)
        assert refusal.value.code == code
    with pytest.raises(FileNotFoundError):
        importing.import_file(tmp_path / "nothing.jsonl")
    assert not Procedure.objects.exists()


@pytest.mark.usefixtures("owners")
def test_an_owner_that_no_unit_has_is_told_and_a_merged_ministry_is_its_successor(tmp_path: Path) -> None:
    rows = lists.rows(3)
    for row, owner in zip(rows, ("G13", "D99", None)):
        row["ministry_code"] = owner

    report = importing.import_file(lists.write_lines(tmp_path / "list.jsonl", rows))

    owners = dict(Procedure.objects.values_list("code", "owner__code"))
    assert owners == {"1.000001": "G10", "1.000002": None, "1.000003": None}
    assert report.unknown_owners == {"D99": 1, "-": 1}


@pytest.mark.usefixtures("owners")
def test_a_text_that_waits_for_its_day_is_not_overtaken(tmp_path: Path) -> None:
    ministry = make.ministry()
    procedure = make.public_procedure(ministry, "2.000635")
    text = procedure_from(procedure.revisions.get().definition)
    services.revise_procedure(ministry.publisher, procedure.pk, text, valid_from=clock.now() + timedelta(days=5))
    rows = [*lists.rows(2), lists.rows(1)[0] | {"code": "2.000635"}]

    report = importing.import_file(lists.write_lines(tmp_path / "list.jsonl", rows))

    assert (report.added, report.revised, report.unchanged) == (2, 0, 0)
    assert [(refusal.row, refusal.code, refusal.reason) for refusal in report.refused] == [
        (3, "2.000635", "OVERLAPPING_DATES")
    ]


@pytest.mark.usefixtures("owners")
def test_an_import_keeps_the_state_and_the_services_of_what_is_there(tmp_path: Path) -> None:
    ministry = make.ministry()
    service = make.published_service(ministry)
    services.suspend(ministry.publisher, service.pk, reason="Bảo trì")
    rows = [lists.rows(1)[0] | {"code": make.CODE, "name": "Tên mới từ danh sách"}]

    importing.import_file(lists.write_lines(tmp_path / "list.jsonl", rows))

    page = queries.service_page(make.CODE)
    assert page.text.name == "Tên mới từ danh sách"
    assert [(item.code, item.state) for item in page.services] == [(make.SERVICE, State.SUSPENDED)]


def test_the_demonstration_services_join_procedures_that_an_import_brought_first(tmp_path: Path) -> None:
    for code in {procedure.owner.code for procedure in demonstration.procedures()}:
        units.unit(UnitKind.MINISTRY, units.nation(), code=code)
    rows = [lists.rows(1)[0] | {"code": make.CODE, "name": "Tên trong danh sách", "ministry_code": "G15"}]
    importing.import_file(lists.write_lines(tmp_path / "list.jsonl", rows))

    demonstration.load_demonstration()

    assert queries.service_page(make.CODE).text.name == "Tên trong danh sách"
    assert queries.require_submittable(make.SERVICE).definition.fees[0].amount == 8000


@pytest.mark.usefixtures("owners")
def test_the_number_of_statements_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    few, many = (
        lists.write_lines(tmp_path / "few", lists.rows(5)),
        lists.write_lines(tmp_path / "many", lists.rows(400)),
    )

    with CaptureQueriesContext(connection) as small:
        importing.import_file(few)
    with CaptureQueriesContext(connection) as large:
        importing.import_file(many)

    assert len(large) == len(small) <= 25


@pytest.mark.django_db(transaction=True)
def test_an_import_waits_for_an_editor_and_comes_after(tmp_path: Path) -> None:
    """Both lock the procedure before they raise the generation, so neither waits for the other in a circle."""
    ministry = make.ministry()
    procedure = make.public_procedure(ministry)
    path = lists.write_lines(tmp_path / "list.jsonl", [{"code": make.CODE, "name": "Tên từ danh sách"}])
    reports: list[importing.Report] = []

    def run() -> None:
        reports.append(importing.import_file(path))
        connection.close()

    importer = threading.Thread(target=run)
    with transaction.atomic():
        text = procedure_from(procedure.revisions.get().definition)
        edited = msgspec.structs.replace(text, fee_text="Theo nghị quyết mới")
        services.revise_procedure(ministry.publisher, procedure.pk, edited)
        importer.start()
        importer.join(timeout=0.5)
        assert importer.is_alive()
    importer.join(timeout=20)

    assert [report.revised for report in reports] == [1]
    assert [text.number for text in procedure.revisions.order_by("number")] == [1, 2, 3]
    assert queries.service_page(make.CODE).text.name == "Tên từ danh sách"


@pytest.mark.usefixtures("owners")
def test_a_failure_in_the_middle_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = lists.write_lines(tmp_path / "list.jsonl", lists.rows(20))

    def stale(*_args: object, **_kwargs: object) -> None:
        raise Conflict("STALE_VERSION", "")

    monkeypatch.setattr(importing.events, "append", stale)
    with pytest.raises(Conflict):
        importing.import_file(path)

    assert (Procedure.objects.count(), ProcedureRevision.objects.count(), Field.objects.count()) == (0, 0, 0)


@pytest.mark.usefixtures("owners")
def test_progress_is_told_while_reading(tmp_path: Path) -> None:
    heard: list[int] = []

    importing.import_file(lists.write_lines(tmp_path / "list.jsonl", lists.rows(1200)), heard.append)

    assert heard == [500, 1000, 1200]


@given(st.text(max_size=60), st.text(max_size=12), st.lists(st.text(max_size=8), max_size=2))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_row_is_either_taken_or_refused_never_an_error(name: str, code: str, levels: list[str]) -> None:
    item = importing_rows.judge(1, importing_rows.Row(code=code, name=name, level=levels, fee_text=name))

    assert isinstance(item, Accepted | Refusal)
    if isinstance(item, Accepted):
        assert item.definition.name == " ".join(item.definition.name.split())


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.lists(st.tuples(st.integers(1, 5), st.sampled_from("ab")), max_size=6, unique_by=lambda x: x[0])))
def test_imports_in_any_order_end_as_one_by_one_commands_would(
    tmp_path_factory: pytest.TempPathFactory, imports: list[list[tuple[int, str]]]
) -> None:
    """The bulk path against a model: each text a procedure ever had, in order, equal neighbours once."""
    expected: dict[str, list[str]] = {}
    folder = tmp_path_factory.mktemp("imports")
    with transaction.atomic():
        for turn, rows in enumerate(imports):
            items = [{"code": f"1.{number:06d}", "name": f"Thủ tục {text}"} for number, text in rows]
            report = importing.import_file(lists.write_lines(folder / str(turn), items))
            added = revised = 0
            for item in items:
                known = expected.setdefault(item["code"], [])
                if not known or known[-1] != item["name"]:
                    added, revised = added + (not known), revised + bool(known)
                    known.append(item["name"])
            assert (report.added, report.revised) == (added, revised)
        found: dict[str, list[str]] = {}
        texts = ProcedureRevision.objects.order_by("procedure__code", "number")
        for code, name in texts.values_list("procedure__code", "name"):
            found.setdefault(code, []).append(name)
        assert found == expected
        for procedure in Procedure.objects.all():
            stream = Event.objects.filter(aggregate_id=procedure.pk)
            assert stream.count() == procedure.version == len(expected[procedure.code]) + 2
        transaction.set_rollback(True)


def test_the_owner_of_every_merged_ministry_exists_in_the_reference_data() -> None:
    from motcua.domain.organisations.reference_data import MINISTRIES

    assert set(importing.SUCCESSORS.values()) <= set(MINISTRIES)
    assert not set(importing.SUCCESSORS) & set(MINISTRIES)
    assert not Unit.objects.exists()
