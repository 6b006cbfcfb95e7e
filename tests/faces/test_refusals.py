"""A refused act leaves an audit row, whichever face it came through (SEC-02)."""

from __future__ import annotations

import pytest
from django.test import Client

from motcua.domain.dossiers import services
from motcua.domain.organisations.models import Account
from motcua.domain.people import tokens
from motcua.domain.people.principal import Principal
from motcua.foundation.models import AuditEntry
from tests.domain.dossiers.world import World, small_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return small_world()


def bearer(principal: Principal) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens.issue_token(principal, label='thử').secret}"}


def test_a_monitor_s_attempt_to_change_a_dossier_is_refused_and_noted(client: Client, world: World):
    dossier = world.submitted()

    answer = client.post(
        f"/api/v1/dossiers/{dossier.pk}/receive", "{}", content_type="application/json", headers=bearer(world.monitor)
    )

    assert answer.status_code == 403
    row = AuditEntry.objects.get(outcome="refused")
    assert (row.actor_id, row.action) == (str(world.monitor.account_id), "dossier.receive")
    assert (row.subject_kind, row.subject_id) == ("dossier", str(dossier.pk))
    assert row.details == {"missing": "FUNCTION"}
    assert row.correlation_id == answer["X-Correlation-Id"]
    assert row.assurance_level == 2


def test_an_officer_of_elsewhere_is_told_what_is_missing_and_who_can_grant_it(client: Client, world: World):
    from tests.domain.organisations import factories

    factories.holder("UNIT_ADMIN", world.commune, "Nguyễn Thị Quản Trị")
    dossier = world.submitted()

    problem = client.post(
        f"/api/v1/dossiers/{dossier.pk}/receive", "{}", content_type="application/json", headers=bearer(world.stranger)
    ).json()

    assert problem["details"]["missing"] == "AREA"
    assert problem["details"]["can_be_granted_by"] == ["Nguyễn Thị Quản Trị (Phường Ba Đình)"]


def test_nobody_and_other_errors_leave_no_row(client: Client, world: World):
    dossier = world.submitted()
    services.receive(world.reception, dossier.pk)

    nobody = client.post(f"/api/v1/dossiers/{dossier.pk}/receive", "{}", content_type="application/json")
    twice = client.post(
        f"/api/v1/dossiers/{dossier.pk}/receive", "{}", content_type="application/json", headers=bearer(world.reception)
    )

    assert (nobody.status_code, twice.status_code) == (401, 409)
    assert not AuditEntry.objects.filter(outcome="refused").exists()


def test_a_suspended_account_s_token_ends_at_once(client: Client, world: World):
    headers = bearer(world.reception)
    assert client.get("/api/v1/worklist/counts", headers=headers).status_code == 200

    Account.objects.filter(pk=world.reception.account_id).update(is_active=False)

    assert client.get("/api/v1/worklist/counts", headers=headers).status_code == 401
