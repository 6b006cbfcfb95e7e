"""Standard tests of a session, as pages have it: cookies, forgery, fixation, limits, remote log-out (SES-04)."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings

from motcua.domain.organisations.models import Grant
from motcua.domain.people.models import SignedInSession
from motcua.domain.people.sessions import KEY, session_principal
from motcua.faces.signing_in import recently_signed_in
from motcua.foundation import clock
from tests.domain.organisations import factories
from tests.domain.people.conftest import Provider, provider, vneid_url
from tests.faces.administration.officers import principal_of
from tests.faces.pages import session_of
from tests.faces.test_sign_on_pages import sign_on

__all__ = ["provider", "vneid_url"]
pytestmark = pytest.mark.django_db
PAGE = "/tai-khoan/bao-mat"


def signed_on(provider: Provider, agent: str = "") -> Client:
    client = Client(headers={"User-Agent": agent})
    assert sign_on(client, provider, "nguyen-van-an").status_code == 302
    return client


@pytest.mark.requirement("SES-04")
def test_a_session_is_safe_from_theft_forgery_and_fixation_and_is_ended_from_afar(provider: Provider) -> None:
    client = Client()
    begun = client.post("/dang-nhap")
    planted = client.session.session_key
    assert begun.status_code == 302

    victim = signed_on(provider, "Mozilla/5.0 (X11; Linux) Firefox/140.0")
    cookie = victim.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    fixed = Client()
    fixed.cookies[settings.SESSION_COOKIE_NAME] = planted or ""
    before = fixed.session.session_key
    sign_on(fixed, provider, "nguyen-van-an")
    assert fixed.session.session_key != before
    old = Client()
    old.cookies[settings.SESSION_COOKIE_NAME] = before or ""
    assert old.get(PAGE).status_code == 302
    assert not Session.objects.filter(pk=before).exists()

    strict = Client(enforce_csrf_checks=True)
    strict.cookies = victim.cookies
    assert strict.post("/phien/gia-han").status_code == 403
    assert strict.post(f"{PAGE}/phien-khac/ket-thuc").status_code == 403

    page = victim.get(PAGE).content.decode()
    assert "Firefox – Linux" in page
    assert "Phiên này" in page
    there = SignedInSession.objects.exclude(device="Firefox – Linux").get()
    assert victim.post(f"{PAGE}/phien/{there.pk}/ket-thuc").status_code == 302
    assert fixed.get(PAGE).status_code == 302
    assert victim.get(PAGE).status_code == 200


def test_cookies_travel_encrypted_only_where_the_portal_does() -> None:
    asks = "from motcua.config import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    environment = {**os.environ, "MOTCUA_PUBLIC_URL": "https://dichvucong.example.vn", "PYTHONPATH": "src"}
    told = subprocess.run([sys.executable, "-c", asks], env=environment, capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["True", "True"]


def test_signing_out_ends_the_row_too(provider: Provider) -> None:
    client = signed_on(provider)

    client.post("/dang-xuat")

    assert SignedInSession.objects.get().ended_by == "SIGN_OUT"


def test_all_others_are_ended_by_one_button(provider: Provider) -> None:
    here, there = signed_on(provider), signed_on(provider)

    assert here.post(f"{PAGE}/phien-khac/ket-thuc").status_code == 302

    assert there.get(PAGE).status_code == 302
    assert "Đã kết thúc 1 phiên" in here.get(PAGE).content.decode()


def sign_on_was(client: Client, ago: timedelta) -> None:
    session = client.session
    session[KEY] = session[KEY] | {"since": (clock.now() - ago).isoformat()}
    session.save()


def test_a_sensitive_act_asks_to_sign_on_again_and_then_goes_on(provider: Provider) -> None:
    client = signed_on(provider)
    act = recently_signed_in(lambda request: HttpResponse("done"))

    def ask() -> Any:
        request = RequestFactory().get("/viec-can-than")
        request.session = client.session  # type: ignore[attr-defined]
        request.principal = session_principal(request.session)  # type: ignore[attr-defined]
        return act(request)

    sign_on_was(client, timedelta(minutes=25))
    assert ask().content == b"done"
    sign_on_was(client, timedelta(minutes=40))
    late = ask()
    assert (late.status_code, late["Location"]) == (302, "/dang-nhap?next=%2Fviec-can-than&lai=1")
    assert "cần xác nhận lại danh tính" in client.get(late["Location"]).content.decode()
    assert sign_on(client, provider, "nguyen-van-an", next="/viec-can-than")["Location"] == "/viec-can-than"
    assert ask().content == b"done"


@override_settings(SESSION_COOKIE_AGE=1)
def test_an_unknown_session_id_is_nobody(provider: Provider) -> None:
    guess = Client()
    guess.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32

    assert guess.get(PAGE).status_code == 302


@pytest.mark.parametrize(
    "path",
    ["tai-khoan/{account}/quyen", "yeu-cau/quyen/{account}/chap-thuan", "tai-khoan/{account}/khoa/cap"],
)
def test_giving_rights_and_keys_asks_an_administrator_to_sign_on_again(path: str) -> None:
    province = factories.province()
    admin, other = factories.holder("UNIT_ADMIN", province), factories.officer(province, "Người khác")
    address = "/can-bo/quan-tri/" + path.format(account=other.pk)
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(principal_of(admin))
    form = {"role": "RECEPTION", "unit": province.code, "reason": "Quyết định phân công"}

    sign_on_was(client, timedelta(minutes=31))
    stale = client.post(address, form, headers={"Referer": "http://testserver/can-bo/quan-tri/"})
    assert (stale.status_code, stale["Location"].split("?")[0]) == (302, "/dang-nhap")
    assert not Grant.objects.filter(account=other).exists()

    sign_on_was(client, timedelta(minutes=29))
    fresh = client.post(address, form)
    assert fresh.get("Location", "").split("?")[0] != "/dang-nhap"
    assert Grant.objects.filter(account=other).exists() is path.endswith("quyen")
