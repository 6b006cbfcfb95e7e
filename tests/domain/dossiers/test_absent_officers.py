"""When an officer leaves, moves or is suspended, their sessions end and their open dossiers are nobody's (ACC-14)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.domain.dossiers import queries, services
from motcua.domain.dossiers.models import Dossier, Task
from motcua.domain.organisations import account_changes
from motcua.domain.organisations.models import Account
from motcua.foundation import events
from motcua.foundation.errors import AccessDenied, Conflict
from tests.domain.organisations import factories
from tests.faces.pages import Browser

from .world import FREE, World, findings, officer, small_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return small_world(FREE)


def held_by(world: World, count: int, who: Any) -> list[Dossier]:
    """`count` dossiers that `who` works on."""
    dossiers = [world.submitted() for _ in range(count)]
    for dossier in dossiers:
        services.receive(world.reception, dossier.pk)
        services.start(who, dossier.pk)
    return dossiers


def _leave(admin: Any, who: Any, world: World) -> None:
    account_changes.leave_account(admin, who.account_id, reason="Nghỉ việc")


def _suspend(admin: Any, who: Any, world: World) -> None:
    account_changes.suspend_account(admin, who.account_id, reason="Đình chỉ công tác")


def _transfer(admin: Any, who: Any, world: World) -> None:
    to = world.other_commune.pk
    account_changes.transfer_account(admin, who.account_id, unit_id=to, reason="Điều động")


@pytest.mark.requirement("ACC-14")
def test_who_is_deactivated_is_signed_out_and_their_seven_dossiers_wait_in_unassigned(world: World) -> None:
    leaving, staying = officer("PROCESSOR", world.commune, "Đi"), officer("PROCESSOR", world.commune, "Ở")
    theirs, others = held_by(world, 7, leaving), held_by(world, 1, staying)
    admin = factories.holder("UNIT_ADMIN", world.province)
    browser = Browser(leaving)
    assert browser.get("/can-bo/").status_code == 200

    _leave(admin, leaving, world)

    assert browser.get("/can-bo/").status_code == 302  # a page goes to sign-on at once; the API answers 401:
    assert browser.get("/api/v1/worklist").status_code == 401
    unassigned = {row.id for row in queries.worklist(staying, "unassigned").rows}
    assert unassigned == {dossier.pk for dossier in theirs}
    assert queries.worklist_counts(staying)["unassigned"] == 7
    assert Task.objects.get(dossier=others[0], closed_at=None).assignee_id == staying.account_id
    with pytest.raises(AccessDenied):
        services.propose(leaving, theirs[0].pk)
    services.take_up(staying, theirs[0].pk)
    services.propose(staying, theirs[0].pk)
    assert queries.worklist_counts(staying)["unassigned"] == 6
    assert findings() == []


@pytest.mark.parametrize("change", [_leave, _suspend, _transfer])
def test_each_way_of_going_lays_the_work_down_and_leaves_its_event(
    world: World, change: Callable[[Any, Any, World], None]
) -> None:
    leaving = officer("PROCESSOR", world.commune)
    (dossier,) = held_by(world, 1, leaving)
    version = Dossier.objects.get(pk=dossier.pk).version

    change(factories.holder("UNIT_ADMIN", world.province), leaving, world)

    task = Task.objects.get(dossier=dossier, closed_at=None)
    assert (task.assignee_id, task.released_at is None) == (None, False)
    assert events.of_dossier(dossier.pk)[-1].body.type_name == "dossier.task_laid_down"
    assert Dossier.objects.get(pk=dossier.pk).version == version + 1


def test_laying_down_costs_the_same_statements_for_one_dossier_and_for_seven(world: World) -> None:
    admin = factories.holder("UNIT_ADMIN", world.province)

    def cost(dossiers: int) -> int:
        leaving = officer("PROCESSOR", world.commune)
        held_by(world, dossiers, leaving)
        with CaptureQueriesContext(connection) as captured:
            _leave(admin, leaving, world)
        return len(captured)

    assert cost(1) == cost(7)


def test_only_who_may_do_the_step_takes_it_up_and_only_once(world: World) -> None:
    leaving = officer("PROCESSOR", world.commune)
    (dossier,) = held_by(world, 1, leaving)
    _suspend(factories.holder("UNIT_ADMIN", world.province), leaving, world)

    for somebody in (world.reception, world.stranger, world.monitor, leaving):
        with pytest.raises(AccessDenied):
            services.take_up(somebody, dossier.pk)
    services.take_up(world.processor, dossier.pk)
    with pytest.raises(Conflict):
        services.take_up(world.processor, dossier.pk)

    assert Task.objects.get(dossier=dossier, closed_at=None).assignee_id == world.processor.account_id


def test_the_page_of_a_dossier_offers_to_take_it_up(world: World) -> None:
    leaving = officer("PROCESSOR", world.commune)
    (dossier,) = held_by(world, 1, leaving)
    browser, path = Browser(world.processor), f"/can-bo/ho-so/{dossier.pk}"
    assert "Nhận xử lý hồ sơ" not in browser.get(path).content.decode()

    _leave(factories.holder("UNIT_ADMIN", world.province), leaving, world)
    listed = browser.get("/can-bo/danh-sach/cho-phan-cong").content.decode()
    offered = browser.get(path).content.decode()
    refused = Browser(world.monitor).post(f"{path}/nhan-xu-ly", {})
    taken = browser.post(f"{path}/nhan-xu-ly", {})
    late = browser.post(f"{path}/nhan-xu-ly", {})

    assert dossier.code in listed
    assert "Nhận xử lý hồ sơ" in offered
    assert (refused.status_code, taken.status_code, late.status_code) == (403, 302, 409)


def test_the_product_finds_work_in_the_hands_of_an_account_that_may_not_act(world: World) -> None:
    gone = officer("PROCESSOR", world.commune)
    (dossier,) = held_by(world, 1, gone)

    Account.objects.filter(pk=gone.account_id).update(is_active=False)  # past the services, as a slip by hand would

    assert [finding.subject for finding in findings()] == [dossier.code]
