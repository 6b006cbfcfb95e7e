"""The desk's pages in the browser: a foreigner is served, documents are linked; on a phone and at a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.domain.dossiers.world import CHARGED, small_world
from tests.journeys.conftest import Walk
from tests.journeys.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_foreigner_is_served_at_the_desk(walk: Walk) -> None:
    world = small_world(CHARGED)
    page = walk.page
    sign_in(page, walk.address, world.reception)

    walk.visit("/can-bo/")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="Tiếp nhận trực tiếp").first.click()
    walk.look("counter")
    page.get_by_role("button", name="Lập hồ sơ").click()
    expect(page.get_by_role("alert")).to_contain_text("Phải kiểm tra giấy tờ tùy thân")
    walk.look("counter-errors")
    page.get_by_label("Mã dịch vụ công").fill(world.service(CHARGED))
    page.get_by_label("Loại giấy tờ").select_option("PASSPORT")
    page.get_by_label("Số giấy tờ").fill("X9990009")
    page.get_by_label("Nước cấp hộ chiếu").select_option("GB")
    page.get_by_label("Họ, chữ đệm và tên").fill("SMITH John Michael")
    page.get_by_label("Đã kiểm tra bản gốc giấy tờ tùy thân của người nộp").check()
    page.get_by_role("button", name="Lập hồ sơ").click()
    expect(page.get_by_text("Lập tại bộ phận một cửa cho")).to_be_visible()
    walk.look("counter-application")
    walk.visit("/can-bo/lien-ket-giay-to", "link-document")
