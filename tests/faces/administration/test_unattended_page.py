"""Dossiers that nobody may move, shown to who can give the right (F-68)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.domain.organisations.models import Account
from motcua.domain.organisations.services import Right, grant_role
from tests.domain.dossiers.world import World, small_world
from tests.domain.organisations import factories as make
from tests.faces.administration.officers import browser_of
from tests.faces.administration.test_diagnosis_pages import text_of

pytestmark = pytest.mark.django_db
PAGE = "/can-bo/quan-tri/ho-so-chua-co-can-bo"


@pytest.fixture
def world(db: None) -> World:
    return small_world()


def test_the_administrator_sees_where_an_officer_is_missing_until_the_right_is_given(world: World) -> None:
    admin = make.holder("UNIT_ADMIN", world.province)
    elsewhere = make.holder("UNIT_ADMIN", world.other_commune)
    dossier = world.submitted()
    assert "Hồ sơ nào cũng có cán bộ" in text_of(browser_of(admin).get(PAGE))
    Account.objects.filter(pk=world.reception.account_id).update(is_active=False)

    shown = browser_of(admin).get(PAGE)

    assert "1 hồ sơ tại 1 nơi" in text_of(shown)
    assert f"ma-ho-so={dossier.code}&amp;chuc-nang=dossier.receive" in shown.content.decode()
    assert dossier.code not in browser_of(elsewhere).get(PAGE).content.decode()
    officer = make.officer(world.commune)
    grant_role(admin, officer.pk, Right("RECEPTION", world.commune.pk), reason="Thay người nghỉ")
    assert "Hồ sơ nào cũng có cán bộ" in text_of(browser_of(admin).get(PAGE))


def test_the_page_costs_the_same_for_one_dossier_and_many(world: World) -> None:
    browser = browser_of(make.holder("UNIT_ADMIN", world.province))
    Account.objects.filter(pk=world.reception.account_id).update(is_active=False)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(PAGE).status_code == 200
        return len(captured)

    world.submitted()
    statements()
    few = statements()
    for _ in range(3):
        world.submitted()

    assert statements() == few
