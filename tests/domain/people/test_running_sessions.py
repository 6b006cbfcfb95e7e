"""Sessions of one account: listed, ended from afar, limited for officers, stepped up for sensitive acts (SES-04)."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.backends.db import SessionStore

from motcua.domain.organisations.models import Account
from motcua.domain.organisations.rules import AccountKind
from motcua.domain.people import running_sessions, sessions
from motcua.domain.people.devices import device_words
from motcua.domain.people.models import SignedInSession
from motcua.domain.people.policies import RECENT_SIGN_ON_MINUTES, STAFF_SESSIONS
from motcua.domain.people.principal import Principal
from motcua.domain.people.running_sessions import ROW
from motcua.foundation import clock, policies
from motcua.foundation.actor import Actor
from motcua.foundation.errors import NotFound
from motcua.foundation.models import AuditEntry

from ..organisations import factories as units
from . import factories as make

pytestmark = pytest.mark.django_db


def opened(principal: Principal, device: str = "Chrome – Windows") -> Any:
    session = SessionStore()
    account = Account.objects.get(pk=principal.account_id)
    sign_on = SimpleNamespace(principal=principal, account=account, provider_session="", id_token="")
    sessions.open_session(session, sign_on, device=device)  # type: ignore[arg-type]
    session.save()
    return session


def row_of(session: Any) -> str:
    return session[sessions.KEY][ROW]


def officer() -> Principal:
    account = units.officer(units.province())
    return Principal(account.pk, AccountKind.STAFF, account.display_name, 2)


def test_one_s_sessions_are_listed_with_this_one_first() -> None:
    citizen, other = make.citizen(), make.citizen()
    first = opened(citizen, "Firefox – Linux")
    opened(citizen, "Safari – iPhone")
    opened(other)

    listed = running_sessions.sessions_of(citizen, current=row_of(first))

    assert [(item.device, item.is_this) for item in listed] == [("Firefox – Linux", True), ("Safari – iPhone", False)]


def test_an_ended_session_is_over_at_its_next_request_and_the_others_go_on() -> None:
    citizen = make.citizen()
    here, there = opened(citizen), opened(citizen)

    running_sessions.end_session(citizen, SignedInSession.objects.get(pk=row_of(there)).pk)

    assert sessions.session_principal(there) is None
    assert sessions.session_principal(here) == citizen
    assert AuditEntry.objects.filter(action="session.end").count() == 1


def test_nobody_ends_somebody_else_s_session() -> None:
    citizen, thief = make.citizen(), make.citizen()
    session = opened(citizen)

    for guess in (SignedInSession.objects.get().pk, uuid4()):
        with pytest.raises(NotFound):
            running_sessions.end_session(thief, guess)
    assert running_sessions.end_other_sessions(thief, current=None) == 0

    assert sessions.session_principal(session) == citizen


def test_all_others_end_at_once() -> None:
    citizen = make.citizen()
    here, *others = [opened(citizen) for _ in range(4)]

    assert running_sessions.end_other_sessions(citizen, current=row_of(here)) == 3

    assert sessions.session_principal(here) == citizen
    assert [sessions.session_principal(other) for other in others] == [None] * 3
    assert len(running_sessions.sessions_of(citizen, current=row_of(here))) == 1


def test_an_officer_above_the_limit_loses_the_session_not_seen_longest() -> None:
    policies.set_value(STAFF_SESSIONS.key, 2, actor=Actor.job("test"), reason="thử nghiệm")
    staff, start = officer(), clock.now()
    made = []
    for minutes in range(3):
        with clock.travel(start + timedelta(minutes=minutes)):
            made.append(opened(staff))

    with clock.travel(start + timedelta(minutes=4)):
        assert [sessions.session_principal(item) is not None for item in made] == [False, True, True]
        citizens = [opened(person) for person in [make.citizen()] * 4]
        assert all(sessions.session_principal(item) for item in citizens)


def test_acting_moves_when_a_session_was_last_seen() -> None:
    citizen, start = make.citizen(), clock.now()
    with clock.travel(start):
        session = opened(citizen)
    with clock.travel(start + timedelta(minutes=10)):
        sessions.renew(session)

    assert SignedInSession.objects.get().last_seen_at == start + timedelta(minutes=10)


def test_an_idle_session_is_listed_no_more_and_old_rows_are_removed() -> None:
    citizen, start = make.citizen(), clock.now()
    with clock.travel(start):
        opened(citizen)

    with clock.travel(start + sessions.idle_limit()):
        assert running_sessions.sessions_of(citizen, current=None) == []
        assert running_sessions.purge_sessions() == 0
    with clock.travel(start + timedelta(days=91)):
        assert running_sessions.purge_sessions() == 1


def test_an_officer_s_absolute_limit_holds_by_policy_and_is_off_by_default() -> None:
    staff, start = officer(), clock.now()
    with clock.travel(start):
        session = opened(staff)
    for minutes in range(0, 600, 30):
        with clock.travel(start + timedelta(minutes=minutes)):
            sessions.renew(session)
    with clock.travel(start + timedelta(minutes=600)):
        assert sessions.session_principal(session) == staff
        policies.set_value("session.staff_absolute_hours", 8, actor=Actor.job("test"), reason="thử nghiệm")
        assert sessions.session_principal(session) is None
    with clock.travel(start + timedelta(hours=7, minutes=50)):
        assert sessions.time_left(session, staff) == timedelta(minutes=10)


def test_a_sign_on_is_recent_for_so_long_however_much_the_person_does() -> None:
    citizen, start = make.citizen(), clock.now()
    limit = timedelta(minutes=RECENT_SIGN_ON_MINUTES.get())
    with clock.travel(start):
        session = opened(citizen)
    with clock.travel(start + limit):
        sessions.renew(session)
        assert sessions.signed_on_recently(session)
    with clock.travel(start + limit + timedelta(seconds=1)):
        assert not sessions.signed_on_recently(session)
    assert not sessions.signed_on_recently({})


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome – Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge – Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari – iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox – Linux"),
        ("curl/8.5", ""),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_device_in_words(agent: str, words: str) -> None:
    assert device_words(agent) == words
