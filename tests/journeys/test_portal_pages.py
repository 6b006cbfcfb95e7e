"""Every page of the portal, looked at on a phone and at a desk."""

from __future__ import annotations

import pytest
from django.db.models import Value
from django.db.models.functions import Concat, Right
from playwright.sync_api import expect

from motcua.domain.dossiers import services
from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.services.intake import SupplementItem
from motcua.domain.organisations.models import Unit
from tests.domain.dossiers.world import ASSESSED, CHARGED, FREE, World, small_world
from tests.journeys.conftest import Walk
from tests.journeys.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    made = small_world(FREE, CHARGED, ASSESSED, "1.001193")
    Unit.objects.filter(gso_code__startswith="0", kind="COMMUNE").update(
        gso_code=Concat(Value("9"), Right("gso_code", 4))
    )
    for unit, code in ((made.province, "01"), (made.commune, "00004"), (made.other_commune, "00008")):
        Unit.objects.filter(pk=unit.pk).update(gso_code=code, support_phone="024 3825 3536")
    return made


def test_public_pages(walk: Walk, world: World) -> None:
    walk.visit("/", "front-page-full")
    walk.visit("/linh-vuc", "browse")
    walk.visit("/linh-vuc?theo=linh-vuc", "browse-by-field")
    walk.visit("/tro-giup", "help")
    page = walk.visit("/tim-kiem?q=dang ky khai sinh", "search")
    expect(page.get_by_role("link", name="Đăng ký khai sinh", exact=True)).to_be_visible()
    walk.visit("/tim-kiem?q=qzxv<script>", "search-nothing")
    page = walk.visit("/dich-vu/1.001193.01", "service")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đăng ký khai sinh")
    walk.visit("/tra-cuu", "lookup")
    walk.visit("/tra-cuu/khong-phai-ma", "lookup-malformed", status=422)
    walk.visit("/tra-cuu/H26.900.004-260604-010001", "lookup-unknown", status=404)
    dossier = world.in_process(FREE)
    walk.visit(f"/tra-cuu/{dossier.code}", "lookup-found")


def test_application_pages(walk: Walk, world: World) -> None:
    sign_in(walk.page, walk.address, world.citizen)

    page = walk.visit("/dich-vu/1.001193.01/nop", "begin")
    page.get_by_label("Tỉnh, thành phố").select_option("01")
    page.get_by_label("Xã, phường, đặc khu").select_option("00004")
    page.get_by_role("button", name="Bắt đầu").click()
    walk.look("application-tasks")
    page.get_by_role("link", name="Người đi đăng ký").click()
    walk.look("application-section")
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    walk.look("application-section-errors")


def test_dossier_pages(walk: Walk, world: World) -> None:
    sign_in(walk.page, walk.address, world.citizen)
    walk.visit("/ho-so", "my-dossiers-empty")
    waiting = world.in_process(FREE)
    definition = world.definitions[FREE]
    code = definition.components[0].code if definition.components else ""
    services.ask_supplement(
        world.processor,
        waiting.pk,
        items=[SupplementItem(code, "Bản chụp rõ hơn, đủ hai mặt")],
        reason_code="INVALID_COMPONENT",
        reason_text="Ảnh chụp giấy tờ bị mờ, không đọc được số và ngày cấp",
    )
    resolved = world.resolved(FREE)
    new = world.submitted(FREE)
    walk.visit("/ho-so", "my-dossiers")
    walk.visit(f"/ho-so/{new.pk}/da-nop", "submitted")
    walk.visit(f"/ho-so/{new.pk}", "dossier-new")
    walk.visit(f"/ho-so/{waiting.pk}", "dossier-waiting")
    walk.visit(f"/ho-so/{waiting.pk}/bo-sung", "supplement")
    walk.visit(f"/ho-so/{resolved.pk}", "dossier-resolved")
    walk.visit(f"/ho-so/{new.pk}/rut", "withdraw")
    assert Dossier.objects.count() == 3
