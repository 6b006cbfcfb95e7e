"""How this room's own objects lie under the access policy."""

from __future__ import annotations

from motcua.domain.organisations.access import Scope, register_scope
from motcua.domain.organisations.models import Account, Grant, Unit

register_scope(Unit, Scope(view="unit.view", units=("id",)))
register_scope(
    Account,
    Scope(view="account.view", units=("unit_id",), owner_account="id", owner_actions=frozenset({"account.view"})),
)
register_scope(
    Grant,
    Scope(
        view="account.view",
        units=("unit_id",),
        field="field_id",
        owner_account="account_id",
        owner_actions=frozenset({"account.view"}),
    ),
)
