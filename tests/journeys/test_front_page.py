"""The first page a person sees."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_front_page_names_the_portal_and_the_hotline(page: Page, live_server) -> None:
    page.goto(live_server.url)

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("contentinfo")).to_contain_text("1800.1096")
