"""How this room's own objects lie under the access policy."""

from __future__ import annotations

from motcua.domain.organisations.access import Scope, register_scope
from motcua.domain.organisations.coverage.models import StaffingNeed
from motcua.domain.organisations.defects.models import AccountDefect
from motcua.domain.organisations.defects.rules import CONFIRM
from motcua.domain.organisations.models import Account, AccountRequest, Grant, GrantRequest, Unit
from motcua.domain.organisations.systems.models import OfficerMapping, ProvidedAccount, SpecialisedSystem

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
register_scope(
    AccountDefect,
    Scope(
        view="account_defect.view",
        units=("unit_id", "wanted_unit_id"),
        owner_account="requested_by_id",
        owner_actions=frozenset({"account_defect.view", CONFIRM}),
        units_for={
            # The reporting unit's own branch consolidates; who may give the wanted right may answer as well.
            "account_defect.report": ("unit_id",),
            "account_defect.consolidate": ("unit_id",),
        },
    ),
)
register_scope(StaffingNeed, Scope(view="account.view", units=("unit_id",)))
register_scope(SpecialisedSystem, Scope(view="system_account.view", units=("owner_id",)))
register_scope(ProvidedAccount, Scope(view="system_account.view", units=("system__owner_id", "province_id")))
register_scope(
    OfficerMapping,
    Scope(
        view="system_account.view",
        units=("account__unit_id",),
        owner_account="account_id",
        owner_actions=frozenset({"system_account.view"}),
    ),
)
register_scope(
    AccountRequest,
    Scope(
        view="account.view",
        units=("unit_id",),
        owner_account="requested_by_id",
        owner_actions=frozenset({"account.view"}),
    ),
)
register_scope(GrantRequest, Scope(view="account.view", units=("unit_id",), field="field_id"))
