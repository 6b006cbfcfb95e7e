"""A citizen's way from the front page to a submitted dossier, with all that can go wrong on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from motcua.domain.dossiers.models import Dossier, Draft
from tests.domain.dossiers.world import PDF
from tests.journeys.conftest import Walk
from tests.journeys.country import load_country, sign_on, vneid  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True)
EXTRACT = "2.000635"


def choose_place(page: Page) -> None:
    """Phường Ba Đình, Hà Nội, where there are officers."""
    page.get_by_label("Tỉnh, thành phố").select_option("01")
    page.get_by_label("Xã, phường, đặc khu").select_option("00004")
    page.get_by_role("button", name="Bắt đầu").click()


def fill_event(page: Page) -> None:
    page.get_by_label("Loại giấy tờ cần cấp bản sao").select_option("BIRTH")
    page.get_by_label("Họ, chữ đệm, tên người đã đăng ký").fill("Nguyễn Thị Bé")
    page.get_by_label("Ngày sinh người đã đăng ký").fill("5/6/1990")
    place = page.get_by_role("group", name="Nơi đã đăng ký")
    place.get_by_label("Tỉnh, thành phố").select_option("01")
    place.get_by_label("Xã, phường, đặc khu").select_option("00004")
    page.get_by_role("button", name="Lưu và tiếp tục").click()


def fill_amount(page: Page, copies: str = "2") -> None:
    page.get_by_label("Số lượng bản sao").fill(copies)
    page.get_by_label("Mục đích sử dụng").fill("Bổ túc hồ sơ xin việc")
    page.get_by_role("button", name="Lưu và tiếp tục").click()


def test_from_the_front_page_to_a_submitted_dossier(walk: Walk, vneid: str, tmp_path: Path) -> None:  # noqa: F811
    load_country(EXTRACT, "1.001193")
    page = walk.visit("/")

    page.get_by_role("searchbox", name="Tên hoặc mã thủ tục").last.fill("trích lục khai sinh")
    page.get_by_role("button", name="Tìm thủ tục").click()
    page.get_by_role("link", name="Cấp bản sao Trích lục hộ tịch").click()
    page.get_by_role("link", name="Nộp hồ sơ trực tuyến").click()
    walk.look("sign-on")
    sign_on(page, "Nguyễn Văn An")
    expect(page.get_by_role("link", name="Nguyễn Văn An")).to_be_visible()

    choose_place(page)
    page.get_by_role("link", name="Người yêu cầu").click()
    expect(page.get_by_label("Họ, chữ đệm, tên người yêu cầu")).to_have_value("Nguyễn Văn An")
    expect(page.get_by_label("Số giấy tờ")).to_have_value("001085999001")
    page.get_by_label("Quan hệ với người được cấp bản sao").select_option("AUTHORISED")
    expect(page.get_by_text("Đã lưu lúc")).to_be_visible()
    assert Draft.objects.get().form["relationship"] == "AUTHORISED"
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    fill_event(page)
    fill_amount(page)

    walk.look("papers")
    disguised, paper = tmp_path / "uy quyen.pdf", tmp_path / "Giấy ủy quyền số 1.pdf"
    disguised.write_bytes(b"MZ\x90\x00 this is a program")
    paper.write_bytes(PDF)
    chooser = page.get_by_label(re.compile("Chọn tệp.*ủy quyền"))
    chooser.set_input_files(disguised)
    page.get_by_role("button", name="Tải lên").first.click()
    expect(page.get_by_role("alert")).to_contain_text("uy quyen.pdf")
    walk.look("papers-refused")
    chooser.set_input_files(paper)
    page.get_by_role("button", name="Tải lên").first.click()
    expect(page.get_by_role("link", name="Giấy ủy quyền số 1.pdf")).to_be_visible()
    page.get_by_role("link", name="Tiếp tục").click()

    expect(page.get_by_text("16.000 đồng").first).to_be_visible()
    walk.look("check")
    page.get_by_role("button", name="Nộp hồ sơ").dblclick()
    expect(page).to_have_url(re.compile("/ho-so/[0-9a-f-]+/da-nop"))
    dossier = Dossier.objects.get()
    expect(page.get_by_text(dossier.code)).to_be_visible()
    walk.look("acknowledgement")
    assert Draft.objects.count() == 0
    assert dossier.form["subject_birth_date"] == "1990-06-05"


def test_the_same_way_without_script(page_without_script: Page, live_server, vneid: str) -> None:  # noqa: F811
    load_country(EXTRACT)
    page = page_without_script
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(f"{live_server.url}/dich-vu/{EXTRACT}.01/nop")
    sign_on(page, "Nguyễn Văn An")

    page.get_by_label("Tỉnh, thành phố").select_option("01")
    page.get_by_role("button", name="Hiện các xã, phường").click()
    page.get_by_label("Xã, phường, đặc khu").select_option("00004")
    page.get_by_role("button", name="Bắt đầu").click()
    page.get_by_role("link", name="Người yêu cầu").click()
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    expect(page.get_by_role("alert")).to_contain_text("Quan hệ với người được cấp bản sao")
    page.get_by_label("Quan hệ với người được cấp bản sao").select_option("SELF")
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    page.get_by_label("Loại giấy tờ cần cấp bản sao").select_option("BIRTH")
    page.get_by_label("Họ, chữ đệm, tên người đã đăng ký").fill("Nguyễn Văn An")
    page.get_by_label("Ngày sinh người đã đăng ký").fill("12/03/1985")
    place = page.get_by_role("group", name="Nơi đã đăng ký")
    place.get_by_label("Tỉnh, thành phố").select_option("01")
    place.get_by_role("button", name="Hiện các xã, phường").click()
    expect(page.get_by_label("Họ, chữ đệm, tên người đã đăng ký")).to_have_value("Nguyễn Văn An")
    page.get_by_role("group", name="Nơi đã đăng ký").get_by_label("Xã, phường, đặc khu").select_option("00004")
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    fill_amount(page, "1")
    page.get_by_role("link", name="Tiếp tục").click()
    page.get_by_role("button", name="Nộp hồ sơ").click()

    expect(page.get_by_role("heading", name="Đã nộp hồ sơ")).to_be_visible()
    expect(page.get_by_text(Dossier.objects.get().code)).to_be_visible()
