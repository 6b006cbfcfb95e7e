"""A province's coordinator looks who lacks what: coverage, needed numbers, accounts in specialised systems."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.domain.dossiers.world import principal
from tests.domain.organisations import factories as make
from tests.domain.organisations.test_coverage import ALL, staffed
from tests.domain.organisations.test_systems import Officers
from tests.journeys.conftest import Walk
from tests.journeys.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/can-bo/quan-tri"


def test_gaps_are_seen_and_closed(walk: Walk) -> None:
    province = make.province("Thành phố Hà Nội")
    staffed(province, "Phường Ba Đình")
    lacking = staffed(province, "Phường Ngọc Hà", ALL[:3])
    coordinator = make.holder("PROVINCE_ACCOUNT_COORD", province, "Lê Thị Điều Phối")
    them = Officers()
    officer = make.holder("PROCESSOR", lacking, "Cán bộ hộ tịch phường", within=them.civil)
    page = walk.page

    sign_in(page, walk.address, principal(coordinator))
    walk.visit(f"{HERE}/", "administration-coordinator")
    page.get_by_role("link", name="Độ phủ tài khoản cấp xã").click()
    walk.look("coverage")
    page.get_by_role("link", name="Thành phố Hà Nội").click()
    walk.look("coverage-province")
    page.get_by_role("link", name="Chỉ xem nơi còn thiếu").click()
    expect(page.get_by_text("Phường Ba Đình")).to_have_count(0)

    walk.visit(f"{HERE}/nhu-cau-tai-khoan", "staffing-empty")
    page.get_by_label("Đơn vị").fill("Phường Ngọc Hà")
    page.get_by_label("Vai trò").select_option("RECEPTION")
    page.get_by_label("Số tài khoản cần có").fill("3")
    page.get_by_role("button", name="Ghi nhận").click()
    expect(page.get_by_text("Đã ghi nhận số lượng tài khoản cần có.")).to_be_visible()
    walk.look("staffing")

    walk.visit(f"{HERE}/ho-so-chua-co-can-bo", "unattended")

    walk.visit(f"{HERE}/he-thong", "systems")
    page.get_by_role("link", name="Hệ thống HOTICH", exact=True).click()
    page.locator("#province").select_option(label="Thành phố Hà Nội")
    page.get_by_role("radio", name="Giám sát").check()
    page.get_by_label("Tên tài khoản hoặc số văn bản bàn giao").fill("giamsat.hanoi")
    page.get_by_role("button", name="Ghi nhận").click()
    expect(page.get_by_text("giamsat.hanoi")).to_be_visible()
    walk.look("system")
    walk.visit(f"{HERE}/he-thong/{them.system.pk}/can-bo", "system-officers")

    sign_in(page, walk.address, principal(officer))
    walk.visit(f"{HERE}/vao-he-thong/HOTICH", "system-guidance")
    expect(page.get_by_text("chưa có tài khoản trên hệ thống chuyên ngành")).to_be_visible()
    walk.quiet()
