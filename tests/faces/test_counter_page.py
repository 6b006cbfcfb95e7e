"""The desk's page, and what its visitors find when they later sign on (IDN-05, IDN-07, IDN-14, F-73, F-74)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from motcua.domain.dossiers import services
from motcua.domain.dossiers.models import Dossier, Draft
from motcua.domain.people.models import Organisation, Person, Representation
from motcua.domain.people.principal import Principal
from motcua.foundation import clock
from tests.domain.dossiers.conftest import own_file_store
from tests.domain.dossiers.world import CHARGED, World, small_world, upload
from tests.faces.pages import Browser

from ..domain.people.conftest import Provider, provider, vneid_url
from .test_sign_on_pages import sign_on

pytestmark = pytest.mark.django_db
__all__ = ["own_file_store", "provider", "vneid_url"]

FOR_COMPANIES = "1.002051"
PASSPORT = {
    "kind": "PASSPORT",
    "number": "x 999-0009",
    "issuing_country": "GB",
    "full_name": "Smith John Michael",
    "identity_checked": "on",
}


@pytest.fixture
def world(own_file_store: None) -> World:
    return small_world(CHARGED, FOR_COMPANIES)


def text(page: Any) -> str:
    return " ".join(page.content.decode().split())


def filed(world: World, procedure: str = CHARGED, **form: str) -> Dossier:
    """What an officer does on the pages; answers and papers are put straight into the draft."""
    officer = Browser(world.reception)
    opened = officer.post("/can-bo/tiep-nhan-truc-tiep", {"service": world.service(procedure), **PASSPORT, **form})
    assert opened.status_code == 302, text(opened)
    draft = Draft.objects.get()
    assert opened["location"] == f"/to-khai/{draft.pk}"
    assert "Lập tại bộ phận một cửa cho" in text(officer.get(opened["location"]))
    complete(world.reception, draft, world, procedure)
    sent = officer.post(f"/to-khai/{draft.pk}/kiem-tra", {})
    dossier = Dossier.objects.latest("submitted_at")
    assert sent["location"] == f"/can-bo/ho-so/{dossier.pk}"
    assert "Cán bộ lập giúp tại bộ phận một cửa" in text(officer.get(sent["location"]))
    return dossier


def complete(acting: Principal, draft: Draft, world: World, procedure: str) -> None:
    ready = world.submission(procedure, by=acting)
    services.save_answers(acting, draft.pk, ready.form, locality_id=ready.locality_id)
    for code, _file in ready.files:
        services.add_file(acting, draft.pk, code, upload(acting).pk)


@pytest.mark.requirement("IDN-14")
def test_who_cannot_sign_in_is_served_and_sees_the_dossier_when_they_later_do(
    world: World, client: Client, provider: Provider
) -> None:
    dossier = filed(world)
    assert (dossier.channel, dossier.owner_name) == ("COUNTER_ASSISTED", "Smith John Michael")
    assert Person.objects.get(pk=dossier.owner_party_id).account is None

    sign_on(client, provider, "john-smith")

    assert dossier.code in text(client.get("/ho-so"))
    assert client.get(f"/ho-so/{dossier.pk}").status_code == 200
    assert Browser(world.citizen).get(f"/ho-so/{dossier.pk}").status_code == 404


@pytest.mark.requirement("IDN-05")
@pytest.mark.fault("F-74")
def test_an_organisation_without_account_is_guided_online_and_served_at_the_desk(world: World) -> None:
    online = Browser(world.citizen).get(f"/dich-vu/{world.service(FOR_COMPANIES)}/nop")

    assert online.status_code == 403
    for words in (
        "Dịch vụ này dành cho tổ chức",
        "nộp trực tiếp tại đó",
        "/tro-giup/to-chuc",
        "/tro-giup/nop-truc-tiep",
    ):
        assert words in text(online)

    dossier = filed(world, organisation_code="0100109106", organisation_name="HTX Hoa Đào", is_representative="on")
    owner = Organisation.objects.get(pk=dossier.owner_party_id)
    assert (owner.code, dossier.owner_name, dossier.channel) == ("0100109106", "HTX Hoa Đào", "COUNTER_ASSISTED")


@pytest.mark.requirement("IDN-07")
@pytest.mark.fault("F-73")
def test_an_organisation_whose_representative_has_only_a_passport_registers_signs_on_delegates_and_submits(
    world: World, client: Client, provider: Provider
) -> None:
    filed(world, organisation_code="0100109106", organisation_name="HTX Hoa Đào", is_representative="on")
    company = Organisation.objects.get()
    employee = Client()
    sign_on(employee, provider, "nguyen-van-an")

    sign_on(client, provider, "john-smith")
    assert "HTX Hoa Đào" in text(client.get("/ca-nhan/tu-cach"))
    client.post("/ca-nhan/tu-cach", {"party": str(company.pk)})
    last_day = clock.to_local(clock.now() + timedelta(days=30)).strftime("%d/%m/%Y")
    delegated = client.post(
        "/ca-nhan/phan-quyen",
        {
            "kind": "CITIZEN_ID",
            "number": "001085999001",
            "full_name": "Nguyễn Văn An",
            "scope": "all",
            "may_submit": "on",
            "valid_until": last_day,
        },
    )
    assert delegated.status_code == 302
    assert Representation.objects.get(role="DELEGATE").granted_by.full_name == "SMITH John Michael"

    for browser, name in ((client, "SMITH John Michael"), (employee, "Nguyễn Văn An")):
        browser.post("/ca-nhan/tu-cach", {"party": str(company.pk)})
        acting = browser.get("/").wsgi_request.principal._wrapped or browser.get("/ho-so").wsgi_request.principal
        draft = services.open_draft(acting, world.service(FOR_COMPANIES))
        complete(acting, draft, world, FOR_COMPANIES)
        sent = browser.post(f"/to-khai/{draft.pk}/kiem-tra", {})
        dossier = Dossier.objects.latest("submitted_at")
        assert sent["location"] == f"/ho-so/{dossier.pk}/da-nop"
        assert (dossier.owner_party_id, dossier.channel) == (company.pk, "ONLINE")
        assert f"{name} thay mặt HTX Hoa Đào" in text(browser.get(f"/ho-so/{dossier.pk}"))
    representative_s = Dossier.objects.get(submitted_by__display_name="SMITH John Michael")
    assert representative_s.by_verified_representative
    assert "nộp qua người đại diện đã xác minh" in text(client.get(f"/ho-so/{representative_s.pk}"))


def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(world: World) -> None:
    officer = Browser(world.reception)
    wrong = {"service": "9.9", "kind": "PASSPORT", "number": "A?", "full_name": "", "organisation_code": "x"}

    page = officer.post("/can-bo/tiep-nhan-truc-tiep", wrong)

    assert page.status_code == 422
    for words in ("Số hộ chiếu gồm 6 đến 9", "Phải nhập họ tên", "Phải kiểm tra giấy tờ", 'value="A?"'):
        assert words in text(page)
    assert "12 chữ số" not in text(page)
    unknown = officer.post("/can-bo/tiep-nhan-truc-tiep", {**PASSPORT, "service": "1.999999.01"})
    assert unknown.status_code == 404


@pytest.mark.parametrize("who", ["citizen", "processor", "monitor"])
def test_the_page_is_for_who_may_file_at_the_desk(world: World, who: str) -> None:
    browser = Browser(getattr(world, who))

    assert browser.get("/can-bo/tiep-nhan-truc-tiep").status_code == 403
    assert (
        browser.post("/can-bo/tiep-nhan-truc-tiep", {"service": world.service(CHARGED), **PASSPORT}).status_code == 403
    )
    assert not Draft.objects.exists()
