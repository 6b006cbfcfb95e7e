"""An operator changes how a partner is called without a release."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from motcua.foundation import policies
from motcua.foundation.actor import Actor
from motcua.foundation.errors import Invalid
from motcua.foundation.outbound import Limits
from motcua.foundation.partner_policies import PartnerPolicies

OPERATOR = Actor("staff", "1")


@pytest.fixture
def partner() -> Generator[PartnerPolicies]:
    before = policies.registry.items()
    yield PartnerPolicies("test_gateway", "Cổng thử", defaults=Limits(read_seconds=7, backoff_seconds=0.1))
    policies.registry._items = dict(before)


@pytest.mark.django_db
def test_the_defaults_hold_until_an_operator_changes_them(partner: PartnerPolicies) -> None:
    assert partner.limits() == Limits(read_seconds=7, backoff_seconds=0.1)

    policies.set_value("test_gateway.read_seconds", 20, actor=OPERATOR, reason="Đối tác chậm")

    assert partner.limits() == Limits(read_seconds=20, backoff_seconds=0.1)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "value"), [("attempts", 0), ("read_seconds", 121), ("connect_seconds", "3")])
def test_a_limit_out_of_range_is_refused(partner: PartnerPolicies, name: str, value: object) -> None:
    with pytest.raises(Invalid):
        policies.set_value(f"test_gateway.{name}", value, actor=OPERATOR, reason="thử")
