"""Every way a sign-on fails, on the pages: cause, words, next step, counter, and never half a session (F-67, F-76)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from django.test import Client

from motcua.domain.organisations.models import Account
from motcua.domain.people import availability, sessions, vneid
from motcua.domain.people.models import ProviderCheck, SignOnFailure
from motcua.domain.people.rules import CAUSES, Cause
from motcua.foundation import clock, outbound
from motcua.foundation.models import AuditEntry

from ..domain.people.conftest import Provider, provider, vneid_url
from ..domain.people.test_provider_logout import token
from ..domain.people.test_sign_on import impatient
from .test_sign_on_pages import at_provider, sign_on, told

pytestmark = pytest.mark.django_db
__all__ = ["provider", "vneid_url"]

COUNTER = "nộp hồ sơ được tại bộ phận một cửa"
AWAY = "Hệ thống định danh VNeID đang gián đoạn"


def nothing_came_of_it(client: Client) -> None:
    """No session, no account, no audit row of a sign-on: not even half of one."""
    assert sessions.KEY not in client.session
    assert not Account.objects.exists()
    assert not AuditEntry.objects.filter(action="session.sign_on").exists()


MATRIX: list[tuple[str, dict[str, Any], Cause]] = [
    ("wrong_nonce", {}, Cause.NONCE_MISMATCH),
    ("missing_nonce", {}, Cause.NONCE_MISMATCH),
    ("unsigned", {}, Cause.SIGNATURE_INVALID),
    ("signed_with_secret", {}, Cause.SIGNATURE_INVALID),
    ("wrong_signature", {}, Cause.SIGNATURE_INVALID),
    ("unknown_key", {}, Cause.SIGNATURE_INVALID),
    ("wrong_audience", {}, Cause.SIGNATURE_INVALID),
    ("wrong_authorized_party", {}, Cause.SIGNATURE_INVALID),
    ("wrong_issuer", {}, Cause.SIGNATURE_INVALID),
    ("wrong_subject", {}, Cause.SIGNATURE_INVALID),
    ("expired_token", {}, Cause.TIMEOUT),
    ("clock_skew", {"seconds": 600}, Cause.SIGNATURE_INVALID),
    ("clock_skew", {"seconds": -600}, Cause.TIMEOUT),
    ("missing_claims", {}, Cause.CLAIMS_MISSING),
    ("garbled", {"match": {"endpoint": "token"}}, Cause.VNEID_UNAVAILABLE),
    ("unavailable", {"match": {"endpoint": "userinfo"}}, Cause.VNEID_UNAVAILABLE),
    ("slow", {"seconds": 2, "match": {"endpoint": "token"}}, Cause.TIMEOUT),
]
PEOPLE: list[tuple[str | None, dict[str, str], Cause]] = [
    (None, {}, Cause.CANCELLED),
    ("hoang-quoc-viet", {}, Cause.ACCOUNT_LOCKED),
    ("pham-thu-ha", {"muc": "2"}, Cause.LEVEL_TOO_LOW),
    ("nguyen-van-an", {"vai": "can-bo"}, Cause.NO_ACCOUNT),
]


@pytest.mark.fault("F-67")
def test_the_fault_matrix_of_vneid_ends_in_cause_words_next_step_and_count(provider: Provider) -> None:
    impatient()
    for fault, parameters, cause in MATRIX:
        provider.fault(fault, **parameters, times=1)
        page_of(provider, "nguyen-van-an", {}, cause)
        httpx.delete(f"{provider.url}/_control/faults").raise_for_status()
        outbound.forget_partners()
    for identity, form, cause in PEOPLE:
        page_of(provider, identity, form, cause)
    provider.fault("unavailable")
    vneid.forget()
    outbound.forget_partners()
    newcomer = Client()
    failed(newcomer, newcomer.post("/dang-nhap"), Cause.VNEID_UNAVAILABLE)


def page_of(provider: Provider, identity: str | None, form: dict[str, str], cause: Cause) -> None:
    client = Client()
    failed(client, sign_on(client, provider, identity, **form), cause)


def failed(client: Client, answer: Any, cause: Cause) -> None:
    """The page tells this cause, what to do and the way without an account; it is counted once; nobody is in."""
    reference = answer["X-Correlation-Id"]
    page = told(client, answer)
    text = page.content.decode()

    assert page.status_code == CAUSES[cause].status, cause
    for words in (str(CAUSES[cause].what), str(CAUSES[cause].what_next), COUNTER, cause.value, reference):
        assert words in text, (cause, words)
    assert SignOnFailure.objects.filter(cause=cause, correlation_id=reference).count() == 1
    nothing_came_of_it_for(client)


def nothing_came_of_it_for(client: Client) -> None:
    assert sessions.KEY not in client.session
    assert not AuditEntry.objects.filter(action="session.sign_on").exists()


@pytest.mark.fault("F-76")
def test_replay_wrong_nonce_clock_skew_and_a_double_call_back_never_make_half_a_session(provider: Provider) -> None:
    for fault, parameters, cause in [
        ("wrong_nonce", {}, Cause.NONCE_MISMATCH),
        ("clock_skew", {"seconds": 600}, Cause.SIGNATURE_INVALID),
        ("clock_skew", {"seconds": -600}, Cause.TIMEOUT),
    ]:
        client = Client()
        provider.fault(fault, **parameters, times=1)
        failed(client, sign_on(client, provider, "nguyen-van-an"), cause)
        nothing_came_of_it(client)

    client = Client()
    begun = client.post("/dang-nhap")
    back = at_provider(provider, begun["location"], "nguyen-van-an")
    thief = Client()
    failed(thief, thief.get(back), Cause.STATE_MISMATCH)

    assert client.get(back)["location"] == "/"
    held = dict(client.session[sessions.KEY])
    second = told(client, client.get(back))

    assert second.status_code == CAUSES[Cause.STATE_MISMATCH].status
    assert client.session[sessions.KEY] == held
    assert AuditEntry.objects.filter(action="session.sign_on").count() == 1
    assert "Nguyễn Văn An" in client.get("/").content.decode()


def test_vneid_ends_a_running_session_from_server_to_server(client: Client, provider: Provider) -> None:
    sign_on(client, provider, "nguyen-van-an")
    logout = {"logout_token": token(provider, change={"sid": None})}
    server = Client(enforce_csrf_checks=True)

    answer = server.post("/dang-xuat/tu-vneid", logout)
    again = server.post("/dang-xuat/tu-vneid", logout)

    assert (answer.status_code, answer["Cache-Control"]) == (
        200,
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )
    assert (again.status_code, again.json()) == (400, {"error": "invalid_request", "error_description": "replayed"})
    assert "Nguyễn Văn An" not in client.get("/").content.decode()
    assert client.get("/ho-so").status_code == 302
    assert server.get("/dang-xuat/tu-vneid").status_code == 405


def test_people_are_told_of_an_outage_before_they_try_and_no_longer_after(client: Client, provider: Provider) -> None:
    impatient()
    assert availability.check_provider()
    assert AWAY not in client.get("/").content.decode()

    provider.fault("unavailable", match={"endpoint": "discovery"})
    assert not availability.check_provider()
    first = ProviderCheck.objects.exclude(cause="").get().checked_at
    assert not availability.check_provider()

    for page in ("/", "/dang-nhap"):
        assert AWAY in client.get(page).content.decode()
    outage = availability.outage()
    assert outage is not None
    assert outage.since == first
    with clock.travel(clock.now() + availability.STALE * 2):
        availability.forget()
        assert availability.outage() is None

    httpx.delete(f"{provider.url}/_control/faults").raise_for_status()
    outbound.forget_partners()
    assert availability.check_provider()
    assert AWAY not in client.get("/").content.decode()
