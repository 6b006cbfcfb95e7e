"""ID tokens that prove nothing, keys that change, a provider that is slow or speaks nonsense (F-76)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from motcua.domain.people import signon, vneid
from motcua.domain.people.models import SignOnAttempt, SignOnFailure
from motcua.domain.people.refusals import SignOnRefused
from motcua.domain.people.rules import Cause
from motcua.foundation import clock, policies
from motcua.foundation.actor import Actor
from motcua.foundation.models import AuditEntry, OutboundAttempt

from .conftest import RETURN, Provider
from .test_sign_on import impatient

pytestmark = pytest.mark.django_db


def refused(act: Callable[[], object]) -> SignOnRefused:
    with pytest.raises(SignOnRefused) as refusal:
        act()
    return refusal.value


def key_reads() -> int:
    return OutboundAttempt.objects.filter(purpose="vneid.keys").count()


@pytest.mark.parametrize(
    ("fault", "cause", "detail"),
    [
        ("unsigned", Cause.SIGNATURE_INVALID, None),
        ("signed_with_secret", Cause.SIGNATURE_INVALID, None),
        ("wrong_authorized_party", Cause.SIGNATURE_INVALID, "azp"),
        ("second_audience", Cause.SIGNATURE_INVALID, "azp"),
    ],
)
def test_a_token_that_is_not_for_us_or_not_signed_signs_nobody_on(
    provider: Provider, fault: str, cause: Cause, detail: str | None
) -> None:
    provider.fault(fault)

    error = refused(lambda: provider.sign_on("nguyen-van-an"))

    assert error.cause is cause
    assert detail is None or error.detail == detail
    assert SignOnFailure.objects.get().cause == cause
    assert not AuditEntry.objects.filter(action="session.sign_on").exists()


def test_an_id_token_of_an_earlier_sign_on_is_refused(provider: Provider) -> None:
    provider.sign_on("nguyen-van-an")
    provider.fault("replayed_token")

    error = refused(lambda: provider.sign_on("nguyen-van-an"))

    assert error.cause is Cause.NONCE_MISMATCH


@pytest.mark.parametrize("endpoint", ["token", "userinfo", "jwks", "discovery"])
def test_an_answer_that_is_no_json_reads_as_vneid_away(provider: Provider, endpoint: str) -> None:
    impatient()
    provider.fault("garbled", match={"endpoint": endpoint})

    assert refused(lambda: provider.sign_on("nguyen-van-an")).cause is Cause.VNEID_UNAVAILABLE


@pytest.mark.parametrize("endpoint", ["token", "userinfo", "jwks"])
def test_a_slow_provider_reads_as_a_time_out(provider: Provider, endpoint: str) -> None:
    impatient()
    provider.fault("slow", seconds=2, match={"endpoint": endpoint})

    assert refused(lambda: provider.sign_on("nguyen-van-an")).cause is Cause.TIMEOUT


def test_a_token_of_a_withdrawn_key_is_refused_once_the_new_keys_are_known(provider: Provider) -> None:
    begun = provider.begin()
    answer = provider.walk(begun, "nguyen-van-an")
    attempt = SignOnAttempt.objects.get(pk=begun.attempt_id)
    access, old = vneid.exchange(answer["code"], code_verifier=attempt.code_verifier, redirect_uri=RETURN)
    assert vneid.verify(old, nonce=attempt.nonce, access_token=access).level == 2

    provider.rotate_keys(keep_previous=False)
    provider.sign_on("tran-thi-bich-ngoc")

    error = refused(lambda: vneid.verify(old, nonce=attempt.nonce, access_token=access))
    assert (error.cause, error.detail) == (Cause.SIGNATURE_INVALID, "unknown_key")


def test_the_keys_are_read_again_once_for_a_new_one_and_no_more_often_than_the_policy_allows(
    provider: Provider,
) -> None:
    policies.set_value("sign_on.key_renewal_seconds", 1800, actor=Actor.job("test"), reason="thử")
    provider.sign_on("nguyen-van-an")
    before = key_reads()
    provider.rotate_keys(keep_previous=False)
    provider.sign_on("nguyen-van-an")
    assert key_reads() == before + 1

    provider.fault("unknown_key", times=3)
    for _ in range(3):
        assert refused(lambda: provider.sign_on("nguyen-van-an")).detail == "unknown_key"
    assert key_reads() == before + 1

    provider.fault("unknown_key", times=1)
    with clock.travel(clock.now() + timedelta(minutes=31)):
        refused(lambda: provider.sign_on("nguyen-van-an"))
    assert key_reads() == before + 2


@pytest.mark.parametrize("claim", ["ThuDienTu", "SoDienThoai", "NgayThangNamSinh", "GioiTinh", "QuocTich", "ThuongTru"])
def test_no_optional_claim_is_needed(provider: Provider, claim: str) -> None:
    provider.fault("missing_claims", claims=[claim])

    assert provider.sign_on("nguyen-van-an").person.full_name == "Nguyễn Văn An"


def test_two_answers_of_one_attempt_at_once_sign_on_once(provider: Provider) -> None:
    begun = provider.begin()
    answer = provider.walk(begun, "nguyen-van-an")

    outcomes: list[Any] = []
    for _ in range(2):
        try:
            outcomes.append(signon.complete_sign_on(answer, begun=begun.attempt_id).person.full_name)
        except SignOnRefused as error:
            outcomes.append(error.cause)

    assert outcomes == ["Nguyễn Văn An", Cause.REPLAYED]
    assert AuditEntry.objects.filter(action="session.sign_on").count() == 1


def test_the_control_api_of_the_simulator_refuses_an_unknown_person(provider: Provider) -> None:
    assert httpx.post(f"{provider.url}/_control/logout", json={"identity": "nobody"}).status_code == 422
