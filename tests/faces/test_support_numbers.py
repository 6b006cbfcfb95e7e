"""Whom to call: the national hotline on every public page, the local number once a locality is known (POR-12)."""

from __future__ import annotations

import pytest
from django.test import Client

from motcua.domain.organisations.models import Unit
from tests.domain.dossiers.world import FREE, World, small_world
from tests.domain.organisations import factories

pytestmark = pytest.mark.django_db
LOCAL = "024 3825 3536"
LABEL = "Số hỗ trợ tại chỗ"


@pytest.fixture
def world() -> World:
    made = small_world(FREE)
    Unit.objects.filter(pk=made.province.pk).update(gso_code="01", support_phone=LOCAL)
    silent = factories.province("Tỉnh Không Số")
    Unit.objects.filter(pk=silent.pk).update(gso_code="04")
    return made


def _public_pages(world: World) -> list[str]:
    service = world.service(FREE)
    pages = ["/", "/linh-vuc", "/linh-vuc?theo=linh-vuc", "/tro-giup", "/tim-kiem", "/tim-kiem?q=khai", "/tra-cuu"]
    pages += ["/tra-cuu/khong-phai-ma", f"/dich-vu/{service}", "/dich-vu/9.999998", "/dang-nhap", "/khong-co-trang-nay"]
    return pages


def _footer(client: Client, path: str) -> str:
    page = client.get(path).content.decode()
    return page[page.index("<footer") :]


@pytest.mark.requirement("POR-12")
def test_every_public_page_names_the_hotline_and_the_number_of_the_chosen_province(
    client: Client, world: World
) -> None:
    for path in _public_pages(world):
        footer = _footer(client, path)
        assert "1800.1096" in footer, path
        assert LABEL not in footer, path

    assert client.post("/dia-phuong", {"province": "01", "next": "/tro-giup"})["Location"] == "/tro-giup"
    for path in _public_pages(world):
        footer = _footer(client, path)
        assert "1800.1096" in footer, path
        assert LABEL in footer, path
        assert LOCAL in footer, path

    client.post("/dia-phuong", {"province": "04"})
    for path in _public_pages(world):
        footer = _footer(client, path)
        assert "1800.1096" in footer, path
        assert LABEL not in footer, path


def test_a_dossiers_page_shows_the_number_of_its_own_place(client: Client, world: World) -> None:
    from tests.faces.pages import Browser

    dossier = world.submitted(FREE)

    page = Browser(world.citizen).get(f"/ho-so/{dossier.pk}").content.decode()

    assert LOCAL in page[page.index("<footer") :]


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"])
def test_choosing_a_province_never_leads_elsewhere(client: Client, world: World, target: str) -> None:
    assert client.post("/dia-phuong", {"province": "01", "next": target})["Location"] == "/"
