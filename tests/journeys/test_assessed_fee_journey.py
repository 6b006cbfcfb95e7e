"""A service whose fee an officer assesses: the whole form typed by its definition, papers, QR, signed result.

The other journey pays at submission and is asked for a supplement; between them they pass every state.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from motcua.domain.catalogue.definition import ServiceDefinition
from motcua.domain.catalogue.demonstration import procedures
from motcua.domain.catalogue.rules import required_components
from motcua.domain.dossiers.models import Dossier, Pause
from motcua.foundation import clock, signing
from motcua.foundation.detectors import run_all
from motcua.foundation.signing import Signature
from tests.domain.catalogue.form_samples import answers
from tests.domain.dossiers.conftest import own_file_store
from tests.domain.dossiers.world import PDF
from tests.journeys.conftest import Walk
from tests.journeys.country import sign_on, vneid
from tests.journeys.filling import fill_form
from tests.journeys.installation import Installation, installation
from tests.journeys.test_whole_journey import eventually, officer_at, pay_by_qr

__all__ = ["own_file_store", "vneid"]
pytestmark = pytest.mark.django_db(transaction=True)
INSURANCE = "1.001939"  # received by communes; the social-insurance office states the amount


@pytest.fixture
def everything(live_server: Any, tmp_path: Path, vneid: str) -> Iterator[Installation]:
    with installation(tmp_path, live_server.url, INSURANCE) as running:
        yield running


def definition() -> ServiceDefinition:
    return next(item.services[0].definition for item in procedures() if item.code == INSURANCE)


def apply_online(walk: Walk, folder: Path) -> Dossier:
    """From the search to the code, as Nguyễn Văn An at Phường Ba Đình."""
    service = definition()
    form = answers(service, 3)
    page = walk.visit("/tim-kiem?q=bảo hiểm y tế hộ gia đình")
    page.locator(f"main a[href='/dich-vu/{INSURANCE}']").click()
    page.get_by_role("link", name="Nộp hồ sơ trực tuyến").click()
    sign_on(page, "Nguyễn Văn An")
    page.get_by_label("Tỉnh, thành phố").select_option("01")
    page.get_by_label("Xã, phường, đặc khu").select_option("00004")
    page.get_by_role("button", name="Bắt đầu").click()
    page.get_by_role("link", name=service.form.ui.sections[0].title).click()
    fill_form(page, service, form)
    for number, component in enumerate(required_components(service, form), start=1):
        attach(page, component.code, folder / f"Giấy tờ số {number}.pdf")
    page.get_by_role("link", name="Tiếp tục").click()
    expect(page.get_by_text("Không phải nộp phí, lệ phí khi nộp hồ sơ")).to_be_visible()
    page.get_by_role("button", name="Nộp hồ sơ").click()
    expect(page.get_by_role("heading", name="Đã nộp hồ sơ")).to_be_visible()
    return Dossier.objects.get()


def attach(page: Page, component: str, file: Path) -> None:
    file.write_bytes(PDF)
    page.locator(f"input[type=file][name='{component}']").set_input_files(file)
    page.locator("form", has=page.locator(f"input[name='{component}']")).get_by_role("button", name="Tải lên").click()
    expect(page.get_by_role("link", name=file.name)).to_be_visible()


def assess(page: Page, walk: Walk, dossier: Dossier) -> None:
    """The specialist states what is to be paid, and why."""
    page.goto(f"{walk.address}/can-bo/ho-so/{dossier.pk}")
    page.get_by_role("button", name="Bắt đầu xử lý").click()
    page.locator("summary", has_text="Xác định nghĩa vụ tài chính").click()
    asking = page.locator("form", has=page.locator("[name^='fee_']"))
    asking.locator("[name^='fee_']").first.fill("650.000")
    asking.locator("[name='reason_text']").fill("Nộp tiền đóng bảo hiểm y tế theo thông báo của cơ quan bảo hiểm")
    asking.get_by_role("button", name="Xác định nghĩa vụ tài chính").click()
    expect(page.get_by_text("Đã thực hiện: Xác định nghĩa vụ tài chính")).to_be_visible()


def test_a_fee_assessed_later_stops_the_clock_until_it_is_paid(
    walk: Walk, browser: Browser, everything: Installation, tmp_path: Path
) -> None:
    page, address = walk.page, walk.address
    dossier = apply_online(walk, tmp_path)
    desk = officer_at(browser, address, "Bùi Thị Lan")
    desk.goto(f"{address}/can-bo/ho-so/{dossier.pk}")
    desk.get_by_role("button", name="Tiếp nhận hồ sơ").click()
    specialist = officer_at(browser, address, "Đặng Văn Hùng")
    assess(specialist, walk, dossier)

    walk.visit(f"/ho-so/{dossier.pk}", "assessed-to-pay")
    expect(page.get_by_text("đang chờ Ông/Bà thực hiện nghĩa vụ tài chính")).to_be_visible()
    expect(page.get_by_text("650.000 đồng").first).to_be_visible()
    pay_by_qr(walk, everything, dossier)
    expect(page.get_by_text("Hồ sơ đang được xử lý")).to_be_visible()
    assert Pause.objects.get().ended_by == "payment_complete"

    specialist.reload()
    specialist.get_by_role("button", name="Trình phê duyệt").click()
    head = officer_at(browser, address, "Ngô Quang Minh")
    head.goto(f"{address}/can-bo/ho-so/{dossier.pk}")
    head.get_by_label("Nội dung kết quả").fill("Cấp thẻ bảo hiểm y tế theo đề nghị")
    head.get_by_role("button", name="Phê duyệt và ban hành kết quả").click()
    expect(head.get_by_text("Đã thực hiện")).to_be_visible()
    walk.visit(f"/ho-so/{dossier.pk}", "assessed-resolved")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Tải kết quả").click()
    assert signing.verify(Path(downloading.value.path()).read_bytes()) is Signature.SIGNED

    with clock.travel(clock.now() + timedelta(seconds=30), ticking=True):
        eventually(lambda: run_all() == [], "detectors find nothing")
