"""Who signed in is called the same in the header, the profile, forms and dossiers (POR-08)."""

from __future__ import annotations

import re
import unicodedata

import httpx
import pytest
from django.utils.html import escape

from motcua.domain.dossiers import services
from motcua.domain.dossiers.models import Draft
from motcua.domain.people.models import Person
from tests.domain.dossiers.world import CHARGED, World, principal, small_world
from tests.faces.browser_form import controls
from tests.journeys_api.product import Partners

pytestmark = pytest.mark.django_db(transaction=True)

# key at VNeID → the name in NFC: composed, decomposed at the source, one word, no middle name, a foreigner's passport
NAMES = {
    "nguyen-van-an": "Nguyễn Văn An",
    "tran-thi-bich-ngoc": "Trần Thị Bích Ngọc",
    "nie": "Niê",
    "ly-nam": "Lý Nam",
    "john-smith": "SMITH John Michael",
}
WITHOUT_OPTIONAL_CLAIMS = "le-minh-duc"


@pytest.fixture
def world(partners: Partners) -> World:
    return small_world(CHARGED)


def signed_on(partners: Partners, identity: str) -> httpx.Client:
    """A browser in which this person has signed on through VNeID."""
    browser = httpx.Client(base_url=partners.product, timeout=30, headers={"Referer": partners.product})
    begun = browser.post("/dang-nhap", data=controls(browser.get("/dang-nhap").text))
    page = httpx.get(begun.headers["location"]).text
    request = re.search(r'name="request" value="([^"]+)"', page)
    assert request, page
    chosen = httpx.post(f"{partners.vneid}/login", data={"request": request[1], "identity": identity})
    assert browser.get(chosen.headers["location"]).status_code == 302
    return browser


def first_section(browser: httpx.Client, world: World) -> str:
    """The first page of a form that was begun with what is known of the person."""
    begin = f"/dich-vu/{world.service(CHARGED)}/nop"
    page = browser.get(begin).text
    place = {"locality.province": world.province.gso_code, "locality": world.commune.gso_code}
    token = controls(page)["csrfmiddlewaretoken"]
    begun = browser.post(begin, data={"csrfmiddlewaretoken": token, **place})
    assert begun.status_code == 302, begun.text
    return browser.get(f"{begun.headers['location']}/muc/1").text


def dossier_page(browser: httpx.Client, world: World, name: str) -> str:
    """The page of a dossier that this person submitted."""
    person = Person.objects.select_related("account", "party").get(full_name=name, provider_identities__isnull=False)
    assert person.account
    owner = principal(person.account, party=person.party)
    answer = services.submit(owner, world.submission(CHARGED, by=owner))
    return browser.get(f"/ho-so/{answer.dossier_id}").text


def header_of(page: str) -> str:
    return page[page.index("<header") : page.index("</header>")]


@pytest.mark.requirement("POR-08")
def test_one_name_in_header_profile_form_and_dossier_and_blanks_for_what_is_not_known(
    partners: Partners, world: World
) -> None:
    for identity, name in NAMES.items():
        browser = signed_on(partners, identity)
        profile, form = browser.get("/ca-nhan").text, first_section(browser, world)
        dossier = dossier_page(browser, world, name)

        for page in (profile, form, dossier):
            assert escape(name) in header_of(page), identity
        assert f"<h1>{escape(name)}</h1>" in profile
        assert controls(form)["applicant_name"] == name
        assert re.search(rf"<dt>Chủ hồ sơ</dt><dd>{re.escape(escape(name))}</dd>", dossier), identity
        decomposed = unicodedata.normalize("NFD", name)
        assert decomposed == name or decomposed not in profile + form + dossier

    browser = signed_on(partners, WITHOUT_OPTIONAL_CLAIMS)
    profile, form = browser.get("/ca-nhan"), first_section(browser, world)
    assert profile.status_code == 200
    for label in ("Số điện thoại", "Thư điện tử", "Nơi thường trú"):
        assert f"<dt>{label}</dt><dd>–</dd>" in profile.text
    sent = controls(form)
    assert (sent["applicant_phone"], sent["applicant_email"]) == ("", "")
    for page in (profile.text, form):
        assert "undefined" not in page
        assert "None" not in page
    assert Draft.objects.count() == len(NAMES) + 1
