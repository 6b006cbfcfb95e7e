"""Commands on the unit tree: create, rename, move, merge; each dated, with its history, and audited (ACC-01)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations import closure
from motcua.domain.organisations.access import Acting, require
from motcua.domain.organisations.models import Unit, UnitClosure, UnitVersion
from motcua.domain.organisations.rules import PARENT_KINDS, UNIT_CODE, Level, UnitKind, fits_gso_code
from motcua.foundation import audit, clock
from motcua.foundation.actor import Actor
from motcua.foundation.errors import Conflict, Invalid, NotFound
from motcua.foundation.text import normalise_line


def _unit(unit_id: int) -> Unit:
    unit = Unit.objects.select_for_update(of=("self",)).filter(pk=unit_id).first()
    if unit is None:
        raise NotFound("UNIT_NOT_FOUND", _("Không tìm thấy đơn vị."))
    return unit


def _refuse_unfit_parent(kind: str, parent: Unit) -> None:
    if UnitKind(parent.kind) not in PARENT_KINDS[UnitKind(kind)]:
        raise Invalid(
            "UNIT_PARENT_UNFIT", _("Loại đơn vị này không thể đặt dưới đơn vị cấp trên đã chọn."), field="parent"
        )


def _refuse_ending(unit: Unit) -> None:
    """Nothing new hangs on a unit that has ended or whose end is planned. Raises Conflict (UNIT_ENDED)."""
    if unit.valid_to is not None:
        raise Conflict("UNIT_ENDED", _("Đơn vị này đã chấm dứt hoặc sắp chấm dứt hoạt động."), field="parent")


def _decision(reason: str) -> str:
    """The decision or resolution behind a change, which every change of the tree names. Raises Invalid."""
    decision = normalise_line(reason)[:500]
    if not decision:
        raise Invalid("REASON_REQUIRED", _("Phải ghi lý do hoặc văn bản làm căn cứ."), field="reason")
    return decision


def _is_below(unit_id: int, ancestor_id: int) -> bool:
    return UnitClosure.objects.filter(ancestor_id=ancestor_id, descendant_id=unit_id).exists()


def _version_from(unit: Unit, on: date, *, name: str, parent_id: int | None, reason: str) -> None:
    """Ends the newest version on the day `on` and starts another one there.

    Raises Conflict where a change of a later day is already written: history grows at its end only.
    """
    newest = unit.versions.order_by("-valid_from").select_for_update().first()
    if newest is None or newest.valid_from > on or newest.valid_to is not None:
        raise Conflict("UNIT_LATER_CHANGE", _("Đơn vị đã có thay đổi với ngày hiệu lực muộn hơn hoặc đã chấm dứt."))
    if newest.valid_from == on:
        UnitVersion.objects.filter(pk=newest.pk).update(name=name, parent_id=parent_id, reason=reason)
        return
    UnitVersion.objects.filter(pk=newest.pk).update(valid_to=on)
    UnitVersion.objects.create(unit=unit, name=name, parent_id=parent_id, valid_from=on, reason=reason)


def _refuse_unfit_gso_code(kind: UnitKind, gso_code: str) -> None:
    if not fits_gso_code(kind, gso_code):
        raise Invalid(
            "GSO_CODE_UNFIT", _("Tỉnh có mã 2 chữ số, xã có mã 5 chữ số, đơn vị khác để trống."), field="gso_code"
        )
    if gso_code and Unit.objects.filter(gso_code=gso_code, valid_to__isnull=True).exists():
        raise Conflict("GSO_CODE_TAKEN", _("Mã đơn vị hành chính này đã được dùng."), field="gso_code")


@transaction.atomic
def create_unit(
    acting: Acting,
    *,
    code: str,
    name: str,
    kind: UnitKind,
    level: Level,
    parent_id: int,
    valid_from: date,
    gso_code: str | None = None,
    support_phone: str = "",
) -> Unit:
    """Adds a unit below `parent_id`.

    - needs `unit.manage` over the unit above;
    - the code is unique, the kind fits below the kind above (QĐ 20/2020/QĐ-TTg, ACC-01).

    Raises AccessDenied, Conflict (UNIT_CODE_TAKEN, GSO_CODE_TAKEN, UNIT_ENDED), Invalid (UNIT_PARENT_UNFIT, UNIT_CODE,
    NAME_REQUIRED, GSO_CODE_UNFIT).
    """
    closure.lock_tree()
    parent = _unit(parent_id)
    actor = require(acting, "unit.manage", parent)
    _refuse_unfit_parent(kind, parent)
    _refuse_ending(parent)
    code, name = normalise_line(code).upper(), normalise_line(name)
    if not UNIT_CODE.fullmatch(code):
        raise Invalid("UNIT_CODE", _("Mã định danh gồm chữ in hoa không dấu, chữ số và dấu chấm."), field="code")
    if not name:
        raise Invalid("NAME_REQUIRED", _("Phải nhập tên đơn vị."), field="name")
    _refuse_unfit_gso_code(kind, gso_code or "")
    if Unit.objects.filter(code=code).exists():
        raise Conflict("UNIT_CODE_TAKEN", _("Mã định danh này đã được dùng cho đơn vị khác."), field="code")
    unit = Unit.objects.create(
        code=code,
        name=name,
        kind=kind.value,
        level=level.value,
        parent=parent,
        gso_code=gso_code,
        valid_from=valid_from,
        support_phone=support_phone,
    )
    UnitVersion.objects.create(unit=unit, name=name, parent=parent, valid_from=valid_from)
    closure.add_missing_links()
    audit.record(actor, "unit.create", ("unit", code), details={"parent": parent.code, "kind": kind.value})
    return unit


@transaction.atomic
def rename_unit(acting: Acting, unit_id: int, *, name: str, on: date, reason: str) -> None:
    """Gives a unit another name from the day `on`; the old name stays in its history.

    Raises AccessDenied, Invalid (NAME_REQUIRED, REASON_REQUIRED), Conflict (UNIT_LATER_CHANGE).
    """
    unit = _unit(unit_id)
    actor = require(acting, "unit.manage", unit)
    if not name.strip():
        raise Invalid("NAME_REQUIRED", _("Phải nhập tên đơn vị."), field="name")
    new_name = normalise_line(name)[:300]
    _version_from(unit, on, name=new_name, parent_id=unit.parent_id, reason=_decision(reason))
    if on <= clock.today():
        Unit.objects.filter(pk=unit.pk).update(name=new_name)
    audit.record(actor, "unit.rename", ("unit", unit.code), details={"on": on.isoformat()})


@transaction.atomic
def move_unit(acting: Acting, unit_id: int, *, parent_id: int, on: date, reason: str) -> None:
    """Hangs a unit, with all below it, under another one from the day `on`.

    - needs `unit.manage` over the unit and over its new place;
    - a place inside the unit's own subtree is refused (a parent loop);
    - dossiers keep their unit; rights follow the new place from that day.

    Raises AccessDenied, Conflict (UNIT_LOOP, UNIT_ENDED, UNIT_LATER_CHANGE), Invalid (UNIT_PARENT_UNFIT,
    REASON_REQUIRED).
    """
    closure.lock_tree()
    unit, parent = _unit(unit_id), _unit(parent_id)
    actor = require(acting, "unit.manage", unit)
    require(acting, "unit.manage", parent)
    if _is_below(parent.pk, unit.pk):
        raise Conflict("UNIT_LOOP", _("Không thể đặt đơn vị vào dưới chính nó hoặc dưới đơn vị trực thuộc của nó."))
    _refuse_unfit_parent(unit.kind, parent)
    _refuse_ending(parent)
    _version_from(unit, on, name=unit.name, parent_id=parent.pk, reason=_decision(reason))
    if on <= clock.today():
        _hang(unit, parent.pk)
    details = {"to": parent.code, "on": on.isoformat()}
    audit.record(actor, "unit.move", ("unit", unit.code), details=details)


def _hang(unit: Unit, parent_id: int) -> None:
    Unit.objects.filter(pk=unit.pk).update(parent_id=parent_id)
    closure.move_links(unit.pk, parent_id)


@transaction.atomic
def merge_unit(acting: Acting, unit_id: int, *, into_id: int, on: date, reason: str) -> None:
    """Ends a unit on the day `on`; `into_id` succeeds it. Its dossiers, grants and history stay with it.

    Raises AccessDenied, Invalid, Conflict (UNIT_HAS_CHILDREN while units below it exist or are planned, UNIT_ENDED,
    UNIT_LATER_CHANGE).
    """
    closure.lock_tree()
    unit, heir = _unit(unit_id), _unit(into_id)
    actor = require(acting, "unit.manage", unit)
    require(acting, "unit.manage", heir)
    decision = _decision(reason)
    if unit.pk == heir.pk or unit.kind == UnitKind.NATION:
        raise Invalid("UNIT_HEIR_UNFIT", _("Đơn vị kế thừa không hợp lệ."), field="into")
    _refuse_ending(heir)
    planned_below = UnitVersion.objects.filter(parent=unit, valid_to__isnull=True, unit__valid_to__isnull=True)
    if unit.children.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on)).exists() or planned_below.exists():
        raise Conflict("UNIT_HAS_CHILDREN", _("Phải chuyển hoặc chấm dứt các đơn vị trực thuộc trước."))
    open_version = unit.versions.filter(valid_to__isnull=True, valid_from__lt=on)
    if not open_version.update(valid_to=on):
        raise Conflict("UNIT_LATER_CHANGE", _("Đơn vị đã có thay đổi với ngày hiệu lực muộn hơn hoặc đã chấm dứt."))
    Unit.objects.filter(pk=unit.pk).update(valid_to=on, successor=heir, end_reason=decision)
    details = {"into": heir.code, "on": on.isoformat()}
    audit.record(actor, "unit.merge", ("unit", unit.code), details=details)


@transaction.atomic
def apply_due_changes() -> int:
    """Makes planned names and places of units live on their day; returns how many units changed. Safe to repeat.

    A planned place that would make a loop by now is left alone; a detector shows it.
    """
    closure.lock_tree()
    changed = 0
    for version in due_changes().select_related("unit").order_by("valid_from", "pk"):
        unit, place = version.unit, version.parent_id
        if place is not None and place != unit.parent_id:
            if _is_below(place, unit.pk):
                continue
            _hang(unit, place)
        Unit.objects.filter(pk=unit.pk).update(name=version.name)
        audit.record(Actor.job("organisations.apply_due_changes"), "unit.change_in_force", ("unit", unit.code))
        changed += 1
    return changed


def due_changes() -> QuerySet[UnitVersion]:
    """Versions in force today that the unit's live columns do not show yet."""
    today = clock.today()
    return UnitVersion.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today), valid_from__lte=today).exclude(
        Q(unit__name=F("name")) & (Q(unit__parent=F("parent")) | Q(parent__isnull=True))
    )
