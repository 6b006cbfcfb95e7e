"""What a session holds and how long it lives (SES-01, SES-03); the store is the database.

Only idle time or revocation ends a session. Every function takes the mapping that the web layer keeps.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.rules import AccountKind
from motcua.domain.organisations.scoping import active_accounts
from motcua.domain.people import running_sessions
from motcua.domain.people.mandates import MANDATE_COLUMNS, mandate_from, mandate_of, representations_in_force
from motcua.domain.people.models import Organisation, Party, Person
from motcua.domain.people.policies import (
    RECENT_SIGN_ON_MINUTES,
    SESSION_IDLE_MINUTES,
    SESSION_WARNING_MINUTES,
    STAFF_SESSION_HOURS,
)
from motcua.domain.people.principal import Principal
from motcua.domain.people.provider_logout import ended_at_provider
from motcua.domain.people.rules import SessionState, session_state
from motcua.domain.people.running_sessions import ROW, ended_from_afar
from motcua.domain.people.signon import SignOn
from motcua.foundation import audit, clock
from motcua.foundation.errors import AccessDenied

Session = MutableMapping[str, Any]
KEY = "principal"
RENEW_EVERY = timedelta(seconds=30)
"""A busy session is written at most this often."""


def idle_limit() -> timedelta:
    """How long a session lives without an act of the person."""
    return timedelta(minutes=SESSION_IDLE_MINUTES.get())


def warning_time() -> timedelta:
    """How long before the limit the person is warned."""
    return timedelta(minutes=SESSION_WARNING_MINUTES.get())


def open_session(session: Any, sign_on: SignOn, *, device: str = "") -> None:
    """Puts a sign-on into a session whose identifier changes, so that a planted one is worth nothing (SES-04).

    What the browser had kept while signed out stays (SES-02), unless the session was another account's.
    """
    before = (session.get(KEY) or {}).get("account")
    if before is None or before == str(sign_on.account.pk):
        session.cycle_key()
    else:
        session.flush()
    session.set_expiry(int(idle_limit().total_seconds()))
    principal = sign_on.principal
    session[KEY] = {
        "account": str(principal.account_id),
        "party": str(principal.party_id) if principal.party_id else None,
        "person": str(principal.person_id) if principal.person_id else None,
        "level": principal.assurance_level,
        "provider_session": sign_on.provider_session,
        "since": clock.now().isoformat(),
        "id_token": sign_on.id_token,
        "seen": clock.now().isoformat(),
        ROW: str(running_sessions.opened(principal, device=device)),
    }


def close_session(session: Any, principal: Principal | None) -> str | None:
    """Ends a session everywhere on this product; returns the ID token that ends it at the provider too."""
    held = session.get(KEY) or {}
    session.flush()
    running_sessions.closed(held.get(ROW))
    if principal is not None:
        audit.record(principal.actor(), "session.sign_out", ("account", str(principal.account_id)))
    return held.get("id_token")


def state_of(session: Session) -> SessionState:
    """Whether the session is active, near its end or over; a session without sign-on is over."""
    held = session.get(KEY)
    if not held:
        return SessionState.ENDED
    return session_state(datetime.fromisoformat(held["seen"]), clock.now(), idle_limit(), warning_time())


def renew(session: Any) -> None:
    """Slides the end of an active session: called for each act of the person, written at most every half minute."""
    held = session.get(KEY)
    if not held or state_of(session) is SessionState.ENDED:
        return
    if clock.now() - datetime.fromisoformat(held["seen"]) >= RENEW_EVERY:
        session[KEY] = held | {"seen": clock.now().isoformat()}
        session.set_expiry(int(idle_limit().total_seconds()))
        running_sessions.seen(held.get(ROW))


def signed_on_within(session: Session, period: timedelta) -> bool:
    """Whether the person proved who they are at most so long ago."""
    since = (session.get(KEY) or {}).get("since")
    return since is not None and clock.now() - datetime.fromisoformat(since) <= period


def signed_on_recently(session: Session) -> bool:
    """Whether a sensitive act is open to this session without signing on again (policy)."""
    return signed_on_within(session, timedelta(minutes=RECENT_SIGN_ON_MINUTES.get()))


def time_left(session: Session, principal: Principal) -> timedelta:
    """How long the session lives from now on without an act: the idle limit, or less near an officer's absolute one."""
    hours = STAFF_SESSION_HOURS.get() if principal.is_staff else 0
    since = (session.get(KEY) or {}).get("since")
    if not hours or since is None:
        return idle_limit()
    return min(idle_limit(), datetime.fromisoformat(since) + timedelta(hours=hours) - clock.now())


def session_principal(session: Session) -> Principal | None:
    """Who is signed in: one statement, none without a sign-on.

    None once the session was idle too long, the account is suspended or locked, or the provider ended it. A person who
    may no longer act for the organisation comes back as one whose capacity ended (`capacity_ended`), acting for
    nobody: every request asks, so an end holds at once.
    """
    held = session.get(KEY)
    if not held or state_of(session) is SessionState.ENDED:
        return None
    account_id = UUID(held["account"])
    party_id = UUID(held["party"]) if held["party"] else None
    going_on = active_accounts().filter(~_ended(held), ~ended_from_afar(held), pk=account_id)
    accounts = going_on.annotate(**_capacity(party_id))
    columns = ("kind", "display_name", "own_party", "party_name", "organisation", "mandate", "is_inspection")
    row = accounts.values_list(*columns).first()
    if row is None:
        return None
    kind, name, own_party, party_name, organisation, mandate, is_inspection = row
    hours = STAFF_SESSION_HOURS.get() if kind == AccountKind.STAFF else 0
    if hours and not signed_on_within(session, timedelta(hours=hours)):
        return None
    person_id = UUID(held["person"]) if held["person"] else None
    if party_id is not None and party_id != own_party and not mandate:
        return Principal(account_id, AccountKind(kind), name, held["level"], person_id=person_id, capacity_ended=True)
    return Principal(
        account_id,
        AccountKind(kind),
        name,
        held["level"],
        party_id=party_id,
        party_name=party_name or "",
        person_id=person_id,
        organisation_code=organisation or "",
        is_inspection=is_inspection,
        mandate=mandate_from(mandate) if mandate else None,
    )


@transaction.atomic
def switch_capacity(session: Any, principal: Principal, party_id: UUID) -> None:
    """The person goes on as themselves or for an organisation; the session's identifier changes (IDN-09).

    Raises AccessDenied (CAPACITY_REFUSED) for a party that the person may not act for now.
    """
    own = principal.person_id
    mandate = mandate_of(party_id, own) if own is not None and party_id != own else None
    if own is None or principal.is_staff or (party_id != own and mandate is None):
        raise AccessDenied(
            "CAPACITY_REFUSED",
            _("Ông/Bà không được thực hiện thủ tục thay tổ chức này."),
            what_next=_("Ông/Bà đề nghị người đại diện theo pháp luật của tổ chức phân quyền cho mình."),
        )
    session.cycle_key()
    session[KEY] = session[KEY] | {"party": str(party_id)}
    details = {"capacity": "self" if party_id == own else "organisation", "party": str(party_id)}
    audit.record(principal.actor(), "session.switch_capacity", ("account", str(principal.account_id)), details=details)


def _ended(held: Mapping[str, Any]) -> Exists:
    """The provider ended the session; one that does not know when it began counts as older than any logout."""
    since = datetime.fromisoformat(held.get("since", "2026-01-01T00:00:00+00:00"))
    return ended_at_provider(session=held.get("provider_session", ""), person_id=held.get("person"), since=since)


def _capacity(party_id: UUID | None) -> dict[str, Any]:
    """What an account is and may be for the party it acts for, as columns of one statement."""
    return {
        "own_party": Subquery(Person.objects.filter(account=OuterRef("pk")).values("party_id")),
        "party_name": Subquery(Party.objects.filter(pk=party_id).values("display_name")),
        "organisation": Subquery(Organisation.objects.filter(pk=party_id).values("code")),
        "mandate": Subquery(
            representations_in_force()
            .filter(organisation_id=party_id, person__account=OuterRef("pk"))
            .values(mandate=MANDATE_COLUMNS)[:1]
        ),
    }
