"""An officer is refused, asks by one click, is granted the right and goes on in the same session (ACC-06, ACC-09)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from motcua.domain.dossiers.models import Dossier
from motcua.domain.organisations.defects.models import AccountDefect
from motcua.domain.organisations.services import Right, grant_role
from tests.domain.dossiers.world import FREE, World, officer, principal, small_world
from tests.domain.organisations import factories as make
from tests.journeys.conftest import Walk
from tests.journeys.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return small_world(FREE)


def test_from_refusal_to_the_right(walk: Walk, world: World) -> None:
    dossier = world.submitted()
    newcomer = make.holder("RETURN", world.commune, "Kiều Anh Tuấn")
    admin = officer("UNIT_ADMIN", world.province, "Đỗ Thanh Tùng")
    page = walk.page

    sign_in(page, walk.address, principal(newcomer))
    walk.visit(f"/can-bo/ho-so/{dossier.pk}")
    page.locator("summary", has_text="Thao tác ngoài quyền").click()
    walk.look("dossier-refused-acts")
    page.get_by_role("button", name=re.compile("Đề nghị cấp quyền này.*Tiếp nhận hồ sơ")).click()
    expect(page.get_by_text("Đã gửi đề nghị cấp quyền")).to_be_visible()
    walk.look("account-defect-asked")
    walk.visit("/can-bo/quan-tri/vuong-mac-tai-khoan/ghi-nhan", "refusal-with-request", status=403)
    walk.visit(f"/can-bo/quan-tri/chan-doan?ma-ho-so={dossier.code}&chuc-nang=dossier.receive", "diagnosis-refused")
    expect(page.get_by_text("Thiếu chức năng: tiếp nhận hồ sơ")).to_be_visible()

    asked = AccountDefect.objects.get()
    grant_role(admin, newcomer.pk, Right("RECEPTION", world.commune.pk), reason="Theo đề nghị")
    sign_in(page, walk.address, admin)
    walk.visit("/can-bo/quan-tri/", "administration-home")
    page.get_by_role("link", name="Vướng mắc tài khoản").click()
    walk.look("account-defects")
    page.get_by_role("link", name=str(asked.pk), exact=True).click()
    walk.look("account-defect-steps")
    answer = page.locator("details[open]")
    answer.get_by_label("Nội dung trả lời hoặc lý do").fill("Đã cấp quyền tiếp nhận")
    answer.get_by_role("button", name="Đã xử lý").click()
    expect(page.get_by_text("Đã xử lý, chờ xác nhận")).to_be_visible()
    walk.visit("/can-bo/quan-tri/vuong-mac-tai-khoan/ghi-nhan", "account-defect-report")
    walk.visit(f"/can-bo/quan-tri/the-quyen/{newcomer.pk}", "account-card")
    walk.visit(
        f"/can-bo/quan-tri/chan-doan?tai-khoan={newcomer.pk}&ma-ho-so={dossier.code}&chuc-nang=dossier.receive",
        "diagnosis-allowed",
    )

    sign_in(page, walk.address, principal(newcomer))
    walk.visit(f"/can-bo/ho-so/{dossier.pk}")
    page.get_by_role("button", name="Tiếp nhận hồ sơ", exact=True).click()
    expect(page.get_by_text("Đã thực hiện: Tiếp nhận hồ sơ")).to_be_visible()
    walk.visit(f"/can-bo/quan-tri/vuong-mac-tai-khoan/{asked.pk}")
    page.get_by_role("button", name="Xác nhận và đóng").click()
    expect(page.get_by_text("Đã đóng")).to_be_visible()

    assert Dossier.objects.get(pk=dossier.pk).state == "RECEIVED"
    assert AccountDefect.objects.get().state == "CLOSED"
    walk.quiet()
