"""What the rows of an accounts file are judged by, read in a fixed number of statements, whatever the rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from motcua.domain.organisations.access import Acting
from motcua.domain.organisations.models import Account, Field, Grant, Unit, UnitClosure
from motcua.domain.organisations.rules import ROLES, Authority, Level
from motcua.domain.organisations.scoping import in_force
from motcua.foundation import clock


@dataclass(frozen=True, slots=True)
class UnitFact:
    """A unit as a row may name it."""

    id: int
    level: Level
    exists: bool
    may_create: bool
    may_grant: bool


@dataclass(frozen=True, slots=True)
class AccountFact:
    """An account that has a user name of the file already; `within`: in the reader's subtree, may be given rights."""

    id: UUID
    name: str
    unit_code: str
    is_active: bool
    within: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the check of an accounts file needs; codes in capitals, user names in small letters."""

    units: Mapping[str, UnitFact]
    fields: Mapping[str, int]
    accounts: Mapping[str, AccountFact]
    held: Mapping[tuple[UUID, str, int, int | None], datetime | None]
    authorities: Collection[tuple[Authority, frozenset[int]]]
    own_id: UUID
    now: datetime


def gather(acting: Acting, *, units: Collection[str], fields: Collection[str], usernames: Collection[str]) -> Facts:
    """Reads the facts about these codes and names; 12 statements."""
    found = {unit.code.upper(): unit for unit in Unit.objects.filter(code__in=units)}
    accounts = list(Account.objects.filter(username__in=usernames).select_related("unit"))
    ids = {unit.pk for unit in found.values()} | {account.unit_id for account in accounts if account.unit_id}
    may_create, may_grant = (_reached(acting, action, ids) for action in ("account.create", "account.grant"))
    today = clock.today()
    return Facts(
        units={
            code: UnitFact(
                unit.pk,
                Level(unit.level),
                unit.valid_to is None or unit.valid_to > today,
                unit.pk in may_create,
                unit.pk in may_grant,
            )
            for code, unit in found.items()
        },
        fields={code.upper(): pk for code, pk in Field.objects.filter(code__in=fields).values_list("code", "pk")},
        accounts={
            account.username or "": AccountFact(
                account.pk,
                account.display_name,
                account.unit.code.upper() if account.unit else "",
                account.is_active,
                account.unit_id in may_grant and not account.is_inspection,
            )
            for account in accounts
        },
        held=_held(accounts),
        authorities=_authorities(acting, ids),
        own_id=acting.account_id,
        now=clock.now(),
    )


def _reached(acting: Acting, action: str, ids: Collection[int]) -> frozenset[int]:
    return frozenset(Unit.objects.visible_to(acting, action).filter(pk__in=ids).values_list("pk", flat=True))


def _held(accounts: Collection[Account]) -> dict[tuple[UUID, str, int, int | None], datetime | None]:
    """Every right these accounts have that was not revoked, with its end."""
    grants = Grant.objects.filter(account__in=accounts, revoked_at__isnull=True)
    rows = grants.values_list("account_id", "role", "unit_id", "field_id", "valid_until")
    return {(account, role, unit, field): until for account, role, unit, field, until in rows}


def _authorities(acting: Acting, ids: Collection[int]) -> list[tuple[Authority, frozenset[int]]]:
    """The reader's administering grants, each with the units of the file that it covers."""
    giving = [code for code, role in ROLES.items() if role.gives]
    own = list(Grant.objects.filter(in_force(), account_id=acting.account_id, role__in=giving))
    links = UnitClosure.objects.filter(ancestor_id__in={grant.unit_id for grant in own}, descendant_id__in=ids)
    covered: dict[int, set[int]] = {}
    for ancestor, descendant in links.values_list("ancestor_id", "descendant_id"):
        covered.setdefault(ancestor, set()).add(descendant)
    return [
        (Authority(grant.role, grant.field_id, grant.valid_until), frozenset(covered.get(grant.unit_id, ())))
        for grant in own
    ]
