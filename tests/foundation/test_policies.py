"""A policy is changed by its key, with a reason; nothing else is taken for one (design: Policies)."""

from __future__ import annotations

import pytest

from motcua.domain.people.policies import SESSION_IDLE_MINUTES
from motcua.foundation import policies
from motcua.foundation.actor import Actor
from motcua.foundation.errors import Invalid

pytestmark = pytest.mark.django_db
KEY = SESSION_IDLE_MINUTES.key


@pytest.mark.parametrize(
    ("key", "value", "reason", "code"),
    [("no.such.policy", 1, "Thử", "POLICY_UNKNOWN"), (KEY, 45, "  ", "REASON_REQUIRED")],
)
def test_an_unknown_policy_and_a_change_without_reason_are_refused(key: str, value: int, reason: str, code: str):
    before = SESSION_IDLE_MINUTES.get()

    with pytest.raises(Invalid) as refusal:
        policies.set_value(key, value, actor=Actor.job("test"), reason=reason)

    policies.forget()
    assert (refusal.value.code, SESSION_IDLE_MINUTES.get()) == (code, before)
