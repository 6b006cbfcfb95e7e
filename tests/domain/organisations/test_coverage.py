"""Which commune lacks which function, and which unit lacks how many officers (ACC-07, ACC-08, F-69, F-70)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from motcua.domain.organisations.account_changes import suspend_account
from motcua.domain.organisations.coverage import queries, services
from motcua.domain.organisations.coverage.models import StaffingNeed
from motcua.domain.organisations.coverage.rules import (
    REQUIRED_ROLES,
    CommuneFunction,
    completion,
    missing_functions,
)
from motcua.domain.organisations.detectors import functions_of_communes_keep_an_officer
from motcua.domain.organisations.models import Account, Grant, Unit
from motcua.domain.organisations.rules import ROLES, UnitKind
from motcua.domain.organisations.services import Right, grant_role, revoke_grant
from motcua.foundation import clock
from motcua.foundation.errors import AccessDenied, Invalid
from tests.domain.organisations import factories as make

pytestmark = pytest.mark.django_db
ALL = ("RECEPTION", "PROCESSOR", "RETURN", "FINANCE_VIEW", "FBK_HANDLER", "UNIT_ADMIN")


def staffed(province: Unit, name: str, roles: tuple[str, ...] = ALL) -> Unit:
    commune = make.commune(province, name)
    for role in roles:
        make.holder(role, commune)
    return commune


def lacking(acting: Account) -> dict[str, list[str]]:
    return {row.name: [str(item) for item in row.lacking] for row in queries.coverage_of_communes(acting)}


@pytest.mark.requirement("ACC-07")
def test_a_commune_without_an_officer_for_a_function_is_red_and_named() -> None:
    province = make.province("Thành phố Hà Nội")
    staffed(province, "Phường Ba Đình")
    staffed(province, "Phường Ngọc Hà", tuple(role for role in ALL if role != "RETURN"))
    other = make.province("Tỉnh Đắk Lắk")
    staffed(other, "Xã Ea Kao", ())
    national = make.holder("MONITOR", make.nation())
    coordinator = make.holder("PROVINCE_ACCOUNT_COORD", province)

    assert lacking(national) == {
        "Phường Ba Đình": [],
        "Phường Ngọc Hà": ["RETURN"],
        "Xã Ea Kao": [str(function) for function in CommuneFunction],
    }
    assert {row.name: row.percent for row in queries.by_province(queries.coverage_of_communes(national))} == {
        "Thành phố Hà Nội": 50,
        "Tỉnh Đắk Lắk": 0,
    }
    assert set(lacking(coordinator)) == {"Phường Ba Đình", "Phường Ngọc Hà"}
    assert lacking(make.officer(province)) == {}


@pytest.mark.fault("F-70")
def test_taking_one_right_away_turns_the_commune_red_and_raises_the_alarm() -> None:
    province = make.province()
    commune = staffed(province, "Phường Ba Đình")
    admin = make.holder("UNIT_ADMIN", province)
    assert lacking(admin) == {"Phường Ba Đình": []}
    assert list(functions_of_communes_keep_an_officer()) == []

    revoke_grant(admin, Grant.objects.get(role="RETURN").pk, reason="Điều động công tác")

    assert lacking(admin) == {"Phường Ba Đình": ["RETURN"]}
    assert [subject for subject, _text in functions_of_communes_keep_an_officer()] == [commune.code]
    assert "Trả kết quả" in next(iter(functions_of_communes_keep_an_officer()))[1]
    grant_role(admin, make.officer(commune).pk, Right("RETURN", commune.pk), reason="Phân công mới")
    assert lacking(admin) == {"Phường Ba Đình": []}
    assert list(functions_of_communes_keep_an_officer()) == []


@pytest.mark.parametrize("cause", ["suspended", "locked", "expired"])
def test_an_officer_who_may_not_act_covers_nothing(cause: str) -> None:
    province = make.province()
    commune = staffed(province, "Phường Ba Đình")
    admin = make.holder("UNIT_ADMIN", province)
    grant = Grant.objects.get(role="RETURN")
    if cause == "suspended":
        suspend_account(admin, grant.account_id, reason="Nghỉ hưu")
    elif cause == "locked":
        Account.objects.filter(pk=grant.account_id).update(locked_until=clock.now() + timedelta(hours=1))
    else:
        Grant.objects.filter(pk=grant.pk).update(valid_until=clock.now() - timedelta(seconds=1))

    assert lacking(admin) == {"Phường Ba Đình": ["RETURN"]}
    assert [subject for subject, _text in functions_of_communes_keep_an_officer()] == [commune.code]


def test_rights_at_the_desk_count_and_rights_at_the_province_do_not() -> None:
    province = make.province()
    commune = make.commune(province, "Xã Ea Kao")
    desk = make.unit(UnitKind.DESK, commune)
    for role in ALL[1:]:
        make.holder(role, desk)
    make.holder("RECEPTION", province)
    admin = make.holder("UNIT_ADMIN", province)

    assert lacking(admin) == {"Xã Ea Kao": ["RECEIVE"]}


def test_what_was_never_there_is_red_and_no_alarm_and_a_merged_commune_is_neither() -> None:
    province = make.province()
    make.commune(province, "Xã mới")
    ended = staffed(province, "Xã cũ")
    admin = make.holder("UNIT_ADMIN", province)
    Grant.objects.filter(unit=ended).update(revoked_at=clock.now())
    Unit.objects.filter(pk=ended.pk).update(valid_to=clock.today())

    assert set(lacking(admin)) == {"Xã mới"}
    assert list(functions_of_communes_keep_an_officer()) == []


@pytest.mark.requirement("ACC-08")
def test_the_gap_is_what_is_needed_less_what_is_there() -> None:
    commune = make.commune()
    admin = make.holder("UNIT_ADMIN", commune)
    services.record_need(admin, commune.pk, "RECEPTION", 5)
    for _ in range(3):
        make.holder("RECEPTION", commune)
    busy = make.holder("PROCESSOR", commune)

    assert [(row.needed, row.existing, row.gap) for row in queries.staffing(admin)] == [(5, 3, 2)]
    for name in ("Lê Thị Mới", "Trần Văn Mới"):
        officer = make.officer(commune, name)
        grant_role(admin, officer.pk, Right("RECEPTION", commune.pk), reason="Bổ sung")
    assert [row.gap for row in queries.staffing(admin)] == [0]
    assert queries.staffing(admin, only_gaps=True) == []

    grant_role(admin, busy.pk, Right("RECEPTION", commune.pk), reason="Kiêm nhiệm")
    services.record_need(admin, commune.pk, "RECEPTION", 9)
    assert [(row.needed, row.existing, row.gap) for row in queries.staffing(admin)] == [(9, 6, 3)]
    assert StaffingNeed.objects.count() == 1


def test_one_officer_granted_twice_is_one() -> None:
    commune = make.commune()
    desk = make.unit(UnitKind.DESK, commune)
    admin = make.holder("UNIT_ADMIN", commune)
    twice = make.holder("RECEPTION", commune)
    make.grant(twice, "RECEPTION", desk)
    services.record_need(admin, commune.pk, "RECEPTION", 2)

    assert [row.gap for row in queries.staffing(admin)] == [1]


def test_needed_numbers_are_recorded_by_the_units_administrator_and_sensibly() -> None:
    province = make.province()
    commune = make.commune(province)
    admin = make.holder("UNIT_ADMIN", commune)

    for stranger in (make.holder("MONITOR", province), make.holder("UNIT_ADMIN", make.commune())):
        with pytest.raises(AccessDenied):
            services.record_need(stranger, commune.pk, "RECEPTION", 5)
    for role, number, code in (
        ("KING", 1, "ROLE_UNKNOWN"),
        ("CAT_EDITOR", 1, "ROLE_NOT_FOR_LEVEL"),
        ("RECEPTION", -1, "NUMBER_OUT_OF_RANGE"),
        ("RECEPTION", 40_000, "NUMBER_OUT_OF_RANGE"),
    ):
        with pytest.raises(Invalid) as refused:
            services.record_need(admin, commune.pk, role, number)
        assert refused.value.code == code
    assert not StaffingNeed.objects.exists()


@pytest.mark.fault("F-69")
def test_the_report_finds_exactly_the_gaps_that_were_sown() -> None:
    """Too few accounts; a right of the wrong role, at the wrong place, in a suspended account."""
    province = make.province()
    communes = {
        name: staffed(province, name) for name in ("đủ", "thiếu người", "sai vai trò", "sai địa bàn", "bị khóa")
    }
    admin = make.holder("UNIT_ADMIN", province)
    for commune in communes.values():
        services.record_need(admin, commune.pk, "RECEPTION", 1)
    services.record_need(admin, communes["thiếu người"].pk, "RECEPTION", 4)
    sown = {name: Grant.objects.get(role="RECEPTION", unit=commune) for name, commune in communes.items()}
    Grant.objects.filter(pk=sown["sai vai trò"].pk).update(role="APPROVER")
    Grant.objects.filter(pk=sown["sai địa bàn"].pk).update(unit=communes["đủ"])
    Account.objects.filter(pk=sown["bị khóa"].account_id).update(is_active=False)

    assert {name: found for name, found in lacking(admin).items() if found} == {
        "sai vai trò": ["RECEIVE"],
        "sai địa bàn": ["RECEIVE"],
        "bị khóa": ["RECEIVE"],
    }
    assert {row.unit_name: row.gap for row in queries.staffing(admin, only_gaps=True)} == {
        "thiếu người": 3,
        "sai vai trò": 1,
        "sai địa bàn": 1,
        "bị khóa": 1,
    }


def test_the_reports_cost_the_same_for_few_communes_and_many() -> None:
    province = make.province()
    admin = make.holder("UNIT_ADMIN", province)

    def statements() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as communes:
            queries.coverage_of_communes(admin)
        with CaptureQueriesContext(connection) as needs:
            queries.staffing(admin)
        return len(communes), len(needs)

    staffed(province, "Xã 0")
    few = statements()
    for number in range(1, 6):
        services.record_need(admin, staffed(province, f"Xã {number}").pk, "RECEPTION", 2)

    assert statements() == few
    assert max(few) <= 4


@given(st.sets(st.sampled_from(sorted(ROLES))))
def test_a_function_is_missing_exactly_where_none_of_its_roles_is_held(roles: set[str]) -> None:
    missing = missing_functions(roles)

    assert all((function in missing) == (not REQUIRED_ROLES[function] & roles) for function in CommuneFunction)


@given(st.integers(0, 3321), st.integers(1, 3321))
def test_a_hundred_per_cent_is_said_only_of_a_whole_province(complete: int, of_all: int) -> None:
    complete = min(complete, of_all)

    assert (completion(complete, of_all) == 100) == (complete == of_all)
