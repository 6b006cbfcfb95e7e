"""As whom a person acts, on the pages: chosen, shown, stored, and ended in a running session (IDN-08, IDN-09, F-75)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from motcua.domain.dossiers import queries, services
from motcua.domain.dossiers.models import Dossier
from motcua.domain.people import delegation, tokens
from motcua.domain.people.delegation import Order
from motcua.domain.people.mandates import mandate_of
from motcua.domain.people.models import Organisation, Person, Representation
from motcua.domain.people.principal import Principal
from motcua.domain.people.signon import principal_of
from motcua.foundation import clock, events
from motcua.foundation.errors import AccessDenied, NotFound
from motcua.foundation.identifiers import IdentityKind, parse_identity
from motcua.foundation.models import AuditEntry
from tests.domain.dossiers.conftest import own_file_store
from tests.domain.dossiers.world import World, small_world
from tests.domain.people import factories as people
from tests.faces.api.client import ApiClient
from tests.faces.pages import Browser

pytestmark = pytest.mark.django_db
__all__ = ["own_file_store"]

OF_ORGANISATIONS, OTHER = "1.003197", "1.004873"


class Place:
    """A country in which An represents two organisations, and Nam is a person whom they may delegate to."""

    def __init__(self) -> None:
        self.world: World = small_world(OTHER, OF_ORGANISATIONS)
        self.first = people.organisation()
        self.second = people.organisation("0100233488", "Công ty CP An Khang")
        self.an = people.person("Lê Văn An")
        self.boss = people.acting_for(self.first, self.an)
        people.representative(self.second, self.an)
        self.nam = people.person("Vũ Hải Nam", number="036092999008")

    def as_oneself(self, who: Person) -> Principal:
        assert who.account is not None
        return principal_of(who.account, who, None, 2)

    def an_for(self, organisation: Organisation) -> Principal:
        assert self.an.account is not None
        return principal_of(self.an.account, self.an, organisation, 2, mandate_of(organisation.pk, self.an.pk))

    def delegate(self, **changes: Any) -> Representation:
        order = Order(
            parse_identity(IdentityKind.CITIZEN_ID, "036092999008"),
            "Vũ Hải Nam",
            clock.now() + timedelta(days=30),
            **changes,
        )
        return delegation.delegate(self.boss, order)

    def nam_for_the_first(self) -> Principal:
        assert self.nam.account is not None
        return principal_of(self.nam.account, self.nam, self.first, 2, mandate_of(self.first.pk, self.nam.pk))


@pytest.fixture
def place(own_file_store: None) -> Place:
    return Place()


def text(page: Any) -> str:
    return " ".join(page.content.decode().split())


def choose(browser: Browser, party: Any, **fields: str) -> Any:
    return browser.post("/ca-nhan/tu-cach", {"party": str(party), **fields})


@pytest.mark.requirement("IDN-09")
@pytest.mark.fault("F-75")
def test_a_person_of_two_organisations_chooses_submits_for_the_right_one_and_a_stale_capacity_is_refused(
    place: Place,
) -> None:
    browser = Browser(place.as_oneself(place.an))
    offered = text(browser.get("/ca-nhan/tu-cach"))
    for name in ("Lê Văn An", "Công ty TNHH Hoa Sen", "Công ty CP An Khang", "Tư cách: cá nhân"):
        assert name in offered

    assert choose(browser, place.second.pk, next="/ho-so")["location"] == "/ho-so"
    for page in ("/", "/ho-so", "/ca-nhan", "/nop-phi", "/tro-giup"):
        assert "Thay mặt Công ty CP An Khang" in text(browser.get(page))
    draft = services.open_draft(place.an_for(place.second), f"{OF_ORGANISATIONS}.01")
    assert browser.get(f"/to-khai/{draft.pk}").status_code == 200
    assert f"/to-khai/{draft.pk}" in text(browser.get("/ho-so"))

    choose(browser, place.first.pk)
    assert (
        browser.get(f"/to-khai/{draft.pk}").status_code == 403
    )  # begun in another capacity: never for the wrong owner
    assert f"/to-khai/{draft.pk}" not in text(browser.get("/ho-so"))
    mine = place.world.submitted(OF_ORGANISATIONS, by=place.boss)
    assert mine.owner_party_id == place.first.pk

    Representation.objects.filter(organisation=place.first).update(revoked_at=clock.now())
    stale = browser.get("/ho-so")
    assert stale.status_code == 403
    assert "Ông/Bà không còn được thực hiện thủ tục thay tổ chức này" in text(stale)
    assert 'href="/ca-nhan/tu-cach"' in text(stale)
    assert browser.post(f"/dich-vu/{OF_ORGANISATIONS}.01/nop", {}).status_code == 403
    assert choose(browser, place.first.pk).status_code == 403
    assert Dossier.objects.count() == 1

    assert choose(browser, place.an.pk).status_code == 302
    assert browser.get("/ho-so").status_code == 200
    switches = AuditEntry.objects.filter(action="session.switch_capacity")
    assert [row.details["capacity"] for row in switches.order_by("id")] == ["organisation", "organisation", "self"]


@pytest.mark.requirement("IDN-08")
def test_a_delegate_acts_within_scope_and_period_and_revocation_ends_a_running_session_at_once(place: Place) -> None:
    made = place.delegate(service_codes=frozenset({f"{OF_ORGANISATIONS}.01"}))
    browser = Browser(place.nam_for_the_first())
    dossier = place.world.submitted(OF_ORGANISATIONS, by=place.nam_for_the_first())

    [submitted] = [row for row in events.of_dossier(dossier.pk) if row.body.type_name == "dossier.submitted"]
    assert submitted.actor.id == str(place.nam.account_id)
    assert submitted.actor.on_behalf_of == str(place.first.pk) == str(dossier.owner_party_id)
    assert AuditEntry.objects.get(action="dossier.submit").details["on_behalf_of"] == str(place.first.pk)
    for viewer in (browser, Browser(place.boss)):
        assert "Vũ Hải Nam thay mặt Công ty TNHH Hoa Sen" in text(viewer.get(f"/ho-so/{dossier.pk}"))
    officer = Browser(place.world.reception)
    for page in (f"/can-bo/ho-so/{dossier.pk}", f"/can-bo/ho-so/{dossier.pk}/dau-vet"):
        assert "Vũ Hải Nam thay mặt Công ty TNHH Hoa Sen" in text(officer.get(page))

    outside = browser.post(f"/dich-vu/{OTHER}.01/nop", {})
    assert outside.status_code == 403
    assert "nằm ngoài phạm vi tổ chức đã phân quyền" in text(outside)

    with clock.travel(clock.now() + timedelta(minutes=1)):
        delegation.revoke(place.boss, made.pk)
        for path in (f"/ho-so/{dossier.pk}", "/ho-so", f"/dich-vu/{OF_ORGANISATIONS}.01/nop"):
            assert browser.get(path).status_code == 403
        withdrawal = browser.post(f"/ho-so/{dossier.pk}/rut", {"reason": "Tổ chức không còn nhu cầu nữa"})
        assert withdrawal.status_code == 403
    assert Dossier.objects.get(pk=dossier.pk).state == "SUBMITTED"


def test_an_expired_delegation_is_refused_in_a_running_session(place: Place) -> None:
    place.delegate()
    Representation.objects.filter(person=place.nam).update(valid_until=clock.now() + timedelta(minutes=5))
    browser = Browser(place.nam_for_the_first())
    assert browser.get("/ho-so").status_code == 200

    with clock.travel(clock.now() + timedelta(minutes=6)):
        assert browser.get("/ho-so").status_code == 403


def test_a_delegate_sees_only_the_services_delegated(place: Place) -> None:
    place.delegate(service_codes=frozenset({"9.999999.01"}))
    dossier = place.world.submitted(OF_ORGANISATIONS, by=place.boss)
    nam = place.nam_for_the_first()

    assert queries.my_dossiers(nam).rows == []
    with pytest.raises(NotFound):
        queries.get(nam, dossier.pk)
    place.delegate(service_codes=frozenset({dossier.service_code}))
    assert [row.code for row in queries.my_dossiers(place.nam_for_the_first()).rows] == [dossier.code]


def test_a_delegate_who_may_not_submit_may_still_look(place: Place) -> None:
    place.delegate(may_submit=False)
    dossier = place.world.submitted(OF_ORGANISATIONS, by=place.boss)
    nam = place.nam_for_the_first()

    assert queries.get(nam, dossier.pk).code == dossier.code
    with pytest.raises(AccessDenied) as refusal:
        services.withdraw(nam, dossier.pk, reason_text="Không còn nhu cầu giải quyết")
    assert refusal.value.code == "OUT_OF_MANDATE"
    with pytest.raises(AccessDenied):
        services.open_draft(nam, f"{OF_ORGANISATIONS}.01")


def test_a_token_of_a_delegate_carries_the_mandate_and_dies_with_it(place: Place) -> None:
    made = place.delegate(service_codes=frozenset({f"{OF_ORGANISATIONS}.01"}), may_pay=False)
    secret = tokens.issue_token(place.nam_for_the_first(), label="khóa").secret

    assert tokens.authenticate_token(secret) is not None
    assert tokens.authenticate_token(secret).mandate == place.nam_for_the_first().mandate  # type: ignore[union-attr]
    delegation.revoke(place.boss, made.pk)
    assert tokens.authenticate_token(secret) is None


def test_one_key_in_two_capacities_is_never_answered_with_the_other_owner_s_dossier(place: Place) -> None:
    application = place.world.submission(OF_ORGANISATIONS, by=place.boss, key="k-1")
    services.submit(place.boss, application)
    with pytest.raises(Exception, match="IDEMPOTENCY_KEY_REUSED"):
        services.submit(place.an_for(place.second), application)


def test_the_representative_delegates_and_takes_back_on_the_page(place: Place) -> None:
    browser = Browser(place.boss)
    form = {
        "kind": "CITIZEN_ID",
        "number": "036092999008",
        "full_name": "Vũ Hải Nam",
        "scope": "some",
        "services": f"{OF_ORGANISATIONS}.01",
        "may_submit": "on",
        "valid_until": clock.to_local(clock.now() + timedelta(days=10)).strftime("%d/%m/%Y"),
    }

    wrong = browser.post(
        "/ca-nhan/phan-quyen", form | {"number": "12345678901", "services": "9.9", "valid_until": "mai"}
    )
    for words in ("gồm đúng 12 chữ số", "Không có dịch vụ công với mã: 9.9", "ví dụ 31/12/2026", 'value="12345678901"'):
        assert words in text(wrong)
    assert wrong.status_code == 422
    assert browser.post("/ca-nhan/phan-quyen", form)["location"] == "/ca-nhan/phan-quyen"
    made = Representation.objects.get(person=place.nam)
    assert (made.service_codes, made.may_submit, made.may_pay) == ([f"{OF_ORGANISATIONS}.01"], True, False)
    assert "Vũ Hải Nam" in text(browser.get("/ca-nhan/phan-quyen"))

    assert browser.post(f"/ca-nhan/phan-quyen/{made.pk}/thu-hoi", {})["location"] == "/ca-nhan/phan-quyen"
    assert "Đã thu hồi lúc" in text(browser.get("/ca-nhan/phan-quyen"))
    assert Browser(place.as_oneself(place.an)).get("/ca-nhan/phan-quyen").status_code == 403
    assert browser.post(f"/ca-nhan/phan-quyen/{made.pk}/thu-hoi", {}).status_code == 409


@pytest.mark.parametrize("party", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_a_made_up_party_is_refused_and_an_officer_has_none_to_choose(place: Place, party: str) -> None:
    browser = Browser(place.as_oneself(place.an))

    assert browser.post("/ca-nhan/tu-cach", {"party": party}).status_code in (403, 422)
    assert choose(Browser(place.world.reception), place.first.pk).status_code == 403
    assert choose(Browser(place.as_oneself(place.nam)), place.an.pk).status_code == 403


def test_the_api_refuses_a_session_whose_capacity_ended(place: Place) -> None:
    place.delegate()
    browser = Browser(place.nam_for_the_first())
    assert browser.get("/api/v1/dossiers").status_code == 200

    Representation.objects.filter(person=place.nam).update(revoked_at=clock.now())

    assert browser.get("/api/v1/dossiers").json()["code"] == "CAPACITY_ENDED"
    assert ApiClient(None).get("/dossiers").status_code == 401
