"""Errors of identity lead to a guide that opens, and a dead link is found (IDN-15)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest

from motcua.domain.people.rules import Cause
from motcua.faces import guides
from motcua.faces.guides import TITLES, address, guided_codes, guides_for
from tests.domain.dossiers.world import small_world
from tests.faces.pages import Browser

pytestmark = pytest.mark.django_db

OF_ORGANISATIONS = "1.002051"


def dead(links: Iterable[str]) -> list[str]:
    """The link check: addresses of ours that do not open for everybody."""
    browser = Browser()
    return sorted({link for link in links if browser.get(link).status_code != 200})


def links_of(page: Any) -> list[str]:
    return re.findall(r'href="(/[^"#?]*)', page.content.decode().split("<main", 1)[1].split("</main>", 1)[0])


@pytest.mark.requirement("IDN-15")
def test_an_identity_error_links_its_guides_which_open_and_a_dead_link_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = small_world(OF_ORGANISATIONS)

    page = Browser(world.citizen).get(f"/dich-vu/{OF_ORGANISATIONS}.01/nop")

    assert page.status_code == 403
    assert address(guides.ORGANISATION) in links_of(page)
    assert address(guides.COUNTER) in links_of(page)
    assert dead(links_of(page)) == ["/ca-nhan/tu-cach"]  # the one that asks to sign in
    every = [link.href for code in guided_codes() for link in guides_for([code])]
    assert dead(every) == []

    monkeypatch.setitem(guides.TITLES, "khong-co", "Hướng dẫn đã mất")
    monkeypatch.setitem(guides._OF_ERROR, "ORG_ACCOUNT_MISSING", ("khong-co",))
    assert dead(link.href for link in guides_for(["ORG_ACCOUNT_MISSING"])) == ["/tro-giup/khong-co"]


def test_every_cause_of_a_failed_sign_on_has_a_guide() -> None:
    assert [cause for cause in Cause if not guides_for([cause.value])] == []


@pytest.mark.parametrize("name", TITLES)
def test_every_guide_says_what_it_is_and_leads_on(name: str) -> None:
    page = Browser().get(address(name))

    assert str(TITLES[name]) in page.content.decode()
    assert dead(links_of(page)) == []
    assert {address(other) for other in TITLES if other != name} <= set(links_of(page))


def test_a_guide_that_does_not_exist_is_not_found() -> None:
    assert Browser().get("/tro-giup/khac").status_code == 404
