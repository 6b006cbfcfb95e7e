"""An account is suspended, moved, left, opened on request and reviewed; each by its right and with its trace."""

from __future__ import annotations

import pytest

from motcua.domain.organisations import account_changes, account_requests, grant_requests, reviews, services
from motcua.domain.organisations.access import Place, can
from motcua.domain.organisations.account_rules import ACCOUNT_EDGES, AccountState, AccountVerb, RequestState
from motcua.domain.organisations.models import Account, AccountRequest, AccountReview, Grant, GrantRequest
from motcua.domain.organisations.services import Right
from motcua.foundation.errors import AccessDenied, Conflict, Invalid
from motcua.foundation.models import AuditEntry

from . import factories as make
from .test_administration import REASON, refused

pytestmark = pytest.mark.django_db

ACTS = {
    AccountVerb.SUSPEND: lambda by, account, elsewhere: account_changes.suspend_account(by, account, reason=REASON),
    AccountVerb.ACTIVATE: lambda by, account, elsewhere: account_changes.activate_account(by, account, reason=REASON),
    AccountVerb.TRANSFER: lambda by, account, elsewhere: account_changes.transfer_account(
        by, account, unit_id=elsewhere, reason=REASON
    ),
    AccountVerb.LEAVE: lambda by, account, elsewhere: account_changes.leave_account(by, account, reason=REASON),
    AccountVerb.REJOIN: lambda by, account, elsewhere: account_changes.rejoin_account(by, account, reason=REASON),
}
BEFORE = {
    AccountState.ACTIVE: [],
    AccountState.SUSPENDED: [AccountVerb.SUSPEND],
    AccountState.LEFT: [AccountVerb.LEAVE],
}


@pytest.mark.parametrize("state", AccountState)
@pytest.mark.parametrize("verb", AccountVerb)
def test_an_account_changes_along_the_table_and_no_other_way(state: AccountState, verb: AccountVerb) -> None:
    province = make.province()
    here, there = make.commune(province), make.commune(province)
    admin, officer = make.holder("UNIT_ADMIN", province), make.holder("RECEPTION", here)
    for earlier in BEFORE[state]:
        ACTS[earlier](admin, officer.pk, there.pk)
    edge = ACCOUNT_EDGES[verb]

    if state not in edge.sources:
        assert refused(lambda: ACTS[verb](admin, officer.pk, there.pk)).code == "ACCOUNT_STATE"
        assert Account.objects.get(pk=officer.pk).state == state
        return
    ACTS[verb](admin, officer.pk, there.pk)

    after = Account.objects.get(pk=officer.pk)
    assert after.state == (edge.target or state)
    assert after.unit_id == (there.pk if verb is AccountVerb.TRANSFER else here.pk)
    assert AuditEntry.objects.filter(action=f"account.{verb.value}", subject_id=str(officer.pk)).count() == 1
    if edge.ends_rights:
        assert not officer.grants.filter(revoked_at__isnull=True).exists()


@pytest.mark.parametrize("verb", AccountVerb)
def test_nobody_changes_an_account_of_another_subtree_or_the_own_one(verb: AccountVerb) -> None:
    here, there = make.province(), make.province()
    admin, foreign = make.holder("UNIT_ADMIN", here), make.officer(there)
    for earlier in BEFORE[next(iter(ACCOUNT_EDGES[verb].sources))]:
        ACTS[earlier](make.holder("UNIT_ADMIN", there), foreign.pk, there.pk)

    assert refused(lambda: ACTS[verb](admin, foreign.pk, here.pk)).status == 403
    assert refused(lambda: ACTS[verb](admin, admin.pk, there.pk)).status in {403, 409}
    assert Account.objects.get(pk=foreign.pk).unit_id == there.pk


def test_an_officer_is_not_moved_into_a_unit_that_the_administrator_does_not_look_after() -> None:
    here, there = make.province(), make.province()
    admin, officer = make.holder("UNIT_ADMIN", here), make.holder("RECEPTION", here)

    error = refused(lambda: account_changes.transfer_account(admin, officer.pk, unit_id=there.pk, reason=REASON))

    assert error.status == 403
    assert can(officer, "dossier.receive", Place(here.pk))


def test_who_comes_back_has_no_right_until_one_is_given() -> None:
    province = make.province()
    admin, officer = make.holder("UNIT_ADMIN", province), make.holder("RECEPTION", province)

    account_changes.leave_account(admin, officer.pk, reason=REASON)
    account_changes.rejoin_account(admin, officer.pk, reason=REASON)
    assert not can(officer, "dossier.receive", Place(province.pk))
    services.grant_role(admin, officer.pk, Right("RECEPTION", province.pk), reason=REASON)

    assert can(officer, "dossier.receive", Place(province.pk))
    assert officer.grants.count() == 2  # the old one stays as history, with who ended it


def test_a_person_asks_for_an_account_and_gets_it_with_the_rights_asked_for() -> None:
    commune = make.commune()
    admin, person = make.holder("UNIT_ADMIN", commune), make.person("Kiều Anh Tuấn")

    asked = account_requests.request_account_for(
        admin, display_name="Lê Thị Hoa", unit_id=commune.pk, roles=["RECEPTION", "RETURN"], reason=REASON
    )
    own = refused(lambda: account_requests.approve_request(admin, asked.pk))
    account = account_requests.approve_request(make.holder("UNIT_ADMIN", commune), asked.pk)
    again = refused(lambda: account_requests.approve_request(make.holder("UNIT_ADMIN", commune), asked.pk))

    assert (own.code, again.code) == ("OWN_WORK", "DECIDED")
    assert can(account, "dossier.receive", Place(commune.pk))
    assert can(account, "dossier.return_result", Place(commune.pk))
    assert not can(account, "dossier.approve", Place(commune.pk))
    assert AccountRequest.objects.get(pk=asked.pk).account_id == account.pk
    assert not Account.objects.filter(display_name=person.display_name, kind="STAFF").exists()


def test_a_request_is_refused_with_words_and_can_be_made_anew() -> None:
    commune = make.commune()
    admin, person = make.holder("UNIT_ADMIN", commune), make.person()
    ask = {"unit_id": commune.pk, "roles": ["RECEPTION"], "reason": REASON}
    asked = account_requests.request_own_account(person, **ask)

    twice = refused(lambda: account_requests.request_own_account(person, **ask))
    wordless = refused(lambda: account_requests.refuse_request(admin, asked.pk, reason=" "))
    account_requests.refuse_request(admin, asked.pk, reason="Chưa có quyết định phân công")
    account_requests.request_own_account(person, **ask)

    assert (twice.code, wordless.code) == ("ACCOUNT_ASKED", "REASON_REQUIRED")
    states = list(AccountRequest.objects.order_by("pk").values_list("state", "decision_text"))
    assert states == [("REFUSED", "Chưa có quyết định phân công"), ("PENDING", "")]


@pytest.mark.parametrize(
    ("roles", "code"),
    [
        ([], "ROLE_REQUIRED"),
        (["EMPEROR"], "ROLE_UNKNOWN"),
        (["UNIT_ADMIN"], "ROLE_NEEDS_SECOND"),
        (["RECON"], "ROLE_NOT_FOR_LEVEL"),
    ],
)
def test_a_request_for_what_cannot_be_given_is_refused_at_once(roles: list[str], code: str) -> None:
    commune = make.commune()

    with pytest.raises(Invalid) as refusal:
        account_requests.request_own_account(make.person(), unit_id=commune.pk, roles=roles, reason=REASON)

    assert refusal.value.code == code
    assert not AccountRequest.objects.exists()


def test_an_administrator_of_another_unit_decides_nothing() -> None:
    commune = make.commune()
    stranger = make.holder("UNIT_ADMIN", make.commune())
    asked = account_requests.request_own_account(make.person(), unit_id=commune.pk, roles=["RECEPTION"], reason=REASON)

    for act in (
        lambda: account_requests.approve_request(stranger, asked.pk),
        lambda: account_requests.refuse_request(stranger, asked.pk, reason=REASON),
    ):
        assert refused(act).status == 403
    assert AccountRequest.objects.get(pk=asked.pk).state == RequestState.PENDING


def test_a_right_to_administer_needs_two_administrators() -> None:
    province = make.province()
    commune = make.commune(province)
    first, second = make.holder("UNIT_ADMIN", province, "Thứ nhất"), make.holder("UNIT_ADMIN", province, "Thứ hai")
    officer, right = make.officer(commune), Right("UNIT_ADMIN", commune.pk)

    alone = refused(lambda: services.grant_role(first, officer.pk, right, reason=REASON))
    asked = grant_requests.propose_grant(first, officer.pk, right, reason=REASON)
    twice = refused(lambda: grant_requests.propose_grant(second, officer.pk, right, reason=REASON))
    own = refused(lambda: grant_requests.confirm_grant(first, asked.pk))
    assert not can(officer, "account.grant", Place(commune.pk))
    grant = grant_requests.confirm_grant(second, asked.pk)

    assert (alone.code, twice.code, own.code) == ("SECOND_ADMINISTRATOR_NEEDED", "GRANT_ASKED", "OWN_WORK")
    assert own.status == 403
    assert can(officer, "account.grant", Place(commune.pk))
    assert grant.granted_by_id == first.pk
    rows = AuditEntry.objects.filter(subject_id=str(officer.pk)).order_by("pk").values_list("action", "actor_id")
    assert list(rows) == [("grant.propose", str(first.pk)), ("grant.confirm", str(second.pk))]


def test_the_second_administrator_needs_the_right_too_and_is_not_who_gets_it() -> None:
    province = make.province()
    commune = make.commune(province)
    first = make.holder("UNIT_ADMIN", province)
    candidate, stranger = make.holder("UNIT_ADMIN", commune), make.holder("UNIT_ADMIN", make.province())
    asked = grant_requests.propose_grant(first, candidate.pk, Right("UNIT_ADMIN", province.pk), reason=REASON)

    for somebody in (candidate, stranger, make.holder("UNIT_ADMIN", commune)):
        assert refused(lambda by=somebody: grant_requests.confirm_grant(by, asked.pk)).status == 403
    with pytest.raises(Conflict):
        grant_requests.propose_grant(first, candidate.pk, Right("UNIT_ADMIN", commune.pk), reason=REASON)

    assert not Grant.objects.filter(account=candidate, unit=province).exists()


def test_a_proposal_is_refused_by_another_or_withdrawn_by_who_made_it() -> None:
    province = make.province()
    first, second = make.holder("UNIT_ADMIN", province), make.holder("UNIT_ADMIN", province)
    officer, right = make.officer(province), Right("UNIT_ADMIN", province.pk)

    withdrawn = grant_requests.propose_grant(first, officer.pk, right, reason=REASON)
    grant_requests.refuse_grant(first, withdrawn.pk, reason="Nhầm người")
    turned_down = grant_requests.propose_grant(first, officer.pk, right, reason=REASON)
    grant_requests.refuse_grant(second, turned_down.pk, reason="Không đủ điều kiện")
    late = refused(lambda: grant_requests.confirm_grant(second, turned_down.pk))

    states = GrantRequest.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [RequestState.WITHDRAWN, RequestState.REFUSED]
    assert late.code == "DECIDED"
    assert not officer.grants.exists()


def test_what_is_pending_for_who_leaves_is_never_confirmed() -> None:
    province = make.province()
    first, second = make.holder("UNIT_ADMIN", province), make.holder("UNIT_ADMIN", province)
    officer = make.officer(province)
    asked = grant_requests.propose_grant(first, officer.pk, Right("UNIT_ADMIN", province.pk), reason=REASON)

    account_changes.leave_account(second, officer.pk, reason="Nghỉ hưu")

    assert refused(lambda: grant_requests.confirm_grant(second, asked.pk)).code == "DECIDED"


def test_a_review_is_recorded_once_for_each_time_and_by_somebody_else() -> None:
    province = make.province()
    admin, officer = make.holder("UNIT_ADMIN", province), make.officer(province)

    reviews.review_account(admin, officer.pk, note="Quyền đúng phân công")

    with pytest.raises(AccessDenied):
        reviews.review_account(admin, admin.pk)
    with pytest.raises(AccessDenied):
        reviews.review_account(make.holder("UNIT_ADMIN", make.province()), officer.pk)
    assert list(AccountReview.objects.values_list("account", "reviewed_by", "note")) == [
        (officer.pk, admin.pk, "Quyền đúng phân công")
    ]
