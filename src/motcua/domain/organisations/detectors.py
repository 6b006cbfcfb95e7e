"""The faults of this room as queries that must return nothing."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from motcua.domain.organisations import closure, units
from motcua.domain.organisations.coverage.queries import lost_functions
from motcua.domain.organisations.coverage.rules import FUNCTION_NAMES
from motcua.domain.organisations.models import Account, Unit
from motcua.domain.organisations.reference_data import PROVINCE_CODES
from motcua.domain.organisations.rules import UnitKind
from motcua.foundation import clock
from motcua.foundation.detectors import detector


@detector("organisations.tree", fault="F-57")
def unit_tree_is_sound() -> Iterable[tuple[str, str]]:
    """A link of the tree that is missing or superfluous; a number of provinces other than 34 (ACC-01)."""
    pairs = closure.disagreements()
    codes = Unit.objects.in_bulk({unit for pair in pairs for unit in pair})
    for ancestor, descendant in pairs[:100]:
        yield codes[descendant].code, f"Liên kết cây đơn vị với {codes[ancestor].code} không khớp đơn vị cấp trên"
    if not Unit.objects.exists():
        return
    provinces = Unit.objects.filter(kind=UnitKind.PROVINCE.value, valid_to__isnull=True).count()
    if provinces != len(PROVINCE_CODES):
        yield "VN", f"Cây đơn vị có {provinces} đơn vị cấp tỉnh, phải có {len(PROVINCE_CODES)}"


@detector("organisations.orphans", fault="F-57")
def existing_units_stand_below_existing_units() -> Iterable[tuple[str, str]]:
    """A unit that exists below one that has ended."""
    today = clock.today()
    orphans = Unit.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=today), parent__valid_to__lte=today
    ).select_related("parent")
    for unit in orphans[:100]:
        yield unit.code, f"Đơn vị còn hoạt động dưới đơn vị đã chấm dứt {unit.parent.code}"


@detector("organisations.planned_changes", fault="F-57")
def planned_changes_come_into_force() -> Iterable[tuple[str, str]]:
    """A planned name or place whose day has come and that is not live."""
    for version in units.due_changes().filter(valid_from__lt=clock.today()).select_related("unit")[:100]:
        day = version.valid_from.strftime("%d/%m/%Y")
        yield version.unit.code, f"Thay đổi đơn vị có hiệu lực từ {day} chưa được áp dụng"


@detector("organisations.staff_without_unit", fault="F-69")
def active_officers_belong_to_existing_units() -> Iterable[tuple[str, str]]:
    """An active officer whose unit has ended."""
    ended = Account.objects.filter(is_active=True, unit__valid_to__lte=clock.today()).values_list("pk", "unit__code")
    for account_id, code in ended[:100]:
        yield str(account_id), f"Tài khoản còn hoạt động tại đơn vị đã chấm dứt {code}"


@detector("organisations.coverage_lost", fault="F-70")
def functions_of_communes_keep_an_officer() -> Iterable[tuple[str, str]]:
    """A function that a commune had an active officer for and has none any more (ACC-07)."""
    for lost in lost_functions():
        yield (
            lost.unit_code,
            f"{lost.unit_name} không còn tài khoản hoạt động cho chức năng {FUNCTION_NAMES[lost.function]}",
        )
