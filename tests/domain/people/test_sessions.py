"""Sessions live in the database, slide with activity, and end with idle time or revocation (SES-01, SES-03)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.domain.organisations.models import Account
from motcua.domain.people import sessions
from motcua.domain.people.models import Representation
from motcua.domain.people.policies import SESSION_IDLE_MINUTES, SESSION_WARNING_MINUTES
from motcua.domain.people.principal import Principal
from motcua.domain.people.rules import SessionState
from motcua.domain.people.signon import SignOn
from motcua.foundation import clock
from motcua.foundation.models import AuditEntry

from ..organisations import factories as units
from . import factories as make

pytestmark = pytest.mark.django_db


def opened(principal: Principal) -> Any:
    """A session of the database store that this principal signed on to."""
    session = SessionStore()
    account = Account.objects.get(pk=principal.account_id)
    sessions.open_session(
        session,
        SignOn(principal, account, None, None, principal.assurance_level, "sid", "id-token", "/"),  # type: ignore[arg-type]
    )
    session.save()
    return session


def test_a_session_gives_back_the_principal_in_one_statement() -> None:
    citizen = make.citizen(level=1)
    session = opened(citizen)
    sessions.idle_limit()

    with CaptureQueriesContext(connection) as statements:
        found = sessions.session_principal(session)

    assert found == citizen
    assert found.assurance_level == 1
    assert len(statements) == 1


def test_a_session_without_sign_on_costs_no_statement() -> None:
    with CaptureQueriesContext(connection) as statements:
        assert sessions.session_principal({}) is None

    assert len(statements) == 0


def test_another_process_reads_the_same_session() -> None:
    citizen = make.citizen()
    session = opened(citizen)

    again = SessionStore(session_key=session.session_key)

    assert sessions.session_principal(again) == citizen


def test_three_hours_of_activity_end_nothing() -> None:
    session = opened(make.citizen())
    start = clock.now()

    for minutes in range(0, 181, 20):
        with clock.travel(start + timedelta(minutes=minutes)):
            assert sessions.session_principal(session) is not None
            sessions.renew(session)


def test_idle_time_first_warns_and_then_ends_and_an_act_in_between_extends() -> None:
    session = opened(make.citizen())
    start = clock.now()
    limit = timedelta(minutes=SESSION_IDLE_MINUTES.get())
    warned = start + limit - timedelta(minutes=SESSION_WARNING_MINUTES.get())

    with clock.travel(warned - timedelta(seconds=1)):
        assert sessions.state_of(session) is SessionState.ACTIVE
    with clock.travel(warned):
        assert sessions.state_of(session) is SessionState.WARN
        sessions.renew(session)
        assert sessions.state_of(session) is SessionState.ACTIVE
    with clock.travel(warned + limit - timedelta(seconds=1)):
        assert sessions.session_principal(session) is not None
    with clock.travel(warned + limit):
        assert sessions.session_principal(session) is None
        sessions.renew(session)
        assert sessions.state_of(session) is SessionState.ENDED


def test_a_busy_session_is_not_written_at_every_request() -> None:
    session = opened(make.citizen())
    session.modified = False
    start = clock.now()

    with clock.travel(start + timedelta(seconds=29)):
        sessions.renew(session)
        assert not session.modified
    with clock.travel(start + timedelta(seconds=31)):
        sessions.renew(session)
        assert session.modified


@pytest.mark.parametrize("change", [{"is_active": False}, {"locked_until": "later"}])
def test_a_suspended_or_locked_account_is_out_at_the_next_request(change: dict[str, Any]) -> None:
    citizen = make.citizen()
    session = opened(citizen)
    values = {name: clock.now() + timedelta(hours=1) if value == "later" else value for name, value in change.items()}

    Account.objects.filter(pk=citizen.account_id).update(**values)

    assert sessions.session_principal(session) is None


def ended(session: Any) -> bool:
    """Whether the person is still signed in, but for nobody."""
    found = sessions.session_principal(session)
    return found is not None and found.capacity_ended and found.party_id is None and not found.acts_for_organisation


def test_who_may_no_longer_act_for_an_organisation_acts_for_nobody_from_the_next_request_on() -> None:
    principal = make.acting_for(make.organisation(), make.person())
    session = opened(principal)
    assert sessions.session_principal(session) == principal

    Representation.objects.update(revoked_at=clock.now())

    assert ended(session)


def test_an_expired_representation_ends_the_capacity_too() -> None:
    principal = make.acting_for(make.organisation(), make.person())
    session = opened(principal)
    Representation.objects.update(valid_until=clock.now() + timedelta(minutes=5))

    with clock.travel(clock.now() + timedelta(minutes=6)):
        assert ended(session)


def test_an_officer_has_no_party_and_the_staff_kind() -> None:
    officer = make.officer(units.commune())
    found = sessions.session_principal(opened(officer))

    assert found == officer
    assert found.is_staff


def test_signing_on_changes_the_identifier_and_keeps_what_the_browser_had_sent() -> None:
    session = SessionStore()
    session["sent_while_signed_out"] = {"path": "/ho-so", "sent": {"a": "b"}}
    session.save()
    planted = session.session_key
    principal = make.citizen()
    account = Account.objects.get(pk=principal.account_id)
    done = SignOn(principal, account, None, None, 2, "sid", "token", "/")  # type: ignore[arg-type]

    sessions.open_session(session, done)
    session.save()

    assert session.session_key != planted
    assert not SessionStore().exists(planted)
    assert session["sent_while_signed_out"]["sent"] == {"a": "b"}


def test_somebody_else_on_the_same_browser_finds_nothing_of_the_one_before() -> None:
    session = opened(make.citizen("Người trước"))
    session["sent_while_signed_out"] = {"path": "/ho-so", "sent": {"a": "b"}}
    principal = make.citizen("Người sau")
    account = Account.objects.get(pk=principal.account_id)

    sessions.open_session(session, SignOn(principal, account, None, None, 2, "sid", "token", "/"))  # type: ignore[arg-type]

    assert "sent_while_signed_out" not in session
    assert sessions.session_principal(session) == principal


def test_signing_off_leaves_nothing_and_gives_the_token_that_ends_it_at_the_provider() -> None:
    principal = make.citizen()
    session = opened(principal)
    key = session.session_key

    assert sessions.close_session(session, principal) == "id-token"

    assert not SessionStore().exists(key)
    assert sessions.session_principal(session) is None
    assert AuditEntry.objects.filter(action="session.sign_out", actor_id=str(principal.account_id)).count() == 1
