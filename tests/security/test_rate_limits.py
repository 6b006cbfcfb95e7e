"""A flood is refused to its sender alone (SEC-05)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory, override_settings

from motcua.faces.rate_limit import LOOKUPS, MISSES, SIGN_ONS
from motcua.faces.source import source_of
from motcua.foundation import policies
from motcua.foundation.actor import Actor
from tests.domain.dossiers.conftest import own_file_store
from tests.domain.dossiers.world import FREE, World, small_world
from tests.domain.people.conftest import provider, vneid_url

__all__ = ["own_file_store", "provider", "vneid_url"]
pytestmark = pytest.mark.django_db
FLOODER, OTHER = "203.0.113.9", "203.0.113.10"


@pytest.fixture
def world(db) -> World:
    made = small_world(FREE)
    for limit in (LOOKUPS, SIGN_ONS):
        policies.set_value(limit.policy.key, 3, actor=Actor.job("test"), reason="thử nghiệm")
    return made


def statuses(act: Any, times: int = 6) -> list[int]:
    return [act().status_code for _ in range(times)]


def test_a_flood_of_look_ups_is_refused_to_its_sender_and_others_are_served(world: World) -> None:
    code = world.submitted(FREE).code
    page = f"/tra-cuu/{code}"

    flood = statuses(lambda: Client(REMOTE_ADDR=FLOODER).get(page))
    told = Client(REMOTE_ADDR=FLOODER).get(page)
    by_api = Client(REMOTE_ADDR=FLOODER).get(f"/api/v1/lookup/{code}")

    assert flood == [200, 200, 200, 429, 429, 429]
    assert "chờ một phút" in told.content.decode()
    assert (told["Retry-After"], by_api.status_code, by_api.json()["code"]) == ("60", 429, "TOO_MANY_REQUESTS")
    assert Client(REMOTE_ADDR=OTHER).get(page).status_code == 200


def test_a_flood_of_sign_ons_is_refused_to_its_sender_and_others_are_served(world: World, provider: Any) -> None:
    flood = statuses(lambda: Client(REMOTE_ADDR=FLOODER).post("/dang-nhap"))

    assert flood == [302, 302, 302, 429, 429, 429]
    assert Client(REMOTE_ADDR=OTHER).post("/dang-nhap").status_code == 302


def test_a_sender_cannot_name_another_sender(world: World) -> None:
    page = f"/tra-cuu/{world.submitted(FREE).code}"
    forged = iter(range(100))

    flood = statuses(
        lambda: Client(REMOTE_ADDR=FLOODER).get(page, headers={"X-Forwarded-For": f"198.51.100.{next(forged)}"})
    )

    assert flood[-3:] == [429] * 3


def test_behind_a_named_proxy_the_last_sender_it_saw_counts(world: World) -> None:
    page = f"/tra-cuu/{world.submitted(FREE).code}"

    def through_proxy(chain: str) -> int:
        return Client(REMOTE_ADDR="10.0.0.5").get(page, headers={"X-Forwarded-For": chain}).status_code

    with override_settings(TRUSTED_PROXIES=["10.0.0.0/8"]):
        flood = [through_proxy(f"198.51.100.{number}, {FLOODER}") for number in range(5)]
        other = through_proxy(OTHER)

    assert (flood, other) == ([200, 200, 200, 429, 429], 200)


@pytest.mark.parametrize(
    ("address", "chain", "counted"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "", "203.0.113.9"),
        ("10.0.0.5", "203.0.113.9, 10.0.0.7", "203.0.113.9"),
        ("10.0.0.5", "<script>", "10.0.0.5"),
        ("10.0.0.5", "", "10.0.0.5"),
        ("", "203.0.113.9", ""),
    ],
)
def test_who_is_counted(rf: RequestFactory, address: str, chain: str, counted: str) -> None:
    request = rf.get("/", REMOTE_ADDR=address, headers={"X-Forwarded-For": chain})

    with override_settings(TRUSTED_PROXIES=["10.0.0.0/8"]):
        assert source_of(request) == counted


def test_walking_through_codes_ends_after_a_few_unknown_ones(world: World) -> None:
    for key, value in ((MISSES.policy.key, 2), (LOOKUPS.policy.key, 0)):
        policies.set_value(key, value, actor=Actor.job("test"), reason="thử nghiệm")
    known = f"/tra-cuu/{world.submitted(FREE).code}"
    walker = Client(REMOTE_ADDR=FLOODER)

    walked = [walker.get(f"/tra-cuu/H26.900.004-260604-01900{number}").status_code for number in range(4)]

    assert walked == [404, 404, 429, 429]
    assert walker.get(known).status_code == 429
    assert statuses(lambda: Client(REMOTE_ADDR=OTHER).get(known), 20) == [200] * 20
