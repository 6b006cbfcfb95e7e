"""Differing identity data and population queries in the browser: on a phone and at a desk, readable for everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.domain.dossiers.world import FREE, World, officer, small_world
from tests.domain.people.population_register import PopulationRegister, population, population_url
from tests.faces.test_identity_differences import EVIDENCE, REPORT, differing
from tests.faces.test_population_queries import WHY, known_to_the_register
from tests.journeys.conftest import Walk
from tests.journeys.signing_in import sign_in

__all__ = ["population", "population_url"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_file_store(settings: Any, tmp_path: Path) -> None:
    """Files of a test go to a folder of its own."""
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": disk}


@pytest.fixture
def world() -> World:
    return small_world(FREE)


def test_a_difference_is_found_in_the_report_and_resolved_on_the_dossier(walk: Walk, world: World) -> None:
    dossier, _rows = differing(
        world, ISSUED_ON=("2021-05-12", "2021-05-10"), ISSUED_BY=("Công an thành phố Hà Nội", "Bộ Công an")
    )
    page = walk.page

    sign_in(page, walk.address, world.reception)
    walk.visit("/can-bo/quan-tri/")
    page.get_by_role("link", name="Sai khác dữ liệu định danh").click()
    walk.look("administration-differences")
    page.get_by_role("link", name=dossier.code).first.click()
    page.locator("summary", has_text="Ghi nhận đã đính chính").first.click()
    walk.look("workbench-differences")
    page.get_by_label("Căn cứ đính chính").first.fill(EVIDENCE)
    page.locator("details[open]").get_by_role("button", name="Ghi nhận").click()

    expect(page.get_by_text("1 sai khác chưa xử lý")).to_be_visible()
    sign_in(page, walk.address, officer("MONITOR", world.province))
    walk.visit(f"{REPORT}?tinh-trang=da-xu-ly&truong=ISSUED_ON")
    expect(page.get_by_role("link", name=dossier.code)).to_be_visible()
    walk.visit(f"{REPORT}?truong=SEX", "administration-differences-none")


def test_population_data_are_asked_for_a_dossier_and_the_question_stands_in_the_journal(
    walk: Walk, world: World, population: PopulationRegister
) -> None:
    known_to_the_register(world)
    dossier = world.submitted()
    page = walk.page

    sign_in(page, walk.address, world.reception)
    walk.visit(f"/can-bo/ho-so/{dossier.pk}")
    page.locator("summary", has_text="Xác thực nhân thân người nộp hồ sơ").click()
    walk.look("workbench-population")
    form = page.locator("details[open]")
    form.get_by_label("Giới tính").uncheck()
    form.get_by_label("Lý do khai thác cho hồ sơ này").fill(WHY)
    form.get_by_role("button", name="Khai thác").click()
    expect(page.get_by_text("10/05/2021").first).to_be_visible()
    walk.look("workbench-population-answer")

    sign_in(page, walk.address, officer("SEC_OFFICER", world.province))
    walk.visit("/can-bo/quan-tri/khai-thac-dan-cu", "administration-population")
    expect(page.get_by_text(WHY)).to_be_visible()
