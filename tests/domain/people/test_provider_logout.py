"""VNeID says that a session ended (OpenID Connect Back-Channel Logout): what holds, and what proves nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from motcua.domain.people import sessions, signon
from motcua.domain.people.models import ProviderLogout
from motcua.domain.people.policies import LOGOUT_TOKEN_MINUTES, SIGN_ON_RECORD_DAYS
from motcua.domain.people.provider_logout import EVENT, LogoutRefused, end_by_provider, purge_logouts
from motcua.domain.people.signon import SignOn
from motcua.foundation import clock
from motcua.foundation.models import AuditEntry

from .conftest import Provider
from .test_sessions import SessionStore

pytestmark = pytest.mark.django_db


def token(provider: Provider, identity: str = "nguyen-van-an", **asked: Any) -> str:
    answer = httpx.post(f"{provider.url}/_control/logout-token", json={"identity": identity, **asked})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["logout_token"])


def session_of(done: SignOn) -> Any:
    session = SessionStore()
    sessions.open_session(session, done)
    session.save()
    return session


def test_a_logout_of_one_session_ends_that_one_only(provider: Provider) -> None:
    here, there = provider.sign_on("nguyen-van-an"), provider.sign_on("nguyen-van-an")
    ended, going_on = session_of(here), session_of(there)

    end_by_provider(token(provider, session=here.provider_session))

    assert sessions.session_principal(ended) is None
    assert sessions.session_principal(going_on) == there.principal
    assert AuditEntry.objects.filter(action="session.end_by_provider", subject_id=str(here.person.pk)).count() == 1


def test_a_logout_of_a_person_ends_every_session_of_theirs_and_nobody_else_s(provider: Provider) -> None:
    mine = [session_of(provider.sign_on("nguyen-van-an")) for _ in range(2)]
    other = provider.sign_on("nie")
    theirs = session_of(other)

    end_by_provider(token(provider, change={"sid": None}))

    assert [sessions.session_principal(session) for session in mine] == [None, None]
    assert sessions.session_principal(theirs) == other.principal
    with clock.travel(clock.now() + timedelta(seconds=2)):
        again = provider.sign_on("nguyen-van-an")
        assert sessions.session_principal(session_of(again)) == again.principal


def test_a_logout_that_overtakes_the_sign_on_leaves_no_session(provider: Provider) -> None:
    begun = provider.begin()
    answer = provider.walk(begun, "nguyen-van-an")
    done = signon.complete_sign_on(answer, begun=begun.attempt_id)
    end_by_provider(token(provider, session=done.provider_session))

    assert sessions.session_principal(session_of(done)) is None


def test_a_person_nobody_knows_is_no_error(provider: Provider) -> None:
    end_by_provider(token(provider, identity="nie", change={"sid": None}))

    assert ProviderLogout.objects.get().person_id is None


def test_a_token_is_taken_once(provider: Provider) -> None:
    raw = token(provider, session="s")
    end_by_provider(raw)

    with pytest.raises(LogoutRefused) as refusal:
        end_by_provider(raw)

    assert (refusal.value.detail, refusal.value.status) == ("replayed", 400)


@pytest.mark.parametrize(
    ("asked", "detail"),
    [
        ({"signed": "not"}, None),
        ({"signed": "falsely"}, None),
        ({"change": {"iss": "https://issuer.example"}}, "iss"),
        ({"change": {"aud": "another-client"}}, "aud"),
        ({"change": {"aud": ["motcua", "another"], "azp": "another"}}, "azp"),
        ({"change": {"exp": 1_700_000_000}}, "expired"),
        ({"change": {"iat": 4_000_000_000}}, None),
        ({"change": {"jti": None}}, "jti"),
        ({"change": {"events": None}}, "events"),
        ({"change": {"events": {"http://example.org/other": {}}}}, "events"),
        ({"change": {"events": {EVENT: "yes"}}}, "events"),
        ({"change": {"events": "logout"}}, "events"),
        ({"change": {"nonce": "n-1"}}, "nonce"),
        ({"change": {"sid": None, "sub": None}}, "sid_or_sub"),
        ({"change": {"sid": 7}}, "sid"),
    ],
)
def test_a_token_that_proves_nothing_ends_nothing(provider: Provider, asked: dict[str, Any], detail: str) -> None:
    done = provider.sign_on("nguyen-van-an")
    session = session_of(done)
    raw = token(provider, **({"session": done.provider_session} | asked))

    with pytest.raises(LogoutRefused) as refusal:
        end_by_provider(raw)

    assert refusal.value.status == 400
    assert detail is None or refusal.value.detail == detail
    assert sessions.session_principal(session) == done.principal
    assert not ProviderLogout.objects.exists()


@pytest.mark.parametrize("raw", ["", "x", "a.b.c", "é", "{}", "a" * 10_000])
def test_what_is_no_token_is_refused(provider: Provider, raw: str) -> None:
    with pytest.raises(LogoutRefused):
        end_by_provider(raw)


def test_an_id_token_never_passes_for_a_logout_token(provider: Provider) -> None:
    done = provider.sign_on("nguyen-van-an")

    with pytest.raises(LogoutRefused):
        end_by_provider(done.id_token)


def test_an_old_token_is_refused_even_where_it_has_not_expired(provider: Provider) -> None:
    now = int(clock.now().timestamp())
    old = now - LOGOUT_TOKEN_MINUTES.get() * 60 - 5

    with pytest.raises(LogoutRefused) as refusal:
        end_by_provider(token(provider, change={"iat": old, "exp": now + 600}))

    assert refusal.value.detail == "iat"


def test_notices_are_removed_when_no_session_can_be_older(provider: Provider) -> None:
    end_by_provider(token(provider, session="s"))

    assert purge_logouts() == 0
    with clock.travel(clock.now() + timedelta(days=SIGN_ON_RECORD_DAYS.get(), seconds=1)):
        assert purge_logouts() == 1
