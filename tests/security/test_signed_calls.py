"""Calls of connected systems: signed, timed, taken once, within their scopes (SEC-04)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from motcua.domain.dossiers.models import Dossier
from motcua.domain.organisations.models import Account
from motcua.domain.organisations.rules import AccountKind
from motcua.domain.people import partner_keys
from motcua.domain.people.models import PartnerKey, PartnerNonce
from motcua.domain.people.partner_keys import IssuedKey
from motcua.domain.people.principal import Principal
from motcua.foundation import clock
from motcua.foundation.errors import AccessDenied, Conflict, Invalid, NotFound
from motcua.foundation.models import AuditEntry, SecurityEvent
from tests.domain.dossiers.conftest import own_file_store
from tests.domain.dossiers.world import World, officer, small_world
from tests.domain.organisations import factories
from tests.faces.pages import Browser

__all__ = ["own_file_store"]
pytestmark = pytest.mark.django_db


class Partner:
    """A ministry's system that knows the protocol and nothing of our code."""

    def __init__(self, account: Account, issued: IssuedKey) -> None:
        self.account = account
        self.key_id = str(issued.key_id)
        self.secret = base64.b64decode(issued.secret)
        self.count = 0

    def header(self, method: str, target: str, body: bytes, *, at: int, nonce: str) -> str:
        lines = [method, target, str(at), nonce, hashlib.sha256(body).hexdigest()]
        signature = base64.b64encode(hmac.new(self.secret, "\n".join(lines).encode(), hashlib.sha256).digest()).decode()
        return f'MOTCUA-HMAC-SHA256 key="{self.key_id}", timestamp="{at}", nonce="{nonce}", signature="{signature}"'

    def call(
        self, method: str, target: str, body: Any = None, *, age: int = 0, nonce: str = "",
        change: Callable[[str], str] = str, sent: bytes | None = None,
    ) -> Any:  # fmt: skip
        self.count += 1
        content = json.dumps(body).encode() if body is not None else b""
        at = int((clock.now() - timedelta(seconds=age)).timestamp())
        header = change(self.header(method, target, content, at=at, nonce=nonce or f"number-{self.count:012d}"))
        content = content if sent is None else sent
        return Client().generic(
            method, target, content, content_type="application/json", headers={"Authorization": header}
        )


@pytest.fixture
def world(db) -> World:
    return small_world()


@pytest.fixture
def admin(world: World) -> Principal:
    return officer("UNIT_ADMIN", world.province, "Đỗ Thanh Tùng")


def system(world: World) -> Account:
    account = Account.objects.create(
        kind=AccountKind.SYSTEM.value, username="bo-noi-vu", display_name="Hệ thống Bộ Nội vụ", unit=world.province
    )
    factories.grant(account, "RECEPTION", world.province)
    return account


@pytest.fixture
def partner(world: World, admin: Principal) -> Partner:
    account = system(world)
    scopes = ["dossiers:read", "dossiers:write"]
    return Partner(account, partner_keys.issue_key(admin, account.pk, label="Trục kết nối", scopes=scopes))


def _another_nonce(header: str) -> str:
    return header.replace("number-", "nummer-")


def _another_key(header: str) -> str:
    return re.sub(r'key="[^"]+"', f'key="{uuid4()}"', header)


def _half(header: str) -> str:
    return header.partition(", nonce")[0]


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


@pytest.mark.requirement("SEC-04")
def test_old_repeated_out_of_scope_and_revoked_calls_are_refused_each_with_its_code_and_no_effect(
    world: World, admin: Principal, partner: Partner
) -> None:
    dossier = world.submitted()
    receive = f"/api/v1/dossiers/{dossier.pk}/receive"
    body = {"expected_version": 1}
    reader = Partner(
        partner.account, partner_keys.issue_key(admin, partner.account.pk, label="Đọc", scopes=["dossiers:read"])
    )
    assert partner.call("GET", f"/api/v1/dossiers/{dossier.pk}", nonce="n" * 16).status_code == 200

    refused = [
        (partner.call("POST", receive, body, age=301), (401, "TIMESTAMP_OUTSIDE_WINDOW")),
        (partner.call("POST", receive, body, age=-301), (401, "TIMESTAMP_OUTSIDE_WINDOW")),
        (partner.call("POST", receive, body, nonce="n" * 16), (401, "NONCE_REUSED")),
        (reader.call("POST", receive, body), (403, "SCOPE_MISSING")),
        (reader.call("GET", "/api/v1/tokens"), (403, "SCOPE_MISSING")),
        (partner.call("POST", receive, body, sent=b'{"expected_version": 2}'), (401, "SIGNATURE_INVALID")),
        (partner.call("POST", receive, body, change=_another_nonce), (401, "SIGNATURE_INVALID")),
        (partner.call("POST", receive, body, change=_another_key), (401, "KEY_UNKNOWN")),
        (partner.call("POST", receive, body, change=_half), (401, "CREDENTIAL_MALFORMED")),
    ]  # fmt: skip
    partner_keys.revoke_key(admin, PartnerKey.objects.get(pk=partner.key_id).pk)
    refused.append((partner.call("POST", receive, body), (401, "KEY_REVOKED")))

    assert [code(answer) for answer, _expected in refused] == [expected for _answer, expected in refused]
    assert Dossier.objects.get(pk=dossier.pk).state == "SUBMITTED"
    assert PartnerNonce.objects.count() == 1
    assert SecurityEvent.objects.filter(kind="PARTNER_REFUSED").count() == len(refused)


def test_a_right_call_acts_with_the_account_s_own_rights_and_no_more(world: World, partner: Partner) -> None:
    dossier = world.submitted()

    received = partner.call("POST", f"/api/v1/dossiers/{dossier.pk}/receive", {"expected_version": 1})
    approved = partner.call("POST", f"/api/v1/dossiers/{dossier.pk}/approve", {"conclusion": "x"})

    assert received.status_code == 200
    assert approved.status_code == 403
    assert AuditEntry.objects.filter(action="dossier.receive", actor_kind="system").count() == 1


def test_the_query_is_signed_too(world: World, partner: Partner) -> None:
    at = int(clock.now().timestamp())
    header = partner.header("GET", "/api/v1/worklist?tab=to_receive", b"", at=at, nonce="a" * 20)

    right = Client().get("/api/v1/worklist?tab=to_receive", headers={"Authorization": header})
    other = Client().get("/api/v1/worklist?tab=done", headers={"Authorization": header})

    assert (right.status_code, code(other)) == (200, (401, "SIGNATURE_INVALID"))


def test_a_rotated_key_changes_over_without_a_gap_and_ends(world: World, admin: Principal, partner: Partner) -> None:
    start = clock.now()
    fresh = Partner(partner.account, partner_keys.rotate_key(admin, PartnerKey.objects.get().pk))

    assert partner.call("GET", "/api/v1/worklist").status_code == 200
    assert fresh.call("GET", "/api/v1/worklist").status_code == 200
    with clock.travel(start + timedelta(hours=25)):
        assert code(partner.call("GET", "/api/v1/worklist")) == (401, "KEY_EXPIRED")
        assert fresh.call("GET", "/api/v1/worklist").status_code == 200
        assert partner_keys.purge_nonces() == 2


def test_a_suspended_system_calls_nothing(world: World, partner: Partner) -> None:
    Account.objects.filter(pk=partner.account.pk).update(is_active=False)

    assert code(partner.call("GET", "/api/v1/worklist")) == (401, "KEY_UNKNOWN")


def test_a_copied_database_gives_no_secret_away(world: World, partner: Partner, settings: Any) -> None:
    row = PartnerKey.objects.get()
    assert partner.secret not in bytes(row.sealed_secret)
    assert base64.b64encode(partner.secret) not in bytes(row.sealed_secret)

    settings.SECRET_KEY = "another installation's secret 0123456789"

    assert code(partner.call("GET", "/api/v1/worklist")) == (401, "KEY_UNKNOWN")


def test_only_an_administrator_of_the_system_s_unit_gives_and_ends_keys(
    world: World, admin: Principal, partner: Partner
) -> None:
    key = PartnerKey.objects.get().pk
    stranger = officer("UNIT_ADMIN", world.other_commune, "Người lạ")
    for who in (stranger, world.monitor, world.citizen):
        for act in (
            lambda: partner_keys.issue_key(who, partner.account.pk, label="x", scopes=["dossiers:read"]),  # noqa: B023
            lambda: partner_keys.rotate_key(who, key),  # noqa: B023
            lambda: partner_keys.revoke_key(who, key),  # noqa: B023
            lambda: partner_keys.keys_of(who, partner.account.pk),  # noqa: B023
        ):
            with pytest.raises(AccessDenied):
                act()
    with pytest.raises(NotFound):
        partner_keys.issue_key(admin, world.reception.account_id, label="x", scopes=["dossiers:read"])
    for label, scopes in (("", ["dossiers:read"]), ("x", []), ("x", ["tokens:write"])):
        with pytest.raises(Invalid):
            partner_keys.issue_key(admin, partner.account.pk, label=label, scopes=scopes)
    partner_keys.revoke_key(admin, key)
    with pytest.raises(Conflict):
        partner_keys.revoke_key(admin, key)
    assert PartnerKey.objects.count() == 1


def test_the_page_gives_rotates_and_revokes_and_shows_a_secret_once(world: World, admin: Principal) -> None:
    browser, account = Browser(admin), system(world)
    page = f"/can-bo/quan-tri/tai-khoan/{account.pk}/khoa"

    given = browser.post(f"{page}/cap", {"label": "Trục", "scopes": ["dossiers:read"]})
    key = PartnerKey.objects.get()
    refused = browser.post(f"{page}/cap", {"label": "Giữ nguyên", "scopes": []})
    rotated = browser.post(f"{page}/{key.pk}/thay", {})
    revoked = browser.post(f"{page}/{key.pk}/thu-hoi", {})
    later = browser.get(page).content.decode()

    assert str(key.pk) in given.content.decode()
    assert "Giá trị bí mật" in given.content.decode()
    assert (refused.status_code, rotated.status_code, revoked.status_code) == (422, 200, 302)
    assert "Giữ nguyên" in refused.content.decode()
    assert "Giá trị bí mật" not in later
    assert "Đã thu hồi" in later
    assert PartnerKey.objects.count() == 2
