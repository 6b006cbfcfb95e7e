"""Reads of units, accounts and rights; each with a fixed number of SQL statements."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q
from django.utils.translation import gettext as _

from motcua.domain.organisations.explaining import describe
from motcua.domain.organisations.models import Field, Grant, Unit, UnitClosure, UnitVersion
from motcua.domain.organisations.rules import UnitKind
from motcua.domain.organisations.scoping import in_force
from motcua.foundation import clock
from motcua.foundation.errors import Invalid
from motcua.foundation.text import normalise_line


def existing(kind: UnitKind) -> Q:
    """The condition that a unit of this kind exists today."""
    today = clock.today()
    return Q(kind=kind.value, valid_from__lte=today) & (Q(valid_to__isnull=True) | Q(valid_to__gt=today))


def provinces() -> list[Unit]:
    """The provinces and centrally run cities that exist today, by statistical code; 1 statement."""
    return list(Unit.objects.filter(existing(UnitKind.PROVINCE)).order_by("gso_code"))


def communes_of(province_id: int) -> list[Unit]:
    """The communes, wards and special zones of a province that exist today, by statistical code; 1 statement."""
    return list(Unit.objects.filter(existing(UnitKind.COMMUNE), parent_id=province_id).order_by("gso_code"))


def communes_by_province_code(gso_code: str) -> list[Unit]:
    """The communes of a province given by its statistical code, for a picker; 1 statement."""
    return list(Unit.objects.filter(existing(UnitKind.COMMUNE), parent__gso_code=gso_code).order_by("gso_code"))


def place(gso_code: str) -> Unit | None:
    """The existing province or commune with this statistical code, its parent with it, or None; 1 statement."""
    return Unit.objects.filter(gso_code=gso_code, valid_to__isnull=True).select_related("parent").first()


def unit_names(codes: Collection[str]) -> dict[str, str]:
    """Names by identification code, as they are today; a code of no unit is left out; 1 statement."""
    return dict(Unit.objects.filter(code__in=codes).values_list("code", "name"))


def commune_code_of(commune: str, province: str) -> str:
    """The statistical code of a commune by the names in an address (`phường Ba Đình`, `thành phố Hà Nội`).

    Empty where no such commune exists today; 1 statement.
    """
    if not commune or not province:
        return ""
    found = Unit.objects.filter(
        existing(UnitKind.COMMUNE),
        name=commune[0].upper() + commune[1:],
        parent__name=province[0].upper() + province[1:],
    )
    return found.values_list("gso_code", flat=True).first() or ""


def nation_id() -> int:
    """The root of the tree: where a dossier goes that is received in one place for the whole country; 1 statement."""
    return Unit.objects.values_list("pk", flat=True).get(kind=UnitKind.NATION.value)


def fields() -> list[Field]:
    """The fields of administration by name; 1 statement."""
    return list(Field.objects.order_by("name", "code"))


def field_names() -> dict[int, str]:
    """The fields of administration by id; 1 statement."""
    return dict(Field.objects.values_list("pk", "name"))


def desk_of(unit_id: int) -> Unit | None:
    """The one-stop desk that receives for a unit, or None; 1 statement."""
    return Unit.objects.filter(existing(UnitKind.DESK), parent_id=unit_id).order_by("pk").first()


def line_of(unit_id: int) -> list[Unit]:
    """The unit and everything above it, from the nation down; 1 statement."""
    return list(Unit.objects.filter(links_down__descendant_id=unit_id).order_by("-links_down__depth"))


def support_phone_of(unit_id: int) -> str:
    """The local support number of a place: its own or the nearest one above it; empty where none is set (POR-12)."""
    links = UnitClosure.objects.filter(descendant_id=unit_id).exclude(ancestor__support_phone="")
    return links.order_by("depth").values_list("ancestor__support_phone", flat=True).first() or ""


def working_hours_of(unit_id: int) -> dict[str, list[list[str]]] | None:
    """The working hours of a unit: its own or the nearest ones above it; None where nobody set any."""
    links = UnitClosure.objects.filter(descendant_id=unit_id, ancestor__working_hours__isnull=False)
    return links.order_by("depth").values_list("ancestor__working_hours", flat=True).first()


def version_on(unit_id: int, day: date) -> UnitVersion | None:
    """Name and place of a unit as they were, are or will be on a day; None where it did not exist; 1 statement."""
    versions = UnitVersion.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), unit_id=unit_id)
    return versions.filter(valid_from__lte=day).select_related("parent").first()


def rights_in_words(account_id: UUID) -> list[str]:
    """The rights an account holds now, one sentence each; 1 statement."""
    grants = Grant.objects.filter(in_force(), account_id=account_id).select_related("unit", "field").order_by("pk")
    return [describe(grant) for grant in grants]


def roles_of(account_id: UUID) -> dict[str, list[str]]:
    """The roles an account holds now, each with the codes of its units; 1 statement."""
    grants = Grant.objects.filter(in_force(), account_id=account_id).order_by()
    rows = grants.values("role").annotate(units=ArrayAgg("unit__code", distinct=True, order_by="unit__code"))
    return {row["role"]: row["units"] for row in rows.order_by("role")}


def unit_by_code(code: str) -> Unit:
    """The unit with this identification code, as people type it. Raises Invalid (UNIT_UNKNOWN); 1 statement."""
    unit = Unit.objects.filter(code__iexact=normalise_line(code)).first()
    if unit is None:
        raise Invalid("UNIT_UNKNOWN", _("Không có đơn vị nào mang mã định danh này."), field="unit")
    return unit


def field_by_code(code: str) -> Field | None:
    """The field of administration with this code, None for an empty one. Raises Invalid (FIELD_UNKNOWN)."""
    if not code.strip():
        return None
    field = Field.objects.filter(code__iexact=normalise_line(code)).first()
    if field is None:
        raise Invalid("FIELD_UNKNOWN", _("Không có lĩnh vực nào mang mã này."), field="field")
    return field


def place_over(account_id: UUID, kind: UnitKind) -> int | None:
    """The unit of `kind` (commune, province, nation) that an officer's unit is or lies in; one statement.

    None for an account without a unit, and for a unit that lies in no such place.
    """
    links = UnitClosure.objects.filter(descendant__accounts=account_id, ancestor__kind=kind.value)
    return links.values_list("ancestor_id", flat=True).first()


def commune_names(gso_codes: Collection[str]) -> dict[str, str]:
    """`Phường Ba Đình, Thành phố Hà Nội` by statistical code, of communes that exist; 1 statement."""
    found = Unit.objects.filter(gso_code__in=gso_codes, kind=UnitKind.COMMUNE.value, valid_to__isnull=True)
    rows = found.values_list("gso_code", "name", "parent__name")
    return {str(code): f"{name}, {province}" for code, name, province in rows}
