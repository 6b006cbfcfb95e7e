"""The register of account defects by pages: report, list, steps, card (ACC-06, ACC-11)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.domain.organisations.defects import services
from motcua.domain.organisations.defects.models import AccountDefect
from motcua.domain.organisations.defects.rules import CoveredSystem, DefectKind
from motcua.domain.organisations.defects.services import Report
from tests.domain.organisations import factories as make
from tests.faces.administration.officers import browser_of

pytestmark = pytest.mark.django_db
LIST = "/can-bo/quan-tri/vuong-mac-tai-khoan"


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main")[-1]))


def test_a_defect_is_filed_consolidated_forwarded_answered_and_confirmed_by_pages() -> None:
    province = make.province("Thành phố Hà Nội")
    commune = make.commune(province, "Phường Ba Đình")
    unit = browser_of(make.holder("UNIT_ADMIN", commune))
    coordinator = browser_of(make.holder("PROVINCE_ACCOUNT_COORD", province))
    desk = browser_of(make.holder("ACCOUNT_DESK", make.nation()))
    form = {"kind": "MISSING", "system": "COORDINATION", "person": "Nguyễn Văn Phúc", "unit": commune.code}

    filed = unit.post(f"{LIST}/ghi-nhan", form)
    page = filed.headers["Location"]
    assert "Thiếu tài khoản: Nguyễn Văn Phúc" in text_of(unit.get(page))
    assert "gộp vào đó" in text_of(unit.get(unit.post(f"{LIST}/ghi-nhan", form).headers["Location"]))
    assert "Nguyễn Văn Phúc" in text_of(coordinator.get(LIST))
    assert "Nguyễn Văn Phúc" not in text_of(browser_of(make.holder("UNIT_ADMIN", make.commune())).get(LIST))
    assert coordinator.post(f"{page}/consolidate", {}).status_code == 302
    without_desk = coordinator.post(f"{page}/forward", {"words": "Kính chuyển"})
    assert without_desk.status_code == 422
    assert "Kính chuyển" in text_of(without_desk)
    assert "C12 hoặc D01" in text_of(without_desk)
    assert unit.post(f"{page}/forward", {"desk": "C12"}).status_code == 403
    assert coordinator.post(f"{page}/forward", {"desk": "C12"}).status_code == 302
    assert "Nguyễn Văn Phúc" in text_of(desk.get(LIST, **{"trang-thai": "FORWARDED"}))
    assert desk.post(f"{page}/resolve", {"words": "Đã cấp"}).status_code == 302
    assert unit.post(f"{page}/confirm", {}).status_code == 302
    assert AccountDefect.objects.get().state == "CLOSED"
    closed = text_of(unit.get(page))
    assert "Đã đóng" in closed
    assert closed.index("Ghi nhận lại") < closed.rindex("Xác nhận và đóng")
    assert unit.post(f"{page}/confirm", {}).status_code == 409


def test_what_is_wrong_with_a_report_is_said_and_kept() -> None:
    commune = make.commune()
    admin = browser_of(make.holder("UNIT_ADMIN", commune, "Đỗ Thanh Tùng"))
    make.officer(commune, "Trần Văn Hai")
    make.officer(commune, "Trần Văn Hai")
    good = {"kind": "CANNOT_SIGN_IN", "system": "FEEDBACK", "person": "Trần Văn Ba", "words": "Báo lỗi từ sáng"}

    for change, words in (
        ({"kind": ""}, "Phải chọn loại"),
        ({"system": "X"}, "Phải chọn hệ thống"),
        ({}, "Không tìm thấy tài khoản"),
        ({"kind": "MISSING", "unit": ""}, "Không có đơn vị"),
    ):
        refused = admin.post(f"{LIST}/ghi-nhan", {**good, **change})
        assert refused.status_code == 422
        assert words in text_of(refused)
        assert "Báo lỗi từ sáng" in text_of(refused)
    several = admin.post(f"{LIST}/ghi-nhan", {**good, "person": "tran van hai"})
    chosen = re.findall(r'name="account" value="([^"]+)"', several.content.decode())
    assert len(chosen) == 2
    assert not AccountDefect.objects.exists()
    admin.post(f"{LIST}/ghi-nhan", {**good, "person": "tran van hai", "account": chosen[1]})
    assert str(AccountDefect.objects.get().account_id) == chosen[1]


def test_a_monitor_reads_the_register_and_changes_nothing() -> None:
    province = make.province()
    commune = make.commune(province)
    admin = make.holder("UNIT_ADMIN", commune)
    said = Report(DefectKind.MISSING, CoveredSystem.PAYMENT, commune.pk, "Nguyễn Văn Phúc")
    defect = services.report(admin, said)
    monitor = browser_of(make.holder("MONITOR", province))

    assert monitor.get(f"{LIST}/{defect.pk}").status_code == 200
    for verb in ("consolidate", "resolve", "refuse"):
        assert monitor.post(f"{LIST}/{defect.pk}/{verb}", {"words": "x", "desk": "C12"}).status_code == 403
    assert monitor.post(f"{LIST}/ghi-nhan", {"kind": "MISSING"}).status_code == 403
    assert AccountDefect.objects.get().state == "REPORTED"


def test_the_card_shows_the_four_systems_to_the_administrator_and_the_officer() -> None:
    commune = make.commune()
    officer = make.holder("FINANCE_VIEW", commune, "Cao Thị Nhung")
    admin = make.holder("UNIT_ADMIN", commune)
    address = f"/can-bo/quan-tri/the-quyen/{officer.pk}"

    for reader in (admin, officer):
        shown = text_of(browser_of(reader).get(address))
        for name in ("điều phối", "thanh toán tập trung", "phản ánh, kiến nghị", "Quản trị Cổng"):
            assert name in shown
        assert "Theo dõi tài chính tại" in shown
    assert browser_of(make.officer(commune)).get(address).status_code == 404


def test_the_list_costs_the_same_whatever_it_holds() -> None:
    commune = make.commune()
    admin = make.holder("UNIT_ADMIN", commune)
    browser = browser_of(admin)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(LIST).status_code == 200
        return len(captured)

    services.report(admin, Report(DefectKind.MISSING, CoveredSystem.PAYMENT, commune.pk, "Người 0"))
    statements()
    few = statements()
    for number in range(1, 30):
        services.report(admin, Report(DefectKind.MISSING, CoveredSystem.PAYMENT, commune.pk, f"Người {number}"))

    assert statements() == few


def test_the_national_desk_looks_at_one_province_after_another() -> None:
    provinces = [make.province("Thành phố Hà Nội"), make.province("Tỉnh Đắk Lắk")]
    for province in provinces:
        commune = make.commune(province)
        said = Report(DefectKind.MISSING, CoveredSystem.PAYMENT, commune.pk, f"Người của {province.name}")
        services.report(make.holder("UNIT_ADMIN", commune), said)
    desk = browser_of(make.holder("ACCOUNT_DESK", make.nation()))

    everywhere = text_of(desk.get(LIST))
    in_one = desk.get(LIST, tinh=str(provinces[0].pk))

    assert all(f"Người của {province.name}" in everywhere for province in provinces)
    assert "Người của Thành phố Hà Nội" in text_of(in_one)
    assert "Người của Tỉnh Đắk Lắk" not in text_of(in_one)
    assert f"tinh={provinces[0].pk}" in in_one.content.decode()  # the tabs keep the province
    assert desk.get(LIST, tinh="x").status_code == 200
    assert 'id="tinh"' not in browser_of(make.holder("UNIT_ADMIN", make.commune())).get(LIST).content.decode()
