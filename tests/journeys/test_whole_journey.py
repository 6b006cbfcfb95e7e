"""One dossier from search to result and rating, in the browser, through every outside system; nothing found wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from motcua.domain.dossiers.models import Dossier, Pause
from motcua.domain.payments.models import Attempt
from motcua.foundation import clock, events
from motcua.foundation.detectors import run_all
from tests.domain.dossiers.world import PDF
from tests.journeys.conftest import Walk
from tests.journeys.country import sign_on, vneid  # noqa: F401 - a fixture
from tests.journeys.installation import Installation, installation
from tests.journeys.test_citizen_journey import EXTRACT, choose_place, fill_amount, fill_event

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60.0


@pytest.fixture
def everything(settings: Any, tmp_path: Path, live_server: Any, vneid: str) -> Iterator[Installation]:  # noqa: F811
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = {**settings.STORAGES, "default": disk}
    with installation(tmp_path, live_server.url, EXTRACT) as running:
        yield running


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Waits for the background; says what did not come."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def officer_at(browser: Browser, address: str, name: str) -> Page:
    """A second browser in which an officer has signed on through VNeID."""
    page = browser.new_context(locale="vi-VN").new_page()
    page.goto(f"{address}/dang-nhap")
    page.get_by_role("link", name="Cán bộ, công chức đăng nhập tại đây").click()
    page.get_by_role("button", name="Đăng nhập bằng VNeID").click()
    page.get_by_role("button", name=name).first.click()
    page.wait_for_url(f"{address}/**")
    return page


def test_one_dossier_from_search_to_rating(
    walk: Walk, browser: Browser, everything: Installation, tmp_path: Path
) -> None:
    page, address = walk.page, walk.address
    dossier = apply_for_an_extract(walk)
    eventually(lambda: any("nop thanh cong" in text for text in everything.messages()), "the SMS of the submission")

    desk = officer_at(browser, address, "Bùi Thị Lan")
    desk.goto(f"{address}/can-bo/")
    desk.get_by_role("link", name=dossier.code).click()
    desk.get_by_role("button", name="Tiếp nhận hồ sơ").click()
    expect(desk.get_by_text("Đã thực hiện: Tiếp nhận hồ sơ")).to_be_visible()

    ask_for_a_supplement(officer_at(browser, address, "Đặng Văn Hùng"), address, dossier)
    walk.visit(f"/ho-so/{dossier.pk}", "journey-supplement-asked")
    page.get_by_role("link", name="Nộp giấy tờ bổ sung").first.click()
    paper = tmp_path / "Văn bản bổ sung.pdf"
    paper.write_bytes(PDF)
    page.locator("input[type=file]").first.set_input_files(paper)
    page.get_by_role("button", name="Gửi giấy tờ bổ sung").click()
    expect(page.get_by_role("main")).to_contain_text("Hồ sơ đã được tiếp nhận")

    pay_by_qr(walk, everything, dossier)

    specialist = officer_at(browser, address, "Đặng Văn Hùng")
    specialist.goto(f"{address}/can-bo/ho-so/{dossier.pk}")
    expect(specialist.get_by_text("Đã thanh toán", exact=True)).to_be_visible()
    specialist.get_by_role("button", name="Bắt đầu xử lý").click()
    specialist.get_by_role("button", name="Trình phê duyệt").click()
    head = officer_at(browser, address, "Ngô Quang Minh")
    head.goto(f"{address}/can-bo/ho-so/{dossier.pk}")
    head.get_by_label("Nội dung kết quả").fill("Trích lục khai sinh của Nguyễn Thị Bé, sinh ngày 05/6/1990.")
    head.get_by_role("button", name="Phê duyệt và ban hành kết quả").click()
    desk = officer_at(browser, address, "Phan Thị Hoa")
    desk.goto(f"{address}/can-bo/ho-so/{dossier.pk}")
    desk.get_by_role("button", name="Trả kết quả").click()
    expect(desk.get_by_text("Đã trả kết quả", exact=True)).to_be_visible()

    walk.visit(f"/ho-so/{dossier.pk}", "journey-returned")
    page.get_by_label("Rất hài lòng").check()
    page.get_by_role("button", name="Gửi đánh giá").click()
    everything_left_its_trace(dossier, everything)


def apply_for_an_extract(walk: Walk) -> Dossier:
    """Search, service page, sign-on, form, review with the fee, submit."""
    page = walk.visit("/")
    page.get_by_role("searchbox", name="Tên hoặc mã thủ tục").last.fill("trích lục khai sinh")
    page.get_by_role("button", name="Tìm thủ tục").click()
    page.get_by_role("link", name="Cấp bản sao Trích lục hộ tịch").click()
    page.get_by_role("link", name="Nộp hồ sơ trực tuyến").click()
    sign_on(page, "Nguyễn Văn An")
    choose_place(page)
    page.get_by_role("link", name="Người yêu cầu").click()
    page.get_by_label("Quan hệ với người được cấp bản sao").select_option("SELF")
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    fill_event(page)
    fill_amount(page)
    page.get_by_role("link", name="Tiếp tục").click()
    expect(page.get_by_text("16.000 đồng").first).to_be_visible()
    page.get_by_role("button", name="Nộp hồ sơ").click()
    page.wait_for_url("**/da-nop")
    dossier = Dossier.objects.get()
    expect(page.get_by_text(dossier.code)).to_be_visible()
    return dossier


def ask_for_a_supplement(page: Page, address: str, dossier: Dossier) -> None:
    """The specialist asks for one component, with a real reason."""
    page.goto(f"{address}/can-bo/ho-so/{dossier.pk}")
    page.locator("summary", has_text="Yêu cầu bổ sung").click()
    form = page.locator("details[open]").first
    form.get_by_role("checkbox").first.check()
    form.get_by_role("combobox", name="Lý do").select_option("MISSING_COMPONENT")
    form.get_by_label("Nội dung cụ thể").fill("Cần giấy tờ chứng minh quan hệ với người được cấp bản sao")
    form.get_by_role("button", name="Yêu cầu bổ sung").click()
    expect(page.get_by_text("Chờ bổ sung", exact=True)).to_be_visible()


def pay_by_qr(walk: Walk, everything: Installation, dossier: Dossier) -> None:
    """The QR is shown, scanned twice by a banking app, confirmed once; the page changes by itself; a receipt comes."""
    page = walk.page
    page.get_by_role("link", name="Nộp tiền").first.click()
    page.get_by_role("button", name="Tạo mã QR").click()
    expect(page.get_by_role("heading", name="Quét mã QR bằng ứng dụng ngân hàng")).to_be_visible()
    walk.look("journey-qr")
    everything.bank.scan(Attempt.objects.get().qr_payload)
    everything.bank.scan(Attempt.objects.get().qr_payload)
    expect(page.get_by_text("Đã nộp tiền")).to_be_visible(timeout=PATIENCE * 1000)
    eventually(lambda: Attempt.objects.filter(credited=True).count() == 1, "exactly one credit")
    walk.visit(f"/ho-so/{dossier.pk}", "journey-paid")


def everything_left_its_trace(dossier: Dossier, everything: Installation) -> None:
    """Events, SMS, a pause, one credit, and no detector finds anything, audit seals included."""
    types = [item.body.type_name for item in events.of_dossier(dossier.pk) if item.body.aggregate == "dossier"]
    assert types == [
        "dossier.submitted",
        "dossier.received",
        "dossier.supplement_asked",
        "dossier.supplemented",
        "dossier.processing_started",
        "dossier.result_proposed",
        "dossier.resolved",
        "dossier.returned",
        "dossier.rated",
    ]
    assert Pause.objects.get().ended_by == "supplement"
    eventually(lambda: any("tra ket qua" in text for text in everything.messages()), "the SMS of the result")
    with clock.travel(clock.now() + timedelta(seconds=30), ticking=True):
        eventually(lambda: run_all() == [], "detectors find nothing")
