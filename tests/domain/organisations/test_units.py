"""The unit tree changes with dates and keeps its history (ACC-01)."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.domain.organisations import closure, detectors, queries, reference, units
from motcua.domain.organisations.access import Place, can
from motcua.domain.organisations.models import Account, Unit
from motcua.domain.organisations.rules import Level, UnitKind
from motcua.foundation import clock
from motcua.foundation.errors import AccessDenied, Conflict, Invalid
from motcua.foundation.models import AuditEntry

from . import factories as make

pytestmark = pytest.mark.django_db
REASON = "Nghị quyết về sắp xếp đơn vị hành chính"


@pytest.fixture
def admin() -> Account:
    return make.holder("SYSADMIN", make.nation())


def test_a_new_unit_gets_its_place_and_its_first_version(admin: Account) -> None:
    province = make.province()

    unit = units.create_unit(
        admin,
        code="H99.16",
        name="Sở Tư pháp",
        kind=UnitKind.DEPARTMENT,
        level=Level.PROVINCE,
        parent_id=province.pk,
        valid_from=date(2026, 1, 1),
    )

    assert [above.pk for above in queries.line_of(unit.pk)] == [make.nation().pk, province.pk, unit.pk]
    assert queries.version_on(unit.pk, date(2026, 1, 1)).name == "Sở Tư pháp"
    assert queries.version_on(unit.pk, date(2025, 12, 31)) is None
    assert AuditEntry.objects.get(action="unit.create").subject_id == "H99.16"


def test_a_rename_keeps_the_old_name_in_the_history(admin: Account) -> None:
    commune = make.commune(name="Xã Cũ")
    today = clock.today()

    units.rename_unit(admin, commune.pk, name="Phường Mới", on=today, reason=REASON)

    commune.refresh_from_db()
    assert commune.name == "Phường Mới"
    assert queries.version_on(commune.pk, today - timedelta(days=1)).name == "Xã Cũ"
    assert queries.version_on(commune.pk, today).name == "Phường Mới"


def test_a_planned_move_comes_into_force_on_its_day_and_rights_follow(admin: Account) -> None:
    old, new = make.province(), make.province()
    commune = make.commune(old)
    old_monitor, new_monitor = make.holder("MONITOR", old), make.holder("MONITOR", new)
    day = clock.today() + timedelta(days=10)

    units.move_unit(admin, commune.pk, parent_id=new.pk, on=day, reason=REASON)

    assert queries.version_on(commune.pk, day).parent_id == new.pk
    assert queries.version_on(commune.pk, day - timedelta(days=1)).parent_id == old.pk
    assert units.apply_due_changes() == 0
    assert can(old_monitor, "unit.view", commune)
    assert not can(new_monitor, "unit.view", commune)
    with clock.travel(clock.local(day.year, day.month, day.day, 1)):
        assert units.apply_due_changes() == 1
        assert units.apply_due_changes() == 0
        assert not can(old_monitor, "unit.view", commune)
        assert can(new_monitor, "unit.view", commune)
        assert list(detectors.planned_changes_come_into_force()) == []
    assert closure.disagreements() == []


def test_a_planned_change_that_nobody_applied_is_detected(admin: Account) -> None:
    commune = make.commune()
    day = clock.today() + timedelta(days=1)
    units.rename_unit(admin, commune.pk, name="Phường Mới", on=day, reason=REASON)

    with clock.travel(clock.now() + timedelta(days=3)):
        findings = list(detectors.planned_changes_come_into_force())

    assert [subject for subject, _ in findings] == [commune.code]


def test_a_parent_loop_is_refused(admin: Account) -> None:
    province = make.province()
    upper = make.unit(UnitKind.DEPARTMENT, province)
    lower = make.unit(UnitKind.DEPARTMENT, upper)

    for target in (lower, upper):
        with pytest.raises(Conflict) as refusal:
            units.move_unit(admin, upper.pk, parent_id=target.pk, on=clock.today(), reason=REASON)
        assert refusal.value.code == "UNIT_LOOP"

    upper.refresh_from_db()
    assert upper.parent_id == province.pk


def test_two_planned_moves_that_would_make_a_loop_stop_at_the_second_and_are_shown(admin: Account) -> None:
    province = make.province()
    one, other = (make.unit(UnitKind.DEPARTMENT, province) for _ in range(2))
    day = clock.today() + timedelta(days=1)
    units.move_unit(admin, one.pk, parent_id=other.pk, on=day, reason=REASON)
    units.move_unit(admin, other.pk, parent_id=one.pk, on=day, reason=REASON)

    with clock.travel(clock.now() + timedelta(days=3)):
        assert units.apply_due_changes() == 1
        shown = [subject for subject, _ in detectors.planned_changes_come_into_force()]

    assert shown == [other.code]
    assert closure.disagreements() == []


def test_the_database_itself_refuses_a_unit_that_is_its_own_parent() -> None:
    unit = make.commune()

    with pytest.raises(IntegrityError, match="unit_is_not_its_own_parent"), transaction.atomic():
        Unit.objects.filter(pk=unit.pk).update(parent_id=unit.pk)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"kind": "NATION", "level": "NATIONAL", "code": "XX", "name": "x"}, "exactly_one_root"),
        ({"kind": "MINISTRY", "level": "MINISTRY", "code": "XX", "name": "x"}, "only_the_nation_is_a_root"),
    ],
)
def test_the_database_itself_refuses_a_second_root_and_an_orphan(values: dict[str, str], constraint: str) -> None:
    make.nation()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Unit.objects.create(valid_from=date(2025, 7, 1), **values)


def test_an_unfit_place_and_a_taken_code_are_refused(admin: Account) -> None:
    ministry, commune = make.ministry(), make.commune()

    with pytest.raises(Invalid) as unfit:
        units.move_unit(admin, commune.pk, parent_id=ministry.pk, on=clock.today(), reason=REASON)
    with pytest.raises(Conflict) as taken:
        units.create_unit(
            admin,
            code=commune.code,
            name="Phòng",
            kind=UnitKind.DEPARTMENT,
            level=Level.COMMUNE,
            parent_id=commune.pk,
            valid_from=clock.today(),
        )

    assert unfit.value.code == "UNIT_PARENT_UNFIT"
    assert taken.value.code == "UNIT_CODE_TAKEN"


def test_history_is_written_at_its_end_only(admin: Account) -> None:
    commune = make.commune()
    later = clock.today() + timedelta(days=30)
    units.rename_unit(admin, commune.pk, name="Phường Sau", on=later, reason=REASON)

    with pytest.raises(Conflict) as refusal:
        units.rename_unit(admin, commune.pk, name="Phường Trước", on=clock.today(), reason=REASON)

    assert refusal.value.code == "UNIT_LATER_CHANGE"


def test_a_merged_unit_ends_and_names_its_successor(admin: Account) -> None:
    province = make.province()
    first, second = make.commune(province), make.commune(province)
    today = clock.today()

    units.merge_unit(admin, first.pk, into_id=second.pk, on=today, reason=REASON)

    first.refresh_from_db()
    assert (first.valid_to, first.successor_id) == (today, second.pk)
    assert queries.version_on(first.pk, today) is None
    assert queries.version_on(first.pk, today - timedelta(days=1)).name == first.name
    assert [commune.pk for commune in queries.communes_of(province.pk)] == [second.pk]


def test_a_unit_with_units_below_it_cannot_be_merged_away(admin: Account) -> None:
    province = make.province()
    first, second = make.commune(province), make.commune(province)
    make.unit(UnitKind.DESK, first)

    with pytest.raises(Conflict) as refusal:
        units.merge_unit(admin, first.pk, into_id=second.pk, on=clock.today(), reason=REASON)

    assert refusal.value.code == "UNIT_HAS_CHILDREN"


def test_only_who_manages_both_places_may_move_a_unit() -> None:
    old, new = make.province(), make.province()
    commune = make.commune(old)
    local_admin = make.holder("UNIT_ADMIN", old)

    with pytest.raises(AccessDenied):
        units.move_unit(local_admin, commune.pk, parent_id=new.pk, on=clock.today(), reason=REASON)

    commune.refresh_from_db()
    assert commune.parent_id == old.pk


def test_a_damaged_link_of_the_tree_is_detected() -> None:
    commune = make.commune()
    commune.links_up.filter(depth=1).delete()

    assert closure.disagreements() == [(commune.parent_id, commune.pk)]
    assert commune.code in [subject for subject, _ in detectors.unit_tree_is_sound()]


def test_support_phone_and_working_hours_come_from_the_nearest_unit_that_has_them() -> None:
    province = make.province()
    commune = make.commune(province)
    desk = make.unit(UnitKind.DESK, commune)
    hours = {"0": [["07:30", "11:30"]]}

    assert queries.support_phone_of(desk.pk) == ""
    assert queries.working_hours_of(desk.pk) is None
    Unit.objects.filter(pk=province.pk).update(support_phone="02413822000", working_hours=hours)
    assert queries.support_phone_of(desk.pk) == "02413822000"
    Unit.objects.filter(pk=commune.pk).update(support_phone="02413822111")

    assert queries.support_phone_of(desk.pk) == "02413822111"
    assert queries.working_hours_of(desk.pk) == hours


def test_one_tree_of_34_provinces_without_loops_or_orphans_whose_moves_keep_history() -> None:
    reference.load_reference_units()
    admin = make.holder("SYSADMIN", make.nation())
    commune = Unit.objects.get(gso_code="00004")
    before, after = commune.parent, Unit.objects.get(gso_code="75")
    officer = make.holder("RECEPTION", commune)
    today = clock.today()

    units.move_unit(admin, commune.pk, parent_id=after.pk, on=today, reason=REASON)
    with pytest.raises(Conflict) as loop:
        units.move_unit(admin, after.pk, parent_id=commune.pk, on=today, reason=REASON)

    assert len(queries.provinces()) == 34
    assert closure.disagreements() == []
    assert list(detectors.unit_tree_is_sound()) == list(detectors.existing_units_stand_below_existing_units()) == []
    assert queries.version_on(commune.pk, today - timedelta(days=1)).parent_id == before.pk
    assert queries.version_on(commune.pk, today).parent_id == after.pk
    assert can(officer, "dossier.receive", Place(commune.pk))
    assert loop.value.code == "UNIT_LOOP"


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(moves=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12))
def test_the_links_equal_the_parents_after_any_sequence_of_moves(moves: list[tuple[int, int]]) -> None:
    with transaction.atomic():
        admin = make.holder("SYSADMIN", make.nation())
        tree = make.chain_of_departments([None] * 8)

        for mover, target in moves:
            with suppress(Conflict), transaction.atomic():
                units.move_unit(admin, tree[mover].pk, parent_id=tree[target].pk, on=clock.today(), reason=REASON)

        assert closure.disagreements() == []
        transaction.set_rollback(True)


def test_nothing_new_hangs_on_a_unit_that_ends_and_a_unit_with_planned_units_below_does_not_end(admin: Account) -> None:
    province = make.province()
    ending, heir, third = make.commune(province), make.commune(province), make.commune(province)
    office = make.unit(UnitKind.DEPARTMENT, heir)
    later, sooner = clock.today() + timedelta(days=30), clock.today() + timedelta(days=5)
    units.merge_unit(admin, ending.pk, into_id=heir.pk, on=later, reason=REASON)
    units.move_unit(admin, office.pk, parent_id=third.pk, on=later, reason=REASON)

    tries = [
        lambda: units.create_unit(
            admin, code="X.1", name="Phòng", kind=UnitKind.DEPARTMENT, level=Level.COMMUNE, parent_id=ending.pk,
            valid_from=sooner,
        ),
        lambda: units.move_unit(admin, office.pk, parent_id=ending.pk, on=later + timedelta(days=1), reason=REASON),
        lambda: units.merge_unit(admin, third.pk, into_id=ending.pk, on=sooner, reason=REASON),
        lambda: units.merge_unit(admin, third.pk, into_id=heir.pk, on=sooner, reason=REASON),
    ]  # fmt: skip
    codes = []
    for attempt in tries:
        with pytest.raises(Conflict) as refusal, transaction.atomic():
            attempt()
        codes.append(refusal.value.code)

    assert codes == ["UNIT_ENDED", "UNIT_ENDED", "UNIT_ENDED", "UNIT_HAS_CHILDREN"]
