"""Who signed in is called the same in the header, the profile, forms and dossiers (POR-08)."""

from __future__ import annotations

import re
import unicodedata

import httpx
import pytest
from django.utils.html import escape

from motcua.domain.dossiers import services
from motcua.domain.dossiers.models import Dossier, Draft
from motcua.domain.people.models import Person
from tests.domain.dossiers.world import CHARGED, World, principal, small_world
from tests.faces.browser_form import controls
from tests.faces.pages import Browser
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
OPTIONAL = [
    "NgayThangNamSinh",
    "GioiTinh",
    "SoDienThoai",
    "ThuDienTu",
    "ThuongTru",
    "NoiOHienNay",
    "QueQuan",
    "NgayCap",
]
# key at VNeID, what its answer lacks, what stands there instead, the name in NFC, the labels that show no value
CLAIMS = [
    ("nguyen-van-an", OPTIONAL, {}, "Nguyễn Văn An", ["Ngày sinh", "Số điện thoại", "Thư điện tử", "Nơi thường trú"]),
    (
        "tran-thi-bich-ngoc",
        [],
        {"HoVaTen": "  Tra\u0302\u0300n   Thi\u0323 Bi\u0301ch Ngo\u0323c "},
        "Trần Thị Bích Ngọc",
        [],
    ),
    ("nie", ["QuocTich"], {"HoVaTen": "Ni\u200be\u0302"}, "Niê", []),
    (
        "ly-nam",
        [],
        {"NgayThangNamSinh": "31/02/1990", "ThuDienTu": "không có", "SoDienThoai": "abc", "GioiTinh": "9"},
        "Lý Nam",
        ["Ngày sinh", "Số điện thoại", "Thư điện tử", "Giới tính"],
    ),
    ("john-smith", ["NgayThangNamSinh", "ThuongTru"], {}, "SMITH John Michael", ["Ngày sinh", "Nơi thường trú"]),
]


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


def told(partners: Partners, lacking: list[str], instead: dict[str, str]) -> None:
    """VNeID tells of the next person without some claims and with others instead."""
    httpx.delete(f"{partners.vneid}/_control/faults").raise_for_status()
    for name, claims in (("missing_claims", lacking), ("other_claims", instead)):
        if claims:
            httpx.post(f"{partners.vneid}/_control/faults", json={"fault": name, "claims": claims}).raise_for_status()


@pytest.mark.fault("F-77")
def test_every_view_shows_the_same_snapshot_whatever_claims_are_missing_or_malformed(
    partners: Partners, world: World
) -> None:
    for identity, lacking, instead, name, blank in CLAIMS:
        told(partners, lacking, instead)
        browser = signed_on(partners, identity)
        profile, form = browser.get("/ca-nhan").text, first_section(browser, world)
        dossier = dossier_page(browser, world, name)
        owned = Dossier.objects.latest("submitted_at")
        officials = Browser(world.reception).get(f"/can-bo/ho-so/{owned.pk}").content.decode()

        views = (profile, form, dossier)
        assert [escape(name) in header_of(page) for page in views] == [True] * 3, identity
        assert f"<h1>{escape(name)}</h1>" in profile
        assert controls(form)["applicant_name"] == owned.owner_name == name
        assert f"<dd>{escape(name)}</dd>" in officials
        for label in blank:
            assert f"<dt>{label}</dt><dd>–</dd>" in profile, (identity, label)
        sent = controls(form)
        for label, field in (("Số điện thoại", "applicant_phone"), ("Thư điện tử", "applicant_email")):
            assert not (label in blank and sent[field]), (identity, field)
            assert f"<dt>{label}</dt><dd>{sent[field] or '–'}</dd>" in profile, (identity, field)
        for page in (*views, officials):
            assert "undefined" not in page
            assert ">None<" not in page
            assert "\u200b" not in page
            assert unicodedata.is_normalized("NFC", page), identity
