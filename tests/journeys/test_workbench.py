"""An official's day in the browser: receive, ask, process, approve, return; refusals keep what was typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from motcua.domain.dossiers import services
from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.rules import State
from tests.domain.dossiers.world import FREE, World, small_world
from tests.journeys.conftest import Walk
from tests.journeys.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_file_store(settings, tmp_path) -> None:
    """Files of a test go to a folder of its own."""
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": disk}


@pytest.fixture
def world() -> World:
    return small_world(FREE)


def expect_refused_post(walk: Walk) -> None:
    """The browser reports the 422 we asked for as a console error; nothing else may stand there."""
    walk.page.wait_for_load_state("networkidle")
    walk.complaints = [text for text in walk.complaints if "status of 422" not in text]


def test_a_dossier_from_desk_to_result(walk: Walk, world: World) -> None:
    dossier = world.submitted()
    page = walk.page

    sign_in(page, walk.address, world.reception)
    walk.visit("/can-bo/", "workbench-list")
    page.get_by_role("link", name=dossier.code).click()
    walk.look("workbench-dossier-submitted")
    page.get_by_role("button", name="Tiếp nhận hồ sơ").click()
    expect(page.get_by_text("Đã thực hiện: Tiếp nhận hồ sơ")).to_be_visible()

    sign_in(page, walk.address, world.processor)
    walk.visit(f"/can-bo/ho-so/{dossier.pk}")
    page.get_by_role("button", name="Bắt đầu xử lý").click()
    page.get_by_role("button", name="Trình phê duyệt").click()

    sign_in(page, walk.address, world.approver)
    walk.visit(f"/can-bo/ho-so/{dossier.pk}", "workbench-dossier-approval")
    page.get_by_label("Nội dung kết quả").fill("Xác nhận ông Nguyễn Văn An chưa đăng ký kết hôn với ai.")
    page.get_by_role("button", name="Phê duyệt và ban hành kết quả").click()
    expect(page.get_by_text("Có kết quả", exact=True)).to_be_visible()

    sign_in(page, walk.address, world.returner)
    walk.visit(f"/can-bo/ho-so/{dossier.pk}", "workbench-dossier-return")
    page.get_by_role("radio", name="Tại bộ phận một cửa").check()
    page.get_by_role("button", name="Trả kết quả").click()
    expect(page.get_by_role("alert")).to_contain_text("Ghi tên người nhận")
    expect_refused_post(walk)
    page.get_by_label("Người nhận tại bộ phận một cửa").fill("Nguyễn Văn An")
    page.get_by_label("Người nhận đã ký nhận").check()
    page.get_by_role("radio", name="Tại bộ phận một cửa").check()
    page.get_by_role("button", name="Trả kết quả").click()
    expect(page.get_by_text("Đã trả kết quả", exact=True)).to_be_visible()
    walk.visit(f"/can-bo/ho-so/{dossier.pk}/dau-vet", "workbench-trace")

    done = Dossier.objects.get(pk=dossier.pk)
    assert done.state == State.RETURNED
    assert done.result.signature == "SIGNED"


def test_a_refusal_without_a_real_reason_keeps_what_was_typed(walk: Walk, world: World) -> None:
    dossier = world.submitted()
    page = walk.page
    sign_in(page, walk.address, world.reception)
    walk.visit(f"/can-bo/ho-so/{dossier.pk}")

    page.locator("summary", has_text="Từ chối tiếp nhận").click()
    form = page.locator("details[open]")
    form.get_by_label("Lý do").select_option("OTHER")
    form.get_by_label("Nội dung cụ thể").fill("không đạt")
    form.get_by_role("button", name="Từ chối tiếp nhận").click()

    expect(page.get_by_role("alert")).to_contain_text("Phải nêu rõ lý do")
    expect(page.locator("details[open]").get_by_label("Nội dung cụ thể")).to_have_value("không đạt")
    expect_refused_post(walk)
    walk.look("workbench-refusal-errors")
    assert Dossier.objects.get(pk=dossier.pk).state == State.SUBMITTED


def test_two_officials_on_one_dossier(walk: Walk, world: World) -> None:
    dossier = world.submitted()
    page = walk.page
    sign_in(page, walk.address, world.reception)
    walk.visit(f"/can-bo/ho-so/{dossier.pk}")
    services.receive(world.reception, dossier.pk)  # a colleague was faster

    page.get_by_role("button", name="Tiếp nhận hồ sơ").click()

    expect(page.get_by_role("alert")).to_contain_text("vừa được người khác cập nhật")


def test_what_an_officer_may_not_see_or_do(walk: Walk, world: World) -> None:
    dossier = world.submitted()
    page = walk.page

    sign_in(page, walk.address, world.stranger)
    walk.visit(f"/can-bo/ho-so/{dossier.pk}", "workbench-not-found", status=404)
    sign_in(page, walk.address, world.monitor)
    walk.visit(f"/can-bo/ho-so/{dossier.pk}", "workbench-monitor")
    expect(page.get_by_role("button", name="Tiếp nhận hồ sơ")).to_have_count(0)


def test_without_scripts_an_officer_asks_for_a_supplement(page_without_script, live_server, world: World) -> None:
    dossier = world.submitted()
    page = page_without_script
    sign_in(page, live_server.url, world.reception)

    page.goto(f"{live_server.url}/can-bo/ho-so/{dossier.pk}")
    page.locator("summary", has_text="Yêu cầu bổ sung").click()
    form = page.locator("details[open]")
    form.get_by_role("checkbox").first.check()
    form.get_by_label("Nội dung cần bổ sung").first.fill("Chụp lại cho rõ số giấy tờ")
    form.get_by_label("Lý do").select_option("INVALID_COMPONENT")
    form.get_by_label("Nội dung cụ thể").fill("Bản chụp bị mờ, không đọc được số giấy tờ")
    form.get_by_role("button", name="Yêu cầu bổ sung").click()

    expect(page.get_by_text("Chờ bổ sung", exact=True)).to_be_visible()
    assert Dossier.objects.get(pk=dossier.pk).state == State.WAIT_SUPPLEMENT


def test_searching_and_empty_lists_say_what_to_do(walk: Walk, world: World) -> None:
    world.submitted()
    sign_in(walk.page, walk.address, world.reception)

    walk.visit("/can-bo/danh-sach/cho-tiep-nhan?tim=nguyen van an")
    expect(walk.page.get_by_role("row")).to_have_count(2)
    walk.visit("/can-bo/danh-sach/cho-tiep-nhan?tim=khong co ai", "workbench-empty-search")
    expect(walk.page.get_by_text("Không có hồ sơ nào khớp")).to_be_visible()
    walk.visit("/can-bo/danh-sach/khong-co", "workbench-unknown-list", status=404)
