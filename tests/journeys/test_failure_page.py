"""The page that people see while the database is away, on a phone and at a desk (POR-13)."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import expect

from tests.faces.test_failures import database_gone
from tests.journeys.conftest import Walk

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_page_without_a_database_reads_like_any_other(walk: Walk) -> None:
    with database_gone():
        failed = Client(raise_request_exception=False).get("/tra-cuu/H26.900.004-260604-010001")

    walk.visit("/tro-giup")
    walk.page.evaluate("page => { document.open(); document.write(page); document.close() }", failed.content.decode())

    expect(walk.page.get_by_role("heading", level=1)).to_have_text("Hệ thống gặp sự cố nên chưa tra cứu được hồ sơ")
    walk.look("failure-without-database")
