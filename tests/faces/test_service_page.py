"""The public page of a service says what the catalogue says, and says the new thing at once (POR-03)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from django.test import Client
from django.utils.html import escape

from motcua.domain.catalogue import services as catalogue
from motcua.domain.catalogue.models import Service
from motcua.domain.organisations.models import Unit
from motcua.domain.organisations.rules import UnitKind
from motcua.faces.templatetags import catalogue_words as words
from motcua.foundation.money import format_dong
from tests.domain.dossiers.world import CHARGED, World, small_world
from tests.domain.organisations import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return small_world(CHARGED)


def _page(client: Client, world: World) -> str:
    answer = client.get(f"/dich-vu/{world.service(CHARGED)}")
    assert answer.status_code == 200
    return answer.content.decode()


def _api(client: Client, world: World) -> dict[str, Any]:
    answer = client.get(f"/api/v1/services/{world.service(CHARGED)}")
    assert answer.status_code == 200
    return answer.json()


def _publish_with_fee(world: World, amount: int) -> None:
    """A new revision as editor, tester and publisher of the ministry make it."""
    definition = world.definitions[CHARGED]
    changed = msgspec.structs.replace(
        definition,
        steps_text=definition.steps_text.replace("8.000 đồng", format_dong(amount)),
        fees=tuple(msgspec.structs.replace(fee, amount=amount) for fee in definition.fees),
    )
    service = Service.objects.select_related("procedure__owner").get(code=world.service(CHARGED))
    ministry = service.procedure.owner or Unit.objects.get(kind=UnitKind.MINISTRY)
    catalogue.save_draft(factories.holder("CAT_EDITOR", ministry), service.pk, changed)
    catalogue.run_tests(factories.holder("CAT_TESTER", ministry), service.pk)
    catalogue.publish_revision(factories.holder("CAT_PUBLISHER", ministry), service.pk)


@pytest.mark.requirement("POR-03")
def test_every_field_is_the_catalogues_and_a_new_fee_shows_on_the_next_load(client: Client, world: World) -> None:
    said = _api(client, world)
    definition, page = said["definition"], _page(client, world)
    service = Service.objects.select_related("procedure__owner", "procedure__field").get(code=said["code"])
    owner, lies_in = service.procedure.owner, service.procedure.field
    assert owner
    assert lies_in

    expected = [said["procedure"], said["code"], definition["name"], lies_in.name, owner.name]
    expected += [component["name"] for component in definition["components"]]
    expected += [section["title"] for section in definition["form"]["ui"]["sections"]]
    expected += [fee["name"] for fee in definition["fees"]]
    expected += [format_dong(fee["amount"]) for fee in definition["fees"]]
    expected += [definition["result"]["name"], definition["result"]["code"], *definition["legal_basis"]]
    typed = world.definitions[CHARGED]
    expected += [words.limit_words(typed.time_limit), words.online_level(typed.online_level)]
    expected += [words.audiences(typed.audience), words.localities(typed.receiving_level)]
    expected += [words.channels(typed.channels), words.level_name(typed.settled_at)]
    assert [text for text in expected if escape(text) not in page] == []

    _publish_with_fee(world, 9_000)

    assert {fee["amount"] for fee in _api(client, world)["definition"]["fees"]} == {9_000}
    for address in (f"/dich-vu/{said['code']}", f"/dich-vu/{said['procedure']}", "/linh-vuc"):
        shown = client.get(address).content.decode()
        assert "9.000 đồng" in shown, address
        assert "8.000 đồng" not in shown, address


def test_a_malformed_code_and_an_unknown_one_are_told_apart(client: Client, world: World) -> None:
    assert client.get("/dich-vu/abc").status_code == 422
    assert client.get("/dich-vu/9.999998").status_code == 404
