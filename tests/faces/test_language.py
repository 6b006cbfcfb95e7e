"""A page speaks Vietnamese until the person chooses English; a machine may ask for English in its request."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

BROWSER = "en-US,en;q=0.9,vi;q=0.8"


def spoken(answer: Any) -> tuple[str, str]:
    """What the header says and what the page says of itself."""
    html = answer.content.decode()
    return answer["Content-Language"], html.partition('<html lang="')[2].partition('"')[0]


def test_the_browsers_language_does_not_decide(client: Client) -> None:
    page = client.get("/", headers={"Accept-Language": BROWSER})

    assert spoken(page) == ("vi", "vi")
    assert "Cổng Dịch vụ công quốc gia" in page.content.decode()
    assert page["Vary"].split(", ").count("Cookie") == 1
    assert "Accept-Language" not in page["Vary"]


def test_the_switch_decides_until_it_is_used_again(client: Client) -> None:
    chosen = client.post("/ngon-ngu", {"language": "en", "next": "/tro-giup"})
    in_english, missing = client.get("/tro-giup"), client.get("/khong-co-trang-nay")
    client.post("/ngon-ngu", {"language": "vi", "next": "/tro-giup"})
    in_vietnamese = client.get("/tro-giup", headers={"Accept-Language": BROWSER})

    assert (chosen.status_code, chosen["Location"]) == (302, "/tro-giup")
    assert chosen.cookies["motcua_language"]["max-age"] == 365 * 24 * 3600
    assert spoken(in_english) == ("en", "en")
    assert "National Public Service Portal" in in_english.content.decode()
    assert spoken(missing) == ("en", "en")
    assert "The page you asked for was not found" in missing.content.decode()
    assert spoken(in_vietnamese) == ("vi", "vi")


@pytest.mark.parametrize("cookie", ["fr", "EN", "en-GB", "", "../en", "<script>"])
def test_a_language_that_is_not_offered_is_vietnamese(client: Client, cookie: str) -> None:
    client.cookies["motcua_language"] = cookie

    assert spoken(client.get("/tro-giup")) == ("vi", "vi")


@pytest.mark.parametrize(
    ("asked", "language", "title"),
    [
        (None, "vi", "Mã hồ sơ chưa đúng."),
        ("*", "vi", "Mã hồ sơ chưa đúng."),
        ("fr", "vi", "Mã hồ sơ chưa đúng."),
        ("vi, en;q=0.5", "vi", "Mã hồ sơ chưa đúng."),
        ("en;q=x", "vi", "Mã hồ sơ chưa đúng."),
        ("en", "en", "This is not a dossier code."),
        (BROWSER, "en", "This is not a dossier code."),
    ],
)
def test_a_machine_chooses_by_its_request(client: Client, asked: str | None, language: str, title: str) -> None:
    answer = client.get("/api/v1/lookup/sai-ma", headers={"Accept-Language": asked} if asked else {})

    assert answer["Content-Type"].startswith("application/problem+json")
    assert answer["Content-Language"] == language
    assert answer.json()["title"].startswith(title)
    assert {"Cookie", "Accept-Language"} <= set(answer["Vary"].split(", "))


def test_the_switch_goes_before_the_browser_on_the_api_too(client: Client) -> None:
    client.cookies["motcua_language"] = "vi"

    answer = client.get("/api/v1/lookup/sai-ma", headers={"Accept-Language": "en"})

    assert answer["Content-Language"] == "vi"


def test_one_request_leaves_no_language_to_the_next() -> None:
    english, other = Client(), Client()
    english.post("/ngon-ngu", {"language": "en"})

    assert spoken(english.get("/tro-giup")) == ("en", "en")
    assert spoken(other.get("/tro-giup")) == ("vi", "vi")


def test_answers_that_are_not_words_claim_no_language(client: Client) -> None:
    assert "Content-Language" not in client.get("/api/v1/openapi.json")
