"""Documents are linked at the desk, and dossiers of both are then one person's (IDN-13)."""

from __future__ import annotations

import pytest
from django.test import Client

from motcua.domain.dossiers.models import Dossier
from motcua.domain.payments.models import Obligation
from motcua.domain.people.models import Person
from tests.domain.dossiers.conftest import own_file_store
from tests.domain.dossiers.world import World
from tests.domain.payments.factories import owed
from tests.faces.pages import Browser

from ..domain.people.conftest import Provider, provider, vneid_url
from .test_counter_page import filed, text, world
from .test_sign_on_pages import sign_on

pytestmark = pytest.mark.django_db
__all__ = ["own_file_store", "provider", "vneid_url", "world"]

LINK = "/can-bo/lien-ket-giay-to"
CARD = {"kind": "RESIDENCE_CARD", "number": "TT999001", "issuing_country": ""}
FORM = {
    "kind": "PASSPORT",
    "number": "X9990009",
    "issuing_country": "GB",
    "full_name": "SMITH John Michael",
    "new_kind": "RESIDENCE_CARD",
    "new_number": "TT 999001",
    "evidence": "Thẻ tạm trú ghi số hộ chiếu này",
    "documents_seen": "on",
}


@pytest.mark.requirement("IDN-13")
def test_a_later_card_is_linked_to_a_passport_and_another_s_document_is_not(
    world: World, client: Client, provider: Provider
) -> None:
    by_passport = filed(world)
    by_card = filed(world, **CARD)
    assert by_passport.owner_party_id != by_card.owner_party_id
    debt = owed(of=by_card)
    assert debt.payer_party_id == by_card.owner_party_id
    sign_on(client, provider, "john-smith")
    assert by_card.code not in text(client.get("/ho-so"))
    officer = Browser(world.reception)

    assert officer.post(LINK, FORM)["location"] == LINK

    mine = text(client.get("/ho-so"))
    assert by_passport.code in mine
    assert by_card.code in mine
    owners = set(Dossier.objects.values_list("owner_party_id", flat=True))
    assert owners == {by_passport.owner_party_id}
    assert Obligation.objects.get(pk=debt.pk).payer_party_id == by_passport.owner_party_id

    someone = filed(world, kind="PASSPORT", number="B7654321", issuing_country="FR", full_name="Durand Marie")
    stolen = {**FORM, "new_kind": "PASSPORT", "new_number": "B7654321", "new_issuing_country": "FR"}
    refused = officer.post(LINK, stolen)
    assert refused.status_code == 409
    assert "đã được xác minh là của người khác" in text(refused)
    assert "Durand" not in text(refused)
    assert Dossier.objects.get(pk=someone.pk).owner_party_id not in owners
    assert someone.code not in text(client.get("/ho-so"))


def test_what_is_wrong_is_told_at_its_field(world: World) -> None:
    officer = Browser(world.reception)
    people = Person.objects.count()

    page = officer.post(
        LINK, {"kind": "PASSPORT", "number": "A?", "new_kind": "CITIZEN_ID", "new_number": "12345678901"}
    )

    assert page.status_code == 422
    for words in ("Số hộ chiếu gồm 6 đến 9", "gồm đúng 12 chữ số", 'value="A?"', 'value="12345678901"'):
        assert words in text(page)
    assert Person.objects.count() == people


@pytest.mark.parametrize("who", ["citizen", "processor", "monitor"])
def test_the_page_is_for_the_desk(world: World, who: str) -> None:
    browser = Browser(getattr(world, who))

    assert browser.get(LINK).status_code == 403
    assert browser.post(LINK, FORM).status_code == 403
