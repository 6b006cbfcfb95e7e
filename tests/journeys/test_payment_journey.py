"""Paying by QR as the payer sees it: a code that a banking app can read, money that shows by itself, a receipt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy
import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from motcua.domain.catalogue.rules import required_components
from motcua.domain.dossiers import services
from motcua.domain.dossiers.models import Dossier
from motcua.domain.payments.demonstration import load_demonstration
from motcua.domain.payments.models import Attempt
from motcua.domain.payments.rules import AttemptState
from tests.domain.dossiers.world import CHARGED, World, small_world
from tests.domain.payments.bank import Bank, Clocks, open_bank
from tests.domain.payments.paying import wait_for_notifications, work
from tests.journeys.conftest import Walk
from tests.journeys.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bank(live_server, tmp_path: Path) -> Iterator[Bank]:
    with open_bank(tmp_path / "bank", live_server.url) as running:
        yield running


@pytest.fixture
def clocks(bank: Bank) -> Iterator[Clocks]:
    moved = Clocks(bank)
    yield moved
    moved.close()


@pytest.fixture
def world() -> World:
    made = small_world(CHARGED)
    load_demonstration()
    return made


def scanned(page: Page) -> str:
    """What a camera reads off the page."""
    image = cv2.imdecode(numpy.frombuffer(page.locator("svg.qr").screenshot(), numpy.uint8), cv2.IMREAD_COLOR)
    text, _points, _straight = cv2.QRCodeDetector().detectAndDecode(cv2.resize(image, None, fx=2, fy=2))
    return text


def charged_dossier(world: World) -> Dossier:
    """A dossier of somebody whom no exemption spares the charge."""
    complete = world.submission(CHARGED)
    form = {**complete.form, "fee_exempt": False, "copies": 2}
    needed = {component.code for component in required_components(world.definitions[CHARGED], form)}
    files = [pair for pair in complete.files if pair[0] in needed]
    answer = services.submit(world.citizen, replace(complete, form=form, files=files))
    return Dossier.objects.get(pk=answer.dossier_id)


def open_qr(walk: Walk, world: World) -> Page:
    """From the dossier's page to the QR."""
    dossier = charged_dossier(world)
    sign_in(walk.page, walk.address, world.citizen)
    page = walk.visit(f"/ho-so/{dossier.pk}", "dossier-to-pay")
    page.get_by_role("link", name="Nộp tiền").click()
    walk.look("choose-bank")
    page.get_by_role("button", name="Tạo mã QR").click()
    return page


def test_a_scanned_qr_is_paid_shown_and_receipted(walk: Walk, world: World, bank: Bank) -> None:
    page = open_qr(walk, world)
    expect(page.get_by_role("heading", name="Quét mã QR bằng ứng dụng ngân hàng")).to_be_visible()
    walk.look("pay-qr")
    attempt = Attempt.objects.get()
    assert scanned(page) == attempt.qr_payload
    expect(page.locator("[data-countdown]")).to_have_text(re.compile(r"1[0-4]:\d\d"))

    bank.scan(scanned(page))
    wait_for_notifications(1)
    work()

    expect(page.get_by_text("Đã nộp tiền")).to_be_visible(timeout=15_000)
    walk.look("paid")
    with page.expect_download() as downloading:
        page.get_by_role("link", name=re.compile("Tải biên lai")).click()
    text = PdfReader(downloading.value.path()).pages[0].extract_text()
    assert attempt.obligation.dossier.code in text
    page.get_by_role("link", name="Về trang hồ sơ").click()
    expect(page.get_by_text("Đã thanh toán")).to_be_visible()
    expect(page.get_by_role("link", name="Nộp tiền")).to_have_count(0)
    walk.visit("/nop-phi", "my-payments")


def test_a_bank_without_qr_is_told_in_plain_words_and_can_be_tried_again(walk: Walk, world: World, bank: Bank) -> None:
    bank.fault("create_empty")
    page = open_qr(walk, world)

    expect(page.get_by_role("alert")).to_contain_text("Chưa tạo được mã QR")
    expect(page.get_by_role("alert")).to_contain_text("Mã hỗ trợ")
    walk.complaints.clear()  # the 503 that was asked for
    walk.look("pay-failed")
    bank.healthy()
    page.get_by_role("button", name="Tạo mã QR").click()

    expect(page.locator("svg.qr")).to_be_visible()
    assert [item.state for item in Attempt.objects.order_by("started_at")] == [
        AttemptState.FAILED_TIMEOUT,
        AttemptState.INITIATED,
    ]


def test_an_expired_qr_says_so_and_a_new_one_can_be_made(
    walk: Walk, world: World, bank: Bank, clocks: Clocks, page_without_script: Page
) -> None:
    open_qr(walk, world)
    page = page_without_script
    sign_in(page, walk.address, world.citizen)
    address = walk.page.url
    walk.page.goto("about:blank")

    clocks.advance(16 * 60)
    page.goto(address)
    expect(page.get_by_text("Mã QR trước đã hết thời gian quét")).to_be_visible()
    page.get_by_role("button", name="Tạo mã QR").click()

    expect(page.locator("svg.qr")).to_be_visible()
    states = list(Attempt.objects.order_by("started_at").values_list("state", flat=True))
    assert states == [AttemptState.QR_EXPIRED, AttemptState.INITIATED]
