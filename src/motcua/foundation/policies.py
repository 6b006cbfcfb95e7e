"""Policies: every number that the notices leave open, typed, documented, audited (design: Policies).

A room declares its policies in its `policies.py`; an operator changes one without a release. The
newest stored row holds; the older ones are the history.
"""

from __future__ import annotations

import time
from typing import Any, Generic, TypeVar, cast

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from motcua.foundation import audit, clock
from motcua.foundation.actor import Actor
from motcua.foundation.errors import Invalid
from motcua.foundation.models import PolicyValue
from motcua.foundation.registry import Registry

Value = TypeVar("Value", int, bool, str)
CACHE_SECONDS = 5.0  # how long another process may still use the old value


class Policy(Generic[Value]):
    """One setting: `key` is stored, `default` gives the type, `unit` and `description` are for people."""

    def __init__(
        self,
        key: str,
        default: Value,
        *,
        description: str,
        unit: str = "",
        minimum: int | None = None,
        maximum: int | None = None,
    ) -> None:
        self.key = key
        self.default = default
        self.description = description
        self.unit = unit
        self.minimum = minimum
        self.maximum = maximum
        registry.add(key, cast("Policy[Any]", self))

    def get(self) -> Value:
        """The value in force; at most one statement every few seconds for all policies together."""
        return cast(Value, _cache.values().get(self.key, self.default))

    def validate(self, value: Any) -> Value:
        """`value` if it fits type and limits. Raises Invalid (POLICY_VALUE)."""
        fits = type(value) is type(self.default)
        if fits and isinstance(value, int) and not isinstance(value, bool):
            above = self.minimum is None or value >= self.minimum
            below = self.maximum is None or value <= self.maximum
            fits = above and below
        if not fits:
            raise Invalid("POLICY_VALUE", _("Giá trị này không hợp lệ cho chính sách."), field=self.key)
        return cast(Value, value)


registry: Registry[Policy[Any]] = Registry("policy")


class _Cache:
    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._read_at: float | None = None

    def values(self) -> dict[str, Any]:
        if self._read_at is None or time.monotonic() - self._read_at > CACHE_SECONDS:
            newest = PolicyValue.objects.values("key").annotate(newest=Max("id")).values("newest")
            self._values = dict(PolicyValue.objects.filter(id__in=newest).values_list("key", "value"))
            self._read_at = time.monotonic()
        return self._values

    def clear(self) -> None:
        self._read_at = None


_cache = _Cache()


def forget() -> None:
    """Drops the cached values; the next read asks the database."""
    _cache.clear()


@transaction.atomic
def set_value(key: str, value: Any, *, actor: Actor, reason: str) -> None:
    """Changes a policy, with reason and audit row. Raises Invalid for an unknown key, a wrong value, no reason.

    Who may do it is the calling room's rule (action `policy.set`).
    """
    if key not in registry:
        raise Invalid("POLICY_UNKNOWN", _("Không có chính sách này."), field=key)
    if not reason.strip():
        raise Invalid("REASON_REQUIRED", _("Phải ghi lý do thay đổi chính sách."), field="reason")
    policy = registry[key]
    accepted = policy.validate(value)
    before = policy.get()
    PolicyValue.objects.create(
        key=key, value=accepted, reason=reason.strip(), set_at=clock.now(), set_by_kind=actor.kind, set_by_id=actor.id
    )
    audit.record(actor, "policy.set", ("policy", key), details={"before": before, "after": accepted})
    transaction.on_commit(forget)
    forget()
