"""New units from a file: checked whole, written level by level in bulk, with history and links (ACC-01)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations import closure
from motcua.domain.organisations.access import Acting
from motcua.domain.organisations.models import Unit, UnitVersion
from motcua.domain.organisations.rules import Level, UnitKind
from motcua.domain.organisations.spreadsheets.reading import SheetRow
from motcua.domain.organisations.spreadsheets.unit_rows import (
    CODE,
    GSO,
    PARENT,
    KnownUnit,
    PlannedUnit,
    UnitPlan,
    check,
)
from motcua.foundation import audit, clock
from motcua.foundation.errors import FieldError, Invalid


def plan_units(acting: Acting, rows: Sequence[SheetRow]) -> UnitPlan:
    """The dry run: what the file would do and every fault of it; writes nothing. 4 statements."""
    codes = {row.get(column).upper() for row in rows for column in (CODE, PARENT)}
    found = list(Unit.objects.filter(code__in=codes).select_related("parent"))
    managed = frozenset(
        Unit.objects.visible_to(acting, "unit.manage").filter(code__in=codes).values_list("pk", flat=True)
    )
    today = clock.today()
    known = {
        unit.code.upper(): KnownUnit(
            unit.pk,
            unit.name,
            UnitKind(unit.kind),
            Level(unit.level),
            unit.parent.code.upper() if unit.parent else "",
            unit.valid_to is None or unit.valid_to > today,
            unit.pk in managed,
        )
        for unit in found
    }
    given = {row.get(GSO).zfill(digits) for row in rows if row.get(GSO) for digits in (2, 5)}
    taken = Unit.objects.filter(gso_code__in=given, valid_to__isnull=True).values_list("gso_code", "code")
    return check(rows, known, {gso or "": code.upper() for gso, code in taken})


@transaction.atomic
def import_units(acting: Acting, rows: Sequence[SheetRow], *, only_valid: bool) -> UnitPlan:
    """Adds the units of the file; returns what was done.

    With a fault anywhere: Invalid (ROWS_REFUSED, every fault with its row), unless `only_valid`. Said again, the same
    file changes nothing. A fixed number of statements for each level of the file.
    """
    closure.lock_tree()
    plan = plan_units(acting, rows)
    if plan.errors and not only_valid:
        errors = [FieldError(f"/{error.row}/{error.column}", "ROW_REFUSED", error.message) for error in plan.errors]
        raise Invalid("ROWS_REFUSED", _("Tệp có dòng sai; chưa dòng nào được ghi."), errors=errors)
    above = {unit.parent_code for unit in plan.rows}
    ids = {code.upper(): pk for code, pk in Unit.objects.filter(code__in=above).values_list("code", "pk")}
    by_depth = sorted(plan.rows, key=lambda unit: unit.depth)
    for _depth, level in groupby(by_depth, key=lambda unit: unit.depth):
        _insert(list(level), ids)
    if plan.rows:
        closure.add_missing_links()
        audit.record_all(acting.actor(), [_entry(unit) for unit in plan.rows])
    return plan


def _insert(level: Sequence[PlannedUnit], ids: dict[str, int]) -> None:
    created = Unit.objects.bulk_create(
        Unit(
            code=unit.code,
            name=unit.name,
            kind=unit.kind.value,
            level=unit.level.value,
            parent_id=ids[unit.parent_code],
            gso_code=unit.gso_code,
            valid_from=unit.valid_from,
            support_phone=unit.support_phone,
        )
        for unit in level
    )
    ids.update({unit.code: unit.pk for unit in created})
    UnitVersion.objects.bulk_create(
        UnitVersion(unit=unit, name=unit.name, parent_id=unit.parent_id, valid_from=unit.valid_from) for unit in created
    )


def _entry(unit: PlannedUnit) -> audit.Entry:
    return "unit.create", ("unit", unit.code), {"parent": unit.parent_code, "kind": unit.kind.value, "by": "file"}
