"""Requests no page of ours makes: forged forms, foreign hosts, split headers, climbing paths, ways out (SES-04)."""

from __future__ import annotations

from urllib.parse import quote
from uuid import uuid4

import pytest
from django.test import Client

from motcua.domain.people.models import SignOnAttempt
from tests.access.routes import addresses, pages, path_of
from tests.domain.dossiers.conftest import own_file_store
from tests.domain.dossiers.world import FREE, World, small_world
from tests.faces.api.client import ApiClient
from tests.faces.pages import session_of

__all__ = ["own_file_store"]
pytestmark = pytest.mark.django_db
SAMPLES = {
    "UUIDConverter": uuid4,
    "IntConverter": lambda: 1,
    "SlugConverter": lambda: "x",
    "StringConverter": lambda: "x",
}
CREDENTIAL_OF_THEIR_OWN = {"api:payment-notification", "portal:end_by_vneid"}
"""Called by systems without a session: a signature over the whole request, a signed token."""
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "/\tevil",
    "javascript:alert(1)",
]


def _address(name: str) -> str:
    """The page's address with parameters that fit it; the form is refused before anything is looked for."""
    converters = addresses()[name][1].pattern.converters
    known = {key: SAMPLES[type(converter).__name__]() for key, converter in converters.items()}
    return path_of(name, known)


@pytest.fixture
def world(db) -> World:
    return small_world(FREE)


def _browser(world: World) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.cookies["motcua_session"] = session_of(world.citizen)
    return client


def test_every_page_refuses_a_form_that_is_not_its_own(world: World) -> None:
    assert len(pages()) > 40
    browser = _browser(world)
    taken = {}
    for name in pages() - CREDENTIAL_OF_THEIR_OWN:
        for forged in ({}, {"csrfmiddlewaretoken": "A" * 64}):
            answer = browser.post(_address(name), forged, headers={"Referer": "https://evil.example/"})
            if answer.status_code != 403:
                taken[name] = answer.status_code

    assert taken == {}


def test_what_needs_no_token_of_ours_needs_its_own_credential(world: World) -> None:
    answers = {name: _browser(world).post(_address(name), {}).status_code for name in CREDENTIAL_OF_THEIR_OWN}

    assert set(answers.values()) <= {400, 401, 404}


def test_the_api_takes_no_session_without_its_token(world: World) -> None:
    forged = _browser(world).post("/api/v1/tokens", '{"label": "x"}', content_type="application/json")

    assert forged.status_code == 401


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_page_leads_elsewhere(world: World, target: str) -> None:
    client = Client()
    offered = client.get("/dang-nhap", {"next": target}).content.decode()
    switched = client.post("/ngon-ngu", {"language": "en", "next": target})
    chosen = client.post("/dia-phuong", {"province": "01", "next": target})
    kept = client.get(f"/ho-so?next={quote(target)}")

    assert 'name="next" value="/"' in offered
    for answer in (switched, chosen, kept):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/")
        assert not answer["Location"].startswith(("//", "/\\"))
    assert not SignOnAttempt.objects.exists()


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "testserver.evil.example", "a b", ""])
def test_a_foreign_host_is_not_answered_and_never_repeated(world: World, host: str) -> None:
    answer = Client(raise_request_exception=False).get("/dang-nhap", headers={"Host": host})

    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Host", "X-Host", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Server"]
)
def test_no_header_changes_where_links_lead_or_which_page_is_shown(world: World, header: str) -> None:
    answer = Client().get("/tra-cuu", headers={header: "evil.example/can-bo/"})

    assert answer.status_code == 200
    assert "evil.example" not in answer.content.decode()
    assert "Tra cứu hồ sơ" in answer.content.decode()


@pytest.mark.parametrize("given", ["x\r\nSet-Cookie: a=b", "<script>", "a" * 65, "ngắn", "' OR 1=1 --"])
def test_a_correlation_id_that_is_none_is_not_taken_over(world: World, given: str) -> None:
    answer = Client().get("/", headers={"X-Correlation-Id": given})

    assert answer["X-Correlation-Id"] != given
    assert "Set-Cookie: a=b" not in str(answer.headers)


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.pdf",
        "..\\..\\windows\\x.pdf",
        "/etc/cron.d/x.pdf",
        "tờ khai\r\nX: y.pdf",
        "a" * 300 + ".pdf",
    ],
)
def test_a_file_s_name_never_leaves_its_folder_nor_splits_a_header(world: World, name: str) -> None:
    from tests.samples import pdf

    api = ApiClient(world.citizen)
    taken = api.upload(name, pdf())

    if taken.status_code == 201:
        stored = taken.json()["name"]
        assert not set("/\\\r\n") & set(stored)
        assert ".." not in stored.split(".pdf")[0]
        assert len(stored) <= 255
    else:
        assert taken.status_code in (400, 422)


@pytest.mark.parametrize(
    "path",
    ["/static/../../config/settings.py", "/static/%2e%2e/%2e%2e/config/settings.py", "/static/..%2f..%2fetc/passwd",
     "/tra-cuu/..%2f..%2fcan-bo", "/%00", "/dich-vu/%2e%2e%2f%2e%2e%2fetc%2fpasswd"],
)  # fmt: skip
def test_no_path_climbs_out(world: World, path: str) -> None:
    answer = Client(raise_request_exception=False).get(path)

    assert answer.status_code in (302, 404, 422)
    content = answer.getvalue().decode() if answer.streaming else answer.content.decode()
    assert "SECRET_KEY" not in content
    assert "root:" not in content
