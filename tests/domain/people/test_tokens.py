"""Access tokens stand for an account at the API; one statement finds everything."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.domain.organisations.models import Account
from motcua.domain.people import tokens
from motcua.domain.people.models import AccessToken, Representation
from motcua.domain.people.policies import TOKEN_DAYS
from motcua.foundation import clock
from motcua.foundation.errors import Conflict, Invalid, NotFound
from motcua.foundation.models import AuditEntry

from ..organisations import factories as units
from . import factories as make

pytestmark = pytest.mark.django_db


def test_a_token_gives_its_principal_in_one_statement() -> None:
    citizen = make.citizen(level=1)
    issued = tokens.issue_token(citizen, label="Máy tính ở nhà")

    with CaptureQueriesContext(connection) as statements:
        found = tokens.authenticate_token(issued.secret)

    assert len(statements) == 1
    assert found is not None
    assert (found.account_id, found.party_id, found.person_id) == (
        citizen.account_id, citizen.party_id, citizen.person_id,
    )  # fmt: skip
    assert (found.assurance_level, found.token_id) == (1, issued.token_id)


def test_a_token_for_an_organisation_acts_for_it_as_long_as_its_person_may() -> None:
    principal = make.acting_for(make.organisation(), make.person())
    issued = tokens.issue_token(principal, label="Phần mềm kế toán")

    found = tokens.authenticate_token(issued.secret)
    assert found is not None
    assert (found.party_id, found.organisation_code) == (principal.party_id, "0100109106")
    Representation.objects.update(revoked_at=clock.now())

    assert tokens.authenticate_token(issued.secret) is None


def test_an_officer_s_token_is_an_officer() -> None:
    officer = make.officer(units.commune())

    found = tokens.authenticate_token(tokens.issue_token(officer, label="Tích hợp").secret)

    assert found is not None
    assert found.is_staff
    assert found.party_id is None


def test_only_the_digest_is_kept() -> None:
    issued = tokens.issue_token(make.citizen(), label="Thử")

    stored = AccessToken.objects.get()

    assert issued.secret.encode() not in bytes(stored.digest)
    assert issued.secret not in str(AuditEntry.objects.filter(action="access_token.issue").values_list("details"))


@pytest.mark.parametrize("secret", ["", "motcua_", "motcua_" + "a" * 43, "Bearer x", "motcua_ế"])
def test_an_unknown_secret_is_nobody(secret: str) -> None:
    tokens.issue_token(make.citizen(), label="Thử")

    assert tokens.authenticate_token(secret) is None


def test_an_expired_or_revoked_token_is_nobody() -> None:
    citizen = make.citizen()
    brief = tokens.issue_token(citizen, label="Một ngày", days=1)
    revoked = tokens.issue_token(citizen, label="Thu hồi")

    tokens.revoke_token(citizen, revoked.token_id)
    with clock.travel(clock.now() + timedelta(days=1, seconds=1)):
        assert tokens.authenticate_token(brief.secret) is None

    assert tokens.authenticate_token(brief.secret) is not None
    assert tokens.authenticate_token(revoked.secret) is None
    with pytest.raises(Conflict):
        tokens.revoke_token(citizen, revoked.token_id)


@pytest.mark.parametrize("change", ["suspended", "locked"])
def test_a_closed_account_s_token_is_nobody(change: str) -> None:
    citizen = make.citizen()
    issued = tokens.issue_token(citizen, label="Thử")
    accounts = Account.objects.filter(pk=citizen.account_id)

    if change == "suspended":
        accounts.update(is_active=False)
    else:
        accounts.update(locked_until=clock.now() + timedelta(hours=1))

    assert tokens.authenticate_token(issued.secret) is None


def test_nobody_revokes_another_s_token() -> None:
    issued = tokens.issue_token(make.citizen(), label="Thử")

    with pytest.raises(NotFound):
        tokens.revoke_token(make.citizen("Người khác"), issued.token_id)

    assert tokens.authenticate_token(issued.secret) is not None


@pytest.mark.parametrize(("label", "days"), [("  ", 1), ("Thử", 0), ("Thử", 10_000)])
def test_a_token_needs_a_label_and_a_sensible_life(label: str, days: int) -> None:
    with pytest.raises(Invalid):
        tokens.issue_token(make.citizen(), label=label, days=days)

    assert not AccessToken.objects.exists()


def test_a_token_lives_as_long_as_the_policy_says() -> None:
    issued = tokens.issue_token(make.citizen(), label="Thử")

    assert timedelta(days=TOKEN_DAYS.get()) - (issued.expires_at - clock.now()) < timedelta(minutes=1)
