"""Differing identity data on the officials' pages: the flag on the dossier, the report, the spreadsheet (IDN-11)."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from motcua.domain.dossiers.identity import subject_of
from motcua.domain.dossiers.models import Dossier
from motcua.domain.people.differences.models import IdentityDifference
from motcua.domain.people.differences.rules import ComparedField
from motcua.domain.people.differences.services import compare_with_register
from motcua.foundation.models import AuditEntry
from tests.domain.dossiers.conftest import own_file_store, world
from tests.domain.dossiers.world import FREE, World, officer
from tests.faces.pages import Browser

__all__ = ["own_file_store", "world"]
EVIDENCE = "Đã đối chiếu thẻ căn cước công dân cấp ngày 12/05/2021, bản chính"
REPORT = "/can-bo/quan-tri/sai-khac-dinh-danh"


def differing(world: World, **facts: tuple[str, str]) -> tuple[Dossier, list[IdentityDifference]]:
    """A submitted dossier, with what it states and what the population register says of each fact."""
    dossier = world.submitted(FREE)
    assert world.citizen.person_id
    stated = {ComparedField(name): value[0] for name, value in facts.items()}
    known = {ComparedField(name): value[1] for name, value in facts.items()}
    return dossier, compare_with_register(subject_of(dossier), world.citizen.person_id, stated, known)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_dossier_page_flags_both_values_and_takes_the_evidence(world: World):
    dossier, [row] = differing(world, ISSUED_ON=("2021-05-12", "2021-05-10"))
    address, browser = f"/can-bo/ho-so/{dossier.pk}", Browser(world.reception)

    flagged = text(browser.get(address))
    refused = browser.post(f"{address}/sai-khac/{row.pk}/dinh-chinh", {"evidence": "đã sửa"})
    done = browser.post(f"{address}/sai-khac/{row.pk}/dinh-chinh", {"evidence": EVIDENCE})

    assert "1 sai khác chưa xử lý" in flagged
    for value in ("Ngày cấp giấy tờ", "12/05/2021", "10/05/2021", "Cơ sở dữ liệu quốc gia về dân cư"):
        assert value in flagged
    assert refused.status_code == 422
    assert re.search(r"<details open>.*đã sửa</textarea>", text(refused))
    assert done.status_code == 302
    after = text(browser.get(address))
    assert "Các sai khác đã được xử lý" in after
    assert EVIDENCE in after
    assert f"/sai-khac/{row.pk}/dinh-chinh" not in after


def test_who_only_reads_sees_the_flag_without_the_form_and_a_dossier_without_differences_shows_nothing(world: World):
    dossier, [row] = differing(world, ISSUED_ON=("2021-05-12", "2021-05-10"))
    plain = world.submitted(FREE)

    for reader, sees in ((world.approver, True), (world.monitor, True), (world.returner, False)):
        page = text(Browser(reader).get(f"/can-bo/ho-so/{dossier.pk}"))
        assert ("10/05/2021" in page) is sees
        assert f"/sai-khac/{row.pk}/" not in page
    assert "Sai khác dữ liệu định danh" not in text(Browser(world.reception).get(f"/can-bo/ho-so/{plain.pk}"))


def test_the_report_is_narrowed_by_fact_source_unit_and_state(world: World):
    first, _rows = differing(
        world, ISSUED_ON=("2021-05-12", "2021-05-10"), FULL_NAME=("Nguyễn Văn Ân", "Nguyễn Văn An")
    )
    second, [sex] = differing(world, SEX=("MALE", "FEMALE"))
    browser = Browser(officer("MONITOR", world.province))

    def codes(**query: str) -> list[str]:
        page = browser.get(REPORT, **query)
        assert page.status_code == 200, page.content
        return re.findall(r'class="code" href="/can-bo/ho-so/[^"]+">([^<]+)<', page.content.decode())

    assert codes() == [second.code, first.code, first.code]
    assert codes(truong="ISSUED_ON") == [first.code]
    assert codes(nguon="VNEID") == []
    assert codes(**{"don-vi": world.other_commune.code}) == []
    assert codes(**{"don-vi": world.commune.code.lower()}) == [second.code, first.code, first.code]
    Browser(world.reception).post(f"/can-bo/ho-so/{second.pk}/sai-khac/{sex.pk}/dinh-chinh", {"evidence": EVIDENCE})
    assert codes() == [first.code, first.code]
    assert codes(**{"tinh-trang": "da-xu-ly"}) == [second.code]
    assert len(codes(**{"tinh-trang": "tat-ca"})) == 3
    assert browser.get(REPORT, **{"don-vi": "H99.KHONG"}).status_code == 422
    assert browser.get(REPORT, sau="x").status_code == 422
    assert Browser(world.returner).get(REPORT).status_code == 403
    assert Browser(world.citizen).get(REPORT).status_code == 403
    assert codes(truong="<script>", nguon="?") == codes()


def test_the_spreadsheet_holds_the_same_rows_as_texts_and_taking_it_is_audited(world: World):
    dossier, _rows = differing(world, FULL_NAME=('=HYPERLINK("x")', "Nguyễn Văn An"), SEX=("MALE", "FEMALE"))
    monitor = officer("MONITOR", world.province)

    answer = Browser(monitor).get(f"{REPORT}/bang-tinh", truong="FULL_NAME")

    assert answer["Content-Disposition"].startswith("attachment;")
    sheet = load_workbook(BytesIO(answer.content)).active
    heads, *lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert heads[:4] == ["Mã hồ sơ", "Đơn vị tiếp nhận", "Thông tin", "Người nộp khai"]
    assert [line[:6] for line in lines] == [
        [
            dossier.code,
            world.desk.name,
            "Họ và tên",
            '=HYPERLINK("x")',
            "Cơ sở dữ liệu quốc gia về dân cư",
            "Nguyễn Văn An",
        ]
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    [entry] = AuditEntry.objects.filter(action="identity_difference.export")
    assert (entry.actor_id, entry.details) == (str(monitor.account_id), {"rows": 1})
