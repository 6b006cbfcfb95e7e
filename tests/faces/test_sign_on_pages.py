"""The sign-on pages: there and back, every failure in plain words, sign-off, the longer session."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from motcua.domain.organisations import reference
from motcua.domain.people import demonstration
from motcua.domain.people.models import SignOnAttempt, SignOnFailure
from motcua.domain.people.policies import SESSION_IDLE_MINUTES
from motcua.domain.people.rules import CAUSES, Cause
from motcua.foundation import clock

from ..domain.people.conftest import Provider, provider, vneid_url

pytestmark = pytest.mark.django_db
__all__ = ["provider", "vneid_url"]


def at_provider(provider: Provider, address: str, identity: str | None) -> str:
    """What the browser does at VNeID; the path and query it comes back to."""
    with httpx.Client() as browser:
        page = browser.get(address)
        request = re.search(r'name="request" value="([^"]+)"', page.text)
        assert request
        choice = {"identity": identity} if identity else {"cancel": "1"}
        back = browser.post(f"{provider.url}/login", data={"request": request[1], **choice}).headers["location"]
    parts = urlsplit(back)
    return f"{parts.path}?{parts.query}"


def sign_on(client: Client, provider: Provider, identity: str | None, **form: str) -> Any:
    begun = client.post("/dang-nhap", form)
    assert begun.status_code == 302
    return client.get(at_provider(provider, begun["location"], identity))


def told(client: Client, answer: Any) -> Any:
    """The page that a refused sign-on goes on to."""
    assert (answer.status_code, answer["location"]) == (302, "/dang-nhap/chua-duoc")
    return client.get("/dang-nhap/chua-duoc")


def test_the_way_there_and_back(client: Client, provider: Provider) -> None:
    offer = client.get("/dang-nhap", {"next": "/ngon-ngu"})
    returned = sign_on(client, provider, "nguyen-van-an", next="/ngon-ngu")
    home = client.get("/")

    assert "Đăng nhập bằng VNeID" in offer.content.decode()
    assert (returned.status_code, returned["location"]) == (302, "/ngon-ngu")
    assert "Nguyễn Văn An" in home.content.decode()
    assert "001085999001" not in home.content.decode()


def test_the_page_lets_its_form_end_at_vneid_and_nowhere_else(client: Client, provider: Provider) -> None:
    policy = client.get("/dang-nhap")["Content-Security-Policy"]
    elsewhere = client.get("/")["Content-Security-Policy"]

    assert f"form-action 'self' {provider.url};" in policy
    assert "form-action 'self';" in elsewhere


def test_opening_the_page_starts_nothing(client: Client, provider: Provider) -> None:
    client.get("/dang-nhap")

    assert not SignOnAttempt.objects.exists()


def test_a_forged_start_is_refused(provider: Provider) -> None:
    assert Client(enforce_csrf_checks=True).post("/dang-nhap").status_code == 403


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_sign_on_never_leads_elsewhere(client: Client, provider: Provider, target: str) -> None:
    page = client.get("/dang-nhap", {"next": target})
    returned = sign_on(client, provider, "nguyen-van-an", next=target)
    already = client.get("/dang-nhap", {"next": target})

    assert '<input type="hidden" name="next" value="/">' in page.content.decode()
    assert returned["location"] == "/"
    assert already["location"] == "/"


def test_an_officer_comes_to_the_workbench(client: Client, provider: Provider) -> None:
    reference.load_reference_units()
    demonstration.load_demonstration_accounts()

    returned = sign_on(client, provider, "can-bo-tiep-nhan", vai="can-bo")

    assert returned["location"] == "/can-bo/"


@pytest.mark.parametrize(
    ("identity", "form", "cause"),
    [
        (None, {}, Cause.CANCELLED),
        ("hoang-quoc-viet", {}, Cause.ACCOUNT_LOCKED),
        ("pham-thu-ha", {"muc": "2"}, Cause.LEVEL_TOO_LOW),
        ("nguyen-van-an", {"vai": "can-bo"}, Cause.NO_ACCOUNT),
    ],
)
def test_a_failure_is_told_in_plain_words_with_what_to_do(
    client: Client, provider: Provider, identity: str | None, form: dict[str, str], cause: Cause
) -> None:
    failed = sign_on(client, provider, identity, **form)
    reference, failed = failed["X-Correlation-Id"], told(client, failed)
    text = failed.content.decode()

    assert failed.status_code == CAUSES[cause].status
    assert str(CAUSES[cause].what) in text
    assert str(CAUSES[cause].what_next) in text
    assert reference in text
    assert SignOnFailure.objects.get().correlation_id == reference
    assert "principal" not in client.session
    assert ("ghi họ tên, đơn vị công tác" in text) is (cause is Cause.NO_ACCOUNT)


def test_an_answer_used_twice_signs_nobody_on(client: Client, provider: Provider) -> None:
    begun = client.post("/dang-nhap")
    back = at_provider(provider, begun["location"], "nguyen-van-an")
    thief = Client()

    stolen = told(thief, thief.get(back))
    assert client.get(back)["location"] == "/"
    again = told(client, client.get(back))

    assert str(CAUSES[Cause.STATE_MISMATCH].what) in stolen.content.decode()
    assert str(CAUSES[Cause.STATE_MISMATCH].what) in again.content.decode()
    assert "principal" not in thief.session
    assert dict(parse_qsl(urlsplit(back).query))["code"] not in again.content.decode()


def test_while_vneid_is_away_a_running_session_goes_on(client: Client, provider: Provider) -> None:
    sign_on(client, provider, "nguyen-van-an")
    provider.fault("unavailable")
    newcomer = Client()
    from motcua.domain.people import vneid

    vneid.forget()

    refused = told(newcomer, newcomer.post("/dang-nhap"))

    assert refused.status_code == 503
    assert str(CAUSES[Cause.VNEID_UNAVAILABLE].what) in refused.content.decode()
    assert "Nguyễn Văn An" in client.get("/").content.decode()


def test_sign_off_ends_the_session_and_offers_vneid_s_own(client: Client, provider: Provider) -> None:
    sign_on(client, provider, "nguyen-van-an")
    key = client.session.session_key

    page = client.post("/dang-xuat")

    assert f"{provider.url}/end-session?" in page.content.decode()
    assert not Session.objects.filter(session_key=key).exists()
    assert "Nguyễn Văn An" not in client.get("/").content.decode()
    assert client.get("/dang-xuat").status_code == 405


def test_the_session_identifier_changes_at_sign_on(client: Client, provider: Provider) -> None:
    begun = client.post("/dang-nhap")
    planted = client.session.session_key
    client.get(at_provider(provider, begun["location"], "nguyen-van-an"))

    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_activity_keeps_the_session_and_polling_does_not(client: Client, provider: Provider) -> None:
    sign_on(client, provider, "nguyen-van-an")
    start, idle = clock.now(), timedelta(minutes=SESSION_IDLE_MINUTES.get())

    with clock.travel(start + idle / 2):
        assert client.post("/phien/gia-han", headers={"HX-Request": "true"}).status_code == 204
    with clock.travel(start + idle * 1.25):
        assert client.get("/", headers={"X-Background": "1"}).wsgi_request.principal
    with clock.travel(start + idle * 1.6):
        assert client.post("/phien/gia-han", headers={"HX-Request": "true"}).status_code == 401
        assert client.post("/phien/gia-han")["location"] == "/dang-nhap"


def test_a_page_knows_when_to_warn(client: Client, provider: Provider) -> None:
    before = client.get("/").content.decode()
    sign_on(client, provider, "nguyen-van-an")
    after = client.get("/").content.decode()

    assert 'id="sap-het-phien"' not in before
    assert f'data-seconds="{SESSION_IDLE_MINUTES.get() * 60}"' in after


@pytest.mark.parametrize("query", ["", "?state=x&code=y", "?error=access_denied", "?state=%00&code=<script>"])
def test_a_made_up_return_is_a_plain_refusal(client: Client, provider: Provider, query: str) -> None:
    page = told(client, client.get(f"/dang-nhap/tra-ve{query}"))

    assert page.status_code == 401
    assert "<script>" not in page.content.decode().split("<body", 1)[1]


def test_the_failure_page_leads_on_and_never_back_into_sign_on(client: Client, provider: Provider) -> None:
    assert client.get("/dang-nhap/chua-duoc")["location"] == "/dang-nhap"

    sign_on(client, provider, None)
    returned = sign_on(client, provider, "nguyen-van-an", next="/dang-nhap/chua-duoc")

    assert returned["location"] == "/"
