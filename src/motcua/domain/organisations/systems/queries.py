"""Reads of the register of systems: the matrix of what localities got, gaps of officers (ACC-04, ACC-15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.access import Acting
from motcua.domain.organisations.explaining import MOST_GIVERS
from motcua.domain.organisations.models import Account, Grant, Unit
from motcua.domain.organisations.queries import existing
from motcua.domain.organisations.rules import AccountKind, UnitKind, Words, roles_allowing
from motcua.domain.organisations.scoping import in_force
from motcua.domain.organisations.systems.models import OfficerMapping, ProvidedAccount, SpecialisedSystem, SystemField
from motcua.domain.organisations.systems.rules import HANDLING_ROLES, PURPOSE_NAMES, Purpose
from motcua.foundation.errors import NotFound

VIEW = "system_account.view"
PAGE = 50


@dataclass(frozen=True, slots=True)
class Cell:
    """One account that a system owes a province: `provided` names it, None means it is missing and `owner` owes it."""

    system: SpecialisedSystem
    province: Unit
    purpose: Purpose
    provided: ProvidedAccount | None

    @property
    def owner(self) -> str:
        return self.system.owner.name

    @property
    def purpose_name(self) -> Words:
        return PURPOSE_NAMES[self.purpose]


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One system with what it gave each province the asker may see."""

    system: SpecialisedSystem
    cells: list[Cell]

    @property
    def missing(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.provided is None]


def matrix(acting: Acting, system_id: int | None = None) -> list[MatrixRow]:
    """Every system × province × purpose that the asker may see: as the system's owner, or as the province.

    Seven statements at most, whatever the number of systems. 34 provinces stand in each row for who sees all.
    """
    owned = set(SpecialisedSystem.objects.visible_to(acting, VIEW).values_list("pk", flat=True))
    provinces = list(Unit.objects.filter(existing(UnitKind.PROVINCE)).order_by("gso_code"))
    mine = set(Unit.objects.visible_to(acting, VIEW).filter(existing(UnitKind.PROVINCE)).values_list("pk", flat=True))
    if not owned and not mine:
        return []
    systems = SpecialisedSystem.objects.select_related("owner").order_by("owner__code", "code")
    if system_id is not None:
        systems = systems.filter(pk=system_id)
    given = {
        (item.system_id, item.province_id, item.purpose): item
        for item in ProvidedAccount.objects.filter(withdrawn_at__isnull=True)
    }
    rows = [
        MatrixRow(
            system,
            [
                Cell(system, province, purpose, given.get((system.pk, province.pk, purpose.value)))
                for province in provinces
                if system.pk in owned or province.pk in mine
                for purpose in Purpose
            ],
        )
        for system in systems
    ]
    return [row for row in rows if row.cells]


def system_seen(acting: Acting, system_id: int) -> SpecialisedSystem:
    """One registered system, for who sees any. Raises NotFound."""
    found = next((system for system in systems_seen(acting) if system.pk == system_id), None)
    if found is None:
        raise NotFound("SYSTEM_NOT_FOUND", _("Không tìm thấy hệ thống chuyên ngành."))
    return found


def systems_seen(acting: Acting) -> list[SpecialisedSystem]:
    """The registered systems, for who may view accounts in any of them or of any unit. Three statements."""
    sees = SpecialisedSystem.objects.visible_to(acting, VIEW).exists() or Unit.objects.visible_to(acting, VIEW).exists()
    return list(SpecialisedSystem.objects.select_related("owner").order_by("code")) if sees else []


def officers_without_account(
    acting: Acting, system: SpecialisedSystem, *, after: UUID | None = None, size: int = PAGE
) -> list[Account]:
    """Active officers who process dossiers of the system's fields and have no account in it. Two statements.

    A right that names no field is a right to every field, the system's included.
    """
    fields = SystemField.objects.filter(system=system).values("field_id")
    handles = Grant.objects.filter(
        in_force(), Q(field__isnull=True) | Q(field__in=fields), account_id=OuterRef("pk"), role__in=HANDLING_ROLES
    )
    mapped = OfficerMapping.objects.filter(system=system, ended_at__isnull=True, account_id=OuterRef("pk"))
    officers = Account.objects.visible_to(acting, VIEW).filter(
        Exists(handles), ~Exists(mapped), kind=AccountKind.STAFF.value
    )
    if after is not None:
        officers = officers.filter(pk__gt=after)
    return list(officers.select_related("unit").order_by("pk")[:size])


def mappings_of(account_id: UUID) -> list[OfficerMapping]:
    """An officer's accounts in specialised systems. One statement."""
    held = OfficerMapping.objects.filter(account_id=account_id, ended_at__isnull=True).select_related("system")
    return list(held.order_by("system__code"))


@dataclass(frozen=True, slots=True)
class WayIn:
    """How an officer gets into a system: with `mapping`, or without one and then over who can note it (`helpers`)."""

    system: SpecialisedSystem
    mapping: OfficerMapping | None
    helpers: Sequence[str]


def way_into(acting: Acting, code: str) -> WayIn:
    """The officer's own way into a system. Raises NotFound for a system nobody registered. Three statements."""
    system = SpecialisedSystem.objects.select_related("owner").filter(code=code).first()
    if system is None:
        raise NotFound("SYSTEM_NOT_FOUND", _("Không tìm thấy hệ thống chuyên ngành."))
    held = OfficerMapping.objects.filter(account_id=acting.account_id, system=system, ended_at__isnull=True)
    mapping = held.first()
    return WayIn(system, mapping, [] if mapping else _who_can_note(acting))


def _who_can_note(acting: Acting) -> list[str]:
    """The administrators nearest to the officer's unit who may note their account in a system. One statement."""
    holders = Grant.objects.filter(
        in_force(),
        role__in=roles_allowing("system_account.record"),
        unit__links_down__descendant__accounts=acting.account_id,
    ).order_by("unit__links_down__depth", "account__display_name")
    names = holders.values_list("account__display_name", "unit__name")[: 4 * MOST_GIVERS]
    return list(dict.fromkeys(f"{name} ({unit})" for name, unit in names))[:MOST_GIVERS]
