"""Valid units, accounts and grants in one line."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count

from motcua.domain.organisations import closure
from motcua.domain.organisations.models import Account, Field, Grant, Unit, UnitVersion
from motcua.domain.organisations.rules import AccountKind, Level, UnitKind
from motcua.foundation import clock

_numbers = count(1)
LEVELS = {
    UnitKind.NATION: Level.NATIONAL,
    UnitKind.MINISTRY: Level.MINISTRY,
    UnitKind.PROVINCE: Level.PROVINCE,
    UnitKind.COMMUNE: Level.COMMUNE,
}


def nation() -> Unit:
    return Unit.objects.filter(kind=UnitKind.NATION).first() or unit(UnitKind.NATION, None)


def unit(kind: UnitKind, parent: Unit | None, *, code: str | None = None, name: str | None = None) -> Unit:
    """A unit below `parent` with its version and links."""
    number = next(_numbers)
    gso = {UnitKind.PROVINCE: f"{number % 100:02d}", UnitKind.COMMUNE: f"{number % 100_000:05d}"}.get(kind)
    level = LEVELS.get(kind) or Level(parent.level if parent else Level.NATIONAL)
    made = Unit.objects.create(
        code=code or f"U{number}",
        name=name or f"Đơn vị {number}",
        kind=kind.value,
        level=level.value,
        parent=parent,
        gso_code=gso,
        valid_from=date(2025, 7, 1),
    )
    UnitVersion.objects.create(unit=made, name=made.name, parent=parent, valid_from=made.valid_from)
    closure.add_missing_links()
    return made


def chain_of_departments(parents: list[int | None]) -> list[Unit]:
    """Departments in the shape of `parents` (the place of the one above, None for the first), linked at once."""
    top = province()
    made: list[Unit] = []
    for above in parents:
        number = next(_numbers)
        made.append(
            Unit.objects.create(
                code=f"U{number}",
                name=f"Đơn vị {number}",
                kind=UnitKind.DEPARTMENT.value,
                level=Level.PROVINCE.value,
                parent=top if above is None else made[above],
                valid_from=date(2025, 7, 1),
            )
        )
    versions = (UnitVersion(unit=unit, name=unit.name, parent=unit.parent, valid_from=unit.valid_from) for unit in made)
    UnitVersion.objects.bulk_create(versions)
    closure.add_missing_links()
    return made


def province(name: str | None = None) -> Unit:
    return unit(UnitKind.PROVINCE, nation(), name=name)


def ministry(name: str | None = None) -> Unit:
    return unit(UnitKind.MINISTRY, nation(), name=name)


def commune(parent: Unit | None = None, name: str | None = None) -> Unit:
    return unit(UnitKind.COMMUNE, parent or province(), name=name)


def field(name: str = "Hộ tịch") -> Field:
    return Field.objects.create(code=f"G15-T{next(_numbers)}", name=name)


def officer(at: Unit, name: str = "Cán bộ") -> Account:
    return Account.objects.create(kind=AccountKind.STAFF.value, display_name=name, unit=at)


def person(name: str = "Nguyễn Văn An") -> Account:
    return Account.objects.create(kind=AccountKind.PERSON.value, display_name=name)


def grant(
    account: Account,
    role: str,
    at: Unit,
    *,
    within: Field | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Grant:
    return Grant.objects.create(
        account=account,
        role=role,
        unit=at,
        field=within,
        valid_from=since or clock.now() - timedelta(days=1),
        valid_until=until,
        reason="Quyết định phân công",
    )


def holder(role: str, at: Unit, name: str = "Cán bộ", **limits: object) -> Account:
    """An officer of `at` who holds `role` there."""
    account = officer(at, name)
    grant(account, role, at, **limits)  # type: ignore[arg-type]
    return account
