"""An administrator's work in the browser: units, accounts, rights; on a phone and at a desk, readable for everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from motcua.domain.organisations.spreadsheets.account_check import COLUMNS
from tests.domain.dossiers.world import applicant
from tests.domain.organisations import factories as make
from tests.domain.organisations.sheets import sheet
from tests.domain.organisations.test_account_files import line
from tests.faces.administration.officers import principal_of
from tests.journeys.conftest import Walk
from tests.journeys.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_browsing_the_unit_tree(walk: Walk) -> None:
    province = make.province("Tỉnh Lâm Đồng")
    for name in ("Phường Xuân Hương – Đà Lạt", "Xã Đức Trọng", "Đặc khu Phú Quý"):
        make.commune(province, name)
    admin = make.holder("UNIT_ADMIN", province, "Đỗ Thanh Tùng")
    page = walk.page

    sign_in(page, walk.address, principal_of(admin))
    walk.visit("/can-bo/")
    page.get_by_role("link", name="Quản trị", exact=True).first.click()
    walk.look("administration-home")
    page.get_by_role("link", name="Cây đơn vị").click()
    walk.look("administration-units-top")
    page.get_by_role("link", name="Xem cấp dưới").click()
    walk.look("administration-units")
    page.get_by_label("Tên hoặc mã định danh của đơn vị").fill("duc trong")
    page.get_by_role("button", name="Tìm").click()
    page.get_by_role("link", name="Xã Đức Trọng").click()
    walk.look("administration-unit")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Xã Đức Trọng")


def test_opening_an_account_giving_a_right_and_suspending(walk: Walk) -> None:
    province = make.province("Tỉnh Lâm Đồng")
    commune = make.commune(province, "Phường Xuân Hương – Đà Lạt")
    admin = make.holder("UNIT_ADMIN", province, "Đỗ Thanh Tùng")
    make.holder("RECEPTION", commune, "Bùi Thị Lan")
    page = walk.page

    sign_in(page, walk.address, principal_of(admin))
    walk.visit("/can-bo/quan-tri/tai-khoan", "administration-accounts")
    page.get_by_role("link", name="Mở tài khoản", exact=True).click()
    page.get_by_label("Họ và tên cán bộ").fill("Lê Thị Hoa")
    page.get_by_label("Mã định danh đơn vị").fill(commune.code)
    walk.look("administration-open-account")
    page.get_by_role("button", name="Mở tài khoản", exact=True).click()
    page.get_by_label("Vai trò").select_option("RETURN")
    page.get_by_label("Mã lĩnh vực").fill("KHÔNG CÓ")
    page.get_by_label("Lý do hoặc văn bản làm căn cứ").first.fill("Quyết định 12/QĐ-UBND")
    page.get_by_role("button", name="Cấp quyền").click()
    expect(page.get_by_role("alert")).to_contain_text("Không có lĩnh vực nào mang mã này")
    page.get_by_label("Mã lĩnh vực").fill("")
    page.get_by_role("button", name="Cấp quyền").click()
    expect(page.get_by_text("Đã cấp quyền.")).to_be_visible()
    page.locator("summary", has_text="Tạm khóa tài khoản").click()
    walk.complaints = [text for text in walk.complaints if "status of 422" not in text]  # the refusal asked for above
    walk.look("administration-account")
    form = page.locator("details[open]")
    form.get_by_label("Lý do hoặc văn bản làm căn cứ").fill("Nghỉ chế độ")
    form.get_by_role("button", name="Tạm khóa tài khoản").click()

    expect(page.get_by_text("Tạm khóa", exact=True)).to_be_visible()
    page.goto(f"{walk.address}/can-bo/quan-tri/tai-khoan?trang-thai=SUSPENDED")
    expect(page.get_by_role("link", name="Lê Thị Hoa")).to_be_visible()


def test_asking_for_an_account_and_deciding(walk: Walk) -> None:
    commune = make.commune(name="Phường Giảng Võ")
    page = walk.page

    sign_in(page, walk.address, applicant("Kiều Anh Tuấn"))
    walk.visit("/can-bo/quan-tri/xin-cap-tai-khoan?tim=giang vo", "administration-ask-unit")
    page.get_by_role("link", name="Phường Giảng Võ").click()
    page.get_by_label("Cán bộ tiếp nhận").check()
    page.get_by_label("Lý do hoặc văn bản làm căn cứ").fill("Quyết định 12/QĐ-UBND")
    walk.look("administration-ask")
    page.get_by_role("button", name="Gửi yêu cầu").click()
    expect(page.get_by_text("Chờ quyết định", exact=True)).to_be_visible()

    sign_in(page, walk.address, principal_of(make.holder("UNIT_ADMIN", commune)))
    walk.visit("/can-bo/quan-tri/yeu-cau", "administration-requests")
    page.get_by_role("button", name="Chấp thuận").click()

    expect(page.get_by_text("Không có yêu cầu nào đang chờ.")).to_be_visible()


def test_importing_accounts_from_a_file(walk: Walk, settings: Any, tmp_path: Path) -> None:
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": disk}
    commune = make.commune()
    rows = [line("can-bo-1", commune), line("can-bo-2", commune, **{"Mã vai trò": "SYSADMIN"})]
    page = walk.page

    sign_in(page, walk.address, principal_of(make.holder("UNIT_ADMIN", commune)))
    walk.visit("/can-bo/quan-tri/tep/tai-khoan/nhap", "administration-import")
    sent = {"name": "can-bo.xlsx", "mimeType": "application/octet-stream", "buffer": sheet(COLUMNS, rows).getvalue()}
    page.get_by_label("Tệp bảng tính").set_input_files(sent)
    page.get_by_role("button", name="Kiểm tra tệp").click()
    walk.look("administration-dry-run")
    page.get_by_role("button", name="Chỉ ghi 1 dòng hợp lệ").click()

    expect(page.get_by_text("Đã ghi 1 dòng của tệp.")).to_be_visible()
    expect(page.get_by_text("can-bo-1", exact=True)).to_be_visible()


def test_changing_the_unit_tree(walk: Walk) -> None:
    province = make.province("Tỉnh Lâm Đồng")
    commune = make.commune(province, "Xã Đức Trọng")
    page = walk.page

    sign_in(page, walk.address, principal_of(make.holder("UNIT_ADMIN", province, "Đỗ Thanh Tùng")))
    walk.visit(f"/can-bo/quan-tri/don-vi/{commune.pk}")
    page.locator("summary", has_text="Đổi tên").click()
    walk.look("administration-unit-changes")
    form = page.locator("details[open]")
    form.get_by_label("Tên mới").fill("Phường Đức Trọng")
    form.get_by_label("Ngày có hiệu lực").fill("2025-08-01")
    form.get_by_label("Quyết định, nghị quyết làm căn cứ").fill("Nghị quyết 12/NQ-HĐND")
    form.get_by_role("button", name="Đổi tên").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Phường Đức Trọng")
    page.get_by_role("link", name="Thêm đơn vị trực thuộc").click()
    walk.look("administration-add-unit")
    page.get_by_label("Mã định danh").fill("H99.900.001.01")
    page.get_by_label("Tên đơn vị").fill("Bộ phận một cửa phường Đức Trọng")
    page.get_by_label("Loại đơn vị").select_option("DESK")
    page.get_by_label("Ngày có hiệu lực").fill("2026-01-01")
    page.get_by_role("button", name="Thêm đơn vị").click()

    expect(page.get_by_text("Đã thêm đơn vị.")).to_be_visible()


def test_opening_an_inspection_account(walk: Walk) -> None:
    commune = make.commune()

    sign_in(walk.page, walk.address, principal_of(make.holder("UNIT_ADMIN", commune)))
    walk.visit("/can-bo/quan-tri/tai-khoan/mo-kiem-tra", "administration-open-inspection")
    walk.visit("/can-bo/quan-tri/yeu-cau/moi", "administration-ask-for")
