"""The first page a person sees."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Walk

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_front_page_names_the_portal_and_the_hotline(walk: Walk) -> None:
    page = walk.visit("/", "front-page")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("contentinfo")).to_contain_text("1800.1096")
    expect(page).to_have_title("Cổng Dịch vụ công quốc gia")


def test_an_unknown_page_says_what_to_do_and_gives_a_reference(walk: Walk) -> None:
    page = walk.visit("/khong-co-trang-nay", "unknown-page", status=404)

    expect(page.get_by_role("heading", level=1)).to_have_text("Không tìm thấy trang Ông/Bà yêu cầu")
    expect(page.get_by_text("Mã hỗ trợ", exact=True)).to_be_visible()


def test_the_menu_opens_and_the_language_switches_without_script(page_without_script: Page, live_server) -> None:
    page = page_without_script
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(live_server.url)

    page.locator("summary").click()
    page.get_by_role("button", name="English").click()

    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_first_tab_stop_leads_past_the_header(walk: Walk) -> None:
    page = walk.visit("/")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "noi-dung"
