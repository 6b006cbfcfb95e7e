"""Coverage by pages: red and green, per cent, needed numbers, the spreadsheet (ACC-07, ACC-08)."""

from __future__ import annotations

import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from motcua.domain.organisations.coverage.models import StaffingNeed
from motcua.domain.organisations.coverage.services import record_need
from tests.domain.organisations import factories as make
from tests.domain.organisations.test_coverage import ALL, staffed
from tests.faces.administration.officers import browser_of
from tests.faces.administration.test_diagnosis_pages import text_of

pytestmark = pytest.mark.django_db
COVERAGE, NEEDS = "/can-bo/quan-tri/do-phu", "/can-bo/quan-tri/nhu-cau-tai-khoan"


def test_the_province_page_names_the_missing_function_of_each_commune() -> None:
    province = make.province("Thành phố Hà Nội")
    staffed(province, "Phường Ba Đình")
    staffed(province, "Phường Ngọc Hà", tuple(role for role in ALL if role != "RETURN"))
    hidden = make.province("Tỉnh Đắk Lắk")
    staffed(hidden, "Xã Ea Kao")
    browser = browser_of(make.holder("PROVINCE_ACCOUNT_COORD", province))

    summary = text_of(browser.get(COVERAGE))
    shown = browser.get(f"{COVERAGE}/{province.pk}").content.decode()
    missing = browser.get(f"{COVERAGE}/{province.pk}", **{"con-thieu": "1"}).content.decode()

    assert "1 trên 2 xã, phường, đặc khu có đủ tài khoản cho mọi chức năng: 50%" in summary
    assert "Tỉnh Đắk Lắk" not in summary.split("Tổng đài")[0]
    row = shown.split("Phường Ngọc Hà")[1].split("</tr>")[0]
    assert 'data-label="Trả kết quả"><span class="status status--stopped">Thiếu' in row
    assert row.count("status--stopped") == 1
    assert "Phường Ba Đình" in shown
    assert "Phường Ba Đình" not in missing
    assert browser.get(f"{COVERAGE}/{hidden.pk}").status_code == 404
    assert browser_of(make.officer(province)).get(COVERAGE).status_code == 403


def test_needed_numbers_are_recorded_and_compared_on_the_page() -> None:
    commune = make.commune(name="Phường Ba Đình")
    browser = browser_of(make.holder("UNIT_ADMIN", commune))
    for _ in range(3):
        make.holder("RECEPTION", commune)

    assert browser.post(NEEDS, {"unit": commune.code, "role": "RECEPTION", "needed": "5"}).status_code == 302
    shown = text_of(browser.get(NEEDS))
    assert f"Phường Ba Đình {commune.code} Cán bộ tiếp nhận 5 3 2" in shown
    for wrong, words in (
        ({"needed": "năm"}, "từ 0 đến 1000"),
        ({"needed": "10000000"}, "từ 0 đến 1000"),
        ({"unit": "H99"}, "Không có đơn vị"),
        ({"role": "KING"}, "Vai trò không tồn tại"),
    ):
        refused = browser.post(NEEDS, {"unit": commune.code, "role": "RECEPTION", "needed": "5", **wrong})
        assert refused.status_code == 422
        assert words in text_of(refused)
    for _ in range(2):
        make.holder("RECEPTION", commune)
    assert "Không còn nơi nào thiếu" in text_of(browser.get(NEEDS, **{"con-thieu": "1"}))
    monitor = browser_of(make.holder("MONITOR", commune))
    assert monitor.post(NEEDS, {"unit": commune.code, "role": "RECEPTION", "needed": "9"}).status_code == 403
    assert StaffingNeed.objects.get().needed == 5


def test_long_lists_of_needs_come_page_by_page() -> None:
    province = make.province()
    admin = make.holder("UNIT_ADMIN", province)
    communes = sorted((make.commune(province) for _ in range(27)), key=lambda commune: commune.code)
    for commune in communes:
        for role in ("RECEPTION", "RETURN"):
            record_need(admin, commune.pk, role, 1)
    browser = browser_of(admin)

    first = browser.get(NEEDS).content.decode()
    following = re.search(r'href="(\?[^"]*sau=[^"]*)"', first)
    assert following is not None
    second = browser.get(NEEDS + following.group(1).replace("&amp;", "&")).content.decode()

    shown = [re.findall(r'<span class="caption code">(\w+)</span>', page) for page in (first, second)]
    assert [len(codes) for codes in shown] == [50, 4]
    assert shown[0] + shown[1] == [commune.code for commune in communes for _role in range(2)]


def test_the_spreadsheet_says_what_the_pages_say_and_holds_no_formula() -> None:
    province = make.province('=HYPERLINK("http://x")')
    staffed(province, "Phường Ba Đình", ALL[:-1])
    browser = browser_of(make.holder("MONITOR", province))

    answer = browser.get(f"{COVERAGE}/ket-xuat")

    assert answer["Content-Disposition"].startswith("attachment")
    book = load_workbook(io.BytesIO(answer.content))
    rows = list(book.worksheets[0].values)
    assert rows[0][3:] == ("Tiếp nhận", "Xử lý", "Trả kết quả", "Tài chính", "Phản ánh, kiến nghị", "Quản trị")
    assert rows[1][0] == '=HYPERLINK("http://x")'
    assert book.worksheets[0]["A2"].data_type == "s"
    assert rows[1][2:] == ("Phường Ba Đình", "Có", "Có", "Có", "Có", "Có", "Thiếu")


def test_the_page_costs_the_same_for_few_communes_and_many() -> None:
    province = make.province()
    browser = browser_of(make.holder("MONITOR", province))

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(COVERAGE).status_code == 200
        return len(captured)

    staffed(province, "Xã 0")
    statements()
    few = statements()
    for number in range(1, 6):
        staffed(province, f"Xã {number}")

    assert statements() == few


def test_the_summary_reads_in_english_too() -> None:
    province = make.province()
    staffed(province, "Phường Ba Đình")
    staffed(province, "Phường Ngọc Hà", ())
    browser = browser_of(make.holder("MONITOR", province))
    browser.post("/ngon-ngu", {"language": "en", "next": COVERAGE})

    assert "1 of 2 communes have an account for every function: 50%" in text_of(browser.get(COVERAGE))
