"""The security officer's view counts what really happened (SEC-01)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from motcua.domain.organisations import queries as units
from motcua.domain.organisations.models import Unit
from motcua.domain.payments.models import RejectedNotification
from motcua.domain.people.models import SignOnFailure
from motcua.faces.rate_limit import LOOKUPS
from motcua.foundation import malware, policies, security
from motcua.foundation.actor import Actor
from motcua.foundation.models import AuditEntry, SecurityEvent
from motcua.foundation.security_kinds import SecurityKind
from tests.domain.dossiers.conftest import own_file_store
from tests.domain.dossiers.world import World, officer, small_world
from tests.faces.api.client import ApiClient
from tests.faces.pages import Browser, new_client

__all__ = ["own_file_store"]
pytestmark = pytest.mark.django_db
PAGE = "/can-bo/quan-tri/an-toan"


@pytest.fixture
def world(db) -> World:
    return small_world("1.004873")


@pytest.fixture
def guard(world: World) -> Browser:
    """The security officer's browser."""
    return Browser(officer("SEC_OFFICER", Unit.objects.get(pk=units.nation_id()), "Ngô Thị An"))


def shown(page: Any, row: str) -> list[int]:
    """The four counts of a row or a group's sum: last hour, day, week, month."""
    text = page.content.decode()
    part = text[text.index(f'id="{row}"') :]
    return [int(number) for number in re.findall(r'class="numbers"[^>]*>(?:<strong>)?(\d+)<', part)[:4]]


def fail_to_sign_on(times: int) -> None:
    """Answers of a provider that nobody asked for."""
    for number in range(times):
        Client().get(f"/dang-nhap/tra-ve?state=guess-{number}&code=x")


def forge_a_payment(client: Client) -> None:
    body = '{"notification_id": "n1", "type": "PAYMENT"}'
    answer = client.post("/api/v1/payments/notifications/bank", body, content_type="application/json")
    assert answer.status_code == 401


def attack_five_ways(world: World) -> None:
    """A forged form, a foreign host, a way out of the site, an infected file, a scanner's address."""
    assert Client(enforce_csrf_checks=True).post("/dang-nhap").status_code == 403
    assert Client(raise_request_exception=False).get("/", headers={"Host": "evil.example"}).status_code == 400
    assert Client().get("/dang-nhap", {"next": "https://evil.example/"}).status_code == 200
    refused = ApiClient(world.citizen).upload("tờ khai.pdf", b"%PDF-1.7 infected")
    assert refused.json()["code"] == "MALWARE"
    assert Client().get("/.env").status_code == 404


@pytest.mark.requirement("SEC-01")
def test_ten_failed_sign_ons_one_forged_callback_and_five_attacks_are_counted(
    world: World, guard: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(malware, "scan", _infected)
    before = guard.get(PAGE)
    assert [shown(before, f"nhom-{group}") for group in ("sign_on", "forged", "blocked")] == [[0, 0, 0, 0]] * 3

    fail_to_sign_on(10)
    forge_a_payment(new_client())
    attack_five_ways(world)

    page = guard.get(PAGE)
    assert page.status_code == 200
    assert shown(page, "nhom-sign_on") == [10, 10, 10, 10]
    assert shown(page, "loai-forged_callback") == [1, 1, 1, 1]
    assert shown(page, "nhom-blocked") == [5, 5, 5, 5]
    for kind in ("csrf", "host", "redirect", "malware", "probe"):
        assert shown(page, f"loai-{kind}")[0] == 1, kind
    assert SignOnFailure.objects.count() == 10
    assert sum(RejectedNotification.objects.values_list("count", flat=True)) == 1


def _infected(file: Any) -> list[str]:
    from motcua.foundation.errors import Invalid

    raise Invalid("MALWARE", "Tệp chứa mã độc", field="file")


def test_what_is_right_counts_as_no_attack(world: World) -> None:
    citizen = Browser(world.citizen)
    citizen.get("/ho-so")
    citizen.post("/ngon-ngu", {"language": "en", "next": "/ho-so"})
    citizen.post("/dia-phuong", {"province": "01", "next": "/"})
    Browser().get("/khong-co-trang-nay")
    Browser().get("/tra-cuu/H26.900.004-260604-010001")

    assert not SecurityEvent.objects.exists()


@pytest.mark.parametrize("who", ["citizen", "reception", "monitor"])
def test_nobody_else_sees_the_view(world: World, who: str) -> None:
    assert Browser(getattr(world, who)).get(PAGE).status_code == 403
    assert Browser().get(PAGE).status_code == 302


def test_the_look_is_audited_and_a_denied_one_is_counted(world: World, guard: Browser) -> None:
    guard.get(PAGE)
    Browser(world.reception).get(PAGE)

    assert AuditEntry.objects.filter(action="security.view").count() == 1
    denied = SecurityEvent.objects.get(kind="DENIED")
    assert (denied.detail, denied.account_id) == ("security.handle", str(world.reception.account_id))


def test_a_forged_token_a_walker_through_codes_and_a_flood_are_counted(world: World) -> None:
    for key, value in (("lookup.unknown_codes_per_minute", 2), (LOOKUPS.policy.key, 4)):
        policies.set_value(key, value, actor=Actor.job("test"), reason="thử nghiệm")

    ApiClient(None, secret="motcua_guessed").get("/dossiers")
    answers = [Browser().get(f"/tra-cuu/H26.900.004-260604-01000{number}").status_code for number in range(6)]

    assert answers == [404, 404, 429, 429, 429, 429]
    counted = security.counts()
    assert counted[SecurityKind.FORGED_CREDENTIAL].hour == 1
    assert (counted[SecurityKind.ENUMERATION].hour, counted[SecurityKind.RATE_LIMITED].hour) == (2, 2)


def test_events_are_paged_and_filtered_in_a_bounded_number_of_statements(
    guard: Browser, django_assert_max_num_queries: Any
) -> None:
    for number in range(120):
        with security.coming_from(f"203.0.113.{number}"):
            security.note(SecurityKind.CSRF if number % 2 else SecurityKind.HOST, f"detail-{number}")

    with django_assert_max_num_queries(12):
        first = guard.get(PAGE).content.decode()
    following = re.search(r'href="[^"]*truoc=(\d+)', first)

    assert "detail-119" in first
    assert following
    second = guard.get(PAGE, truoc=following[1]).content.decode()
    assert "detail-69<" in second
    assert "detail-119" not in second
    only = guard.get(PAGE, loai="CSRF").content.decode()
    assert "detail-119" in only
    assert "detail-118<" not in only
    assert guard.get(PAGE, loai="<script>").status_code == 422
