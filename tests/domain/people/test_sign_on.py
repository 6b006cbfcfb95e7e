"""Single sign-on against the real protocol (IDN-01…IDN-04): what goes right, and every way it goes wrong."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from motcua.domain.organisations import reference
from motcua.domain.organisations.models import Account
from motcua.domain.people import demonstration, queries, signon, vneid
from motcua.domain.people.models import (
    IdentityDocument,
    Organisation,
    Person,
    ProviderIdentity,
    Representation,
    SignOnAttempt,
    SignOnFailure,
)
from motcua.domain.people.policies import SIGN_ON_MINUTES
from motcua.domain.people.refusals import SignOnRefused
from motcua.domain.people.rules import CAUSES, Audience, Cause
from motcua.foundation import clock, policies
from motcua.foundation.actor import Actor
from motcua.foundation.identifiers import IdentityKind
from motcua.foundation.models import AuditEntry

from . import factories as make
from .conftest import Provider

pytestmark = pytest.mark.django_db


def refused(act: Callable[[], object]) -> SignOnRefused:
    with pytest.raises(SignOnRefused) as refusal:
        act()
    return refusal.value


def impatient() -> None:
    """VNeID is given one second and one try."""
    operator = Actor.job("test")
    policies.set_value("vneid.read_seconds", 1, actor=operator, reason="thử")
    policies.set_value("vneid.total_seconds", 1, actor=operator, reason="thử")
    policies.set_value("vneid.attempts", 1, actor=operator, reason="thử")


def test_a_citizen_signs_on_and_gets_a_profile(provider: Provider) -> None:
    done = provider.sign_on("nguyen-van-an", next_path="/ho-so")

    person = Person.objects.get(pk=done.person.pk)
    assert (person.full_name, person.nationality, person.sex, person.phone) == (
        "Nguyễn Văn An", "VN", "MALE", "84900000001",
    )  # fmt: skip
    assert done.assurance_level == done.principal.assurance_level == 2
    assert done.principal.party_id == person.party_id
    assert done.next_path == "/ho-so"
    assert [view.number for view in queries.documents_of(person.pk)] == ["001085999001"]
    row = AuditEntry.objects.get(action="session.sign_on")
    assert (row.actor_id, row.assurance_level) == (str(done.account.pk), 2)
    assert "Nguyễn" not in str(row.details)


def test_the_same_person_comes_back_to_the_same_profile(provider: Provider) -> None:
    first = provider.sign_on("nguyen-van-an")
    second = provider.sign_on("nguyen-van-an")

    assert first.account.pk == second.account.pk
    assert Person.objects.count() == IdentityDocument.objects.count() == ProviderIdentity.objects.count() == 1
    assert Account.objects.get().last_login is not None


def test_a_decomposed_name_is_stored_composed(provider: Provider) -> None:
    done = provider.sign_on("tran-thi-bich-ngoc")

    assert done.person.full_name == "Trần Thị Bích Ngọc"
    assert unicodedata.is_normalized("NFC", done.person.full_name + done.person.permanent_address)


def test_one_word_names_and_missing_claims_are_taken_as_they_are(provider: Provider) -> None:
    one_word = provider.sign_on("nie").person
    sparse = provider.sign_on("le-minh-duc").person

    assert one_word.full_name == "Niê"
    assert (sparse.phone, sparse.email, sparse.permanent_address) == ("", "", "")
    assert (sparse.birth_date.year, sparse.birth_date_precision) == (1962, "YEAR")


def test_a_foreigner_signs_on_with_a_passport_alone(provider: Provider) -> None:
    done = provider.sign_on("john-smith")

    document = IdentityDocument.objects.get(party=done.person.party)
    assert (document.kind, document.number, document.issuing_country) == ("PASSPORT", "X9990009", "GB")
    assert done.person.nationality == "GB"


def test_two_people_act_for_one_organisation_and_dossiers_belong_to_it(provider: Provider) -> None:
    first = provider.sign_on("doan-thi-mai-dai-dien")
    second = provider.sign_on("vu-hai-nam-uy-quyen")

    organisation = Organisation.objects.get()
    assert (organisation.code, organisation.name) == ("0199999014", "CÔNG TY TNHH HOA SEN ĐỎ")
    assert first.principal.party_id == second.principal.party_id == organisation.party_id
    assert first.principal.person_id != second.principal.person_id
    assert first.principal.acts_for_organisation
    roles = Representation.objects.order_by("pk").values_list("role", flat=True)
    assert list(roles) == ["LEGAL_REPRESENTATIVE", "DELEGATE"]


def test_an_officer_signs_on_to_the_staff_account_and_a_citizen_to_the_own(provider: Provider) -> None:
    reference.load_reference_units()
    demonstration.load_demonstration_accounts()

    officer = provider.sign_on("can-bo-tiep-nhan", Audience.STAFF)
    private = provider.sign_on("can-bo-tiep-nhan")

    assert officer.principal.is_staff
    assert officer.principal.party_id is None
    assert officer.account.unit.code == demonstration.BA_DINH
    assert not private.principal.is_staff
    assert officer.person.pk == private.person.pk
    assert officer.account.pk != private.account.pk


def test_every_demonstration_officer_is_let_in_by_the_simulator(provider: Provider) -> None:
    reference.load_reference_units()
    assert demonstration.load_demonstration_accounts() == len(demonstration.OFFICERS)
    assert demonstration.load_demonstration_accounts() == 0

    names = {one.key: provider.sign_on(one.key, Audience.STAFF).account.display_name for one in demonstration.OFFICERS}

    assert names == {one.key: one.name for one in demonstration.OFFICERS}


def test_a_profile_keeps_what_the_provider_no_longer_states(provider: Provider) -> None:
    provider.sign_on("nguyen-van-an")
    provider.fault("missing_claims", claims=["SoDienThoai", "ThuDienTu"])

    again = provider.sign_on("nguyen-van-an")

    assert (again.person.phone, again.person.email) == ("84900000001", "nguyen.van.an@example.vn")


def test_a_person_met_at_the_counter_finds_the_profile_again(provider: Provider) -> None:
    met = make.profiles.register_at_counter(
        "Nguyen Van An",
        make.parse_identity(IdentityKind.CITIZEN_ID, "001085999001"),
        actor=Actor("staff", "1"),
        phone="84900000001",
    )

    done = provider.sign_on("nguyen-van-an")

    assert done.person.pk == met.pk
    assert done.person.account_id is not None
    assert Person.objects.get().full_name == "Nguyễn Văn An"


def test_documents_of_two_different_persons_are_never_merged(provider: Provider) -> None:
    provider.sign_on("nguyen-van-an")
    other = make.person("Người khác", number="001085999777")
    ProviderIdentity.objects.update(person=other)

    error = refused(lambda: provider.sign_on("nguyen-van-an"))

    assert error.cause is Cause.IDENTITY_CONFLICT
    assert Person.objects.count() == 2


def test_keys_that_rotated_are_read_again(provider: Provider) -> None:
    provider.sign_on("nguyen-van-an")
    provider.rotate_keys(keep_previous=False)

    assert provider.sign_on("nguyen-van-an").person.full_name == "Nguyễn Văn An"


@pytest.mark.parametrize("seconds", [-50, 50])
def test_a_clock_within_the_policy_is_tolerated(provider: Provider, seconds: int) -> None:
    provider.fault("clock_skew", seconds=seconds)

    assert provider.sign_on("nguyen-van-an").assurance_level == 2


@pytest.mark.parametrize(
    ("fault", "parameters", "cause"),
    [
        ("wrong_nonce", {}, Cause.NONCE_MISMATCH),
        ("missing_nonce", {}, Cause.NONCE_MISMATCH),
        ("wrong_signature", {}, Cause.SIGNATURE_INVALID),
        ("unknown_key", {}, Cause.SIGNATURE_INVALID),
        ("wrong_audience", {}, Cause.SIGNATURE_INVALID),
        ("wrong_issuer", {}, Cause.SIGNATURE_INVALID),
        ("wrong_subject", {}, Cause.SIGNATURE_INVALID),
        ("expired_token", {}, Cause.TIMEOUT),
        ("clock_skew", {"seconds": 600}, Cause.SIGNATURE_INVALID),
        ("clock_skew", {"seconds": -600}, Cause.TIMEOUT),
        ("missing_claims", {}, Cause.CLAIMS_MISSING),
        ("authorize_error", {}, Cause.VNEID_UNAVAILABLE),
        ("unavailable", {"match": {"endpoint": "token"}}, Cause.VNEID_UNAVAILABLE),
        ("unavailable", {"match": {"endpoint": "userinfo"}}, Cause.VNEID_UNAVAILABLE),
        ("unavailable", {"match": {"endpoint": "jwks"}}, Cause.VNEID_UNAVAILABLE),
    ],
)
def test_a_protocol_fault_ends_in_its_cause_and_leaves_nobody_signed_on(
    provider: Provider, fault: str, parameters: dict[str, Any], cause: Cause
) -> None:
    impatient()
    provider.fault(fault, **parameters)

    error = refused(lambda: provider.sign_on("nguyen-van-an"))

    assert error.cause is cause
    assert SignOnFailure.objects.get().cause == cause
    assert not Account.objects.exists()
    assert not AuditEntry.objects.filter(action="session.sign_on").exists()


def test_a_code_or_an_answer_cannot_be_used_twice(provider: Provider) -> None:
    begun = provider.begin()
    answer = provider.walk(begun, "nguyen-van-an")
    signon.complete_sign_on(answer, begun=begun.attempt_id)

    again = refused(lambda: signon.complete_sign_on(answer, begun=begun.attempt_id))
    other = provider.begin()
    state = provider.walk(other, "nguyen-van-an")["state"]
    stolen = refused(lambda: signon.complete_sign_on(answer | {"state": state}, begun=other.attempt_id))

    assert (again.cause, again.detail) == (Cause.REPLAYED, "state")
    assert (stolen.cause, stolen.detail) == (Cause.REPLAYED, "invalid_grant")


def test_an_answer_for_another_browser_is_refused_and_stays_good_for_its_own(provider: Provider) -> None:
    mine, theirs = provider.begin(), provider.begin()
    answer = provider.walk(theirs, "nguyen-van-an")

    for begun in (mine.attempt_id, None):
        error = refused(lambda begun=begun: signon.complete_sign_on(answer, begun=begun))
        assert error.cause is Cause.STATE_MISMATCH

    assert signon.complete_sign_on(answer, begun=theirs.attempt_id).person.full_name == "Nguyễn Văn An"


@pytest.mark.parametrize("change", [{"state": "x"}, {"state": ""}, {"iss": "https://evil.example"}])
def test_a_forged_answer_is_refused(provider: Provider, change: dict[str, str]) -> None:
    begun = provider.begin()
    answer = provider.walk(begun, "nguyen-van-an")

    error = refused(lambda: signon.complete_sign_on(answer | change, begun=begun.attempt_id))

    assert error.cause is Cause.STATE_MISMATCH


def test_an_answer_that_comes_too_late_is_refused(provider: Provider) -> None:
    begun = provider.begin()
    answer = provider.walk(begun, "nguyen-van-an")

    with clock.travel(clock.now() + timedelta(minutes=SIGN_ON_MINUTES.get(), seconds=1)):
        error = refused(lambda: signon.complete_sign_on(answer, begun=begun.attempt_id))

    assert (error.cause, error.detail) == (Cause.TIMEOUT, "attempt")


def test_an_attempt_of_another_code_verifier_is_refused_by_the_provider(provider: Provider) -> None:
    begun = provider.begin()
    answer = provider.walk(begun, "nguyen-van-an")
    SignOnAttempt.objects.filter(pk=begun.attempt_id).update(code_verifier="v" * 64)

    error = refused(lambda: signon.complete_sign_on(answer, begun=begun.attempt_id))

    assert error.cause is Cause.REPLAYED


@pytest.mark.requirement("IDN-02")
def test_every_cause_has_its_code_words_and_count(provider: Provider) -> None:
    impatient()
    start = clock.now()
    level_1 = {"wanted_level": 2}
    ways: dict[Cause, Callable[[], object]] = {
        Cause.CANCELLED: lambda: provider.sign_on(None),
        Cause.ACCOUNT_LOCKED: lambda: provider.sign_on("hoang-quoc-viet"),
        Cause.LEVEL_TOO_LOW: lambda: provider.sign_on("pham-thu-ha", **level_1),
        Cause.NO_ACCOUNT: lambda: provider.sign_on("nguyen-van-an", Audience.STAFF),
    }
    found = {cause: refused(way) for cause, way in ways.items()}
    provider.fault("missing_claims", times=1)
    found[Cause.CLAIMS_MISSING] = refused(lambda: provider.sign_on("nguyen-van-an"))
    provider.fault("slow", seconds=2, match={"endpoint": "token"}, times=1)
    found[Cause.TIMEOUT] = refused(lambda: provider.sign_on("nguyen-van-an"))
    provider.fault("unavailable")
    vneid.forget()
    found[Cause.VNEID_UNAVAILABLE] = refused(provider.begin)

    counted = queries.sign_on_failures(start, clock.now() + timedelta(seconds=1))
    assert {cause: error.code for cause, error in found.items()} == {cause: cause.value for cause in found}
    assert {cause: number for cause, number in counted.items() if number} == dict.fromkeys(found, 1)
    assert len({str(error.message) for error in found.values()}) == len(found)
    assert all(str(error.what_next) for error in found.values())
    assert CAUSES[Cause.NO_ACCOUNT].offers_request
    assert "yêu cầu cấp tài khoản" in str(found[Cause.NO_ACCOUNT].what_next)
    assert not AuditEntry.objects.filter(action="session.sign_on").exists()


def test_every_cause_that_exists_has_words() -> None:
    assert set(CAUSES) == set(Cause)


def test_an_account_locked_here_is_refused_too(provider: Provider) -> None:
    account = provider.sign_on("nguyen-van-an").account
    Account.objects.filter(pk=account.pk).update(locked_until=clock.now() + timedelta(hours=1))

    locked = refused(lambda: provider.sign_on("nguyen-van-an"))
    Account.objects.filter(pk=account.pk).update(locked_until=None, is_active=False)
    suspended = refused(lambda: provider.sign_on("nguyen-van-an"))

    assert (locked.cause, suspended.cause) == (Cause.ACCOUNT_LOCKED, Cause.ACCOUNT_LOCKED)


def test_an_officer_needs_level_two_whatever_they_ask_for(provider: Provider) -> None:
    error = refused(lambda: provider.sign_on("pham-thu-ha", Audience.STAFF))

    assert error.cause is Cause.LEVEL_TOO_LOW
    assert provider.sign_on("pham-thu-ha").assurance_level == 1


def test_while_vneid_is_away_the_kept_configuration_serves(provider: Provider) -> None:
    provider.sign_on("nguyen-van-an")
    impatient()
    provider.fault("unavailable", match={"endpoint": "discovery"})
    provider.fault("unavailable", match={"endpoint": "jwks"})

    with clock.travel(clock.now() + timedelta(minutes=61), ticking=True):
        assert provider.begin().authorization_url.startswith(provider.url)


def test_old_attempts_are_removed_and_failures_stay_counted(provider: Provider) -> None:
    refused(lambda: provider.sign_on(None))

    with clock.travel(clock.now() + timedelta(days=3)):
        assert signon.purge_attempts() == 1

    assert not SignOnAttempt.objects.exists()
    assert SignOnFailure.objects.count() == 1


def test_no_secret_or_state_is_readable_in_the_database(provider: Provider) -> None:
    begun = provider.begin()
    state = provider.walk(begun, "nguyen-van-an")["state"]

    attempt = SignOnAttempt.objects.get()

    assert state.encode() not in bytes(attempt.state_digest)
    assert httpx.URL(begun.authorization_url).params["code_challenge_method"] == "S256"
    assert attempt.code_verifier not in begun.authorization_url
