"""An administrator's work in the browser: units, accounts, rights; on a phone and at a desk, readable for everybody."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.domain.organisations import factories as make
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
