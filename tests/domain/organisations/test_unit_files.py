"""Units from a file: the tree grows whole, in any order of rows, or not at all; what is exported comes in unchanged."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.domain.organisations import closure
from motcua.domain.organisations.models import Account, Unit, UnitVersion
from motcua.domain.organisations.spreadsheets import account_check, accounts, exporting, unit_rows
from motcua.domain.organisations.spreadsheets.reading import SheetRow, read_rows
from motcua.domain.organisations.spreadsheets.units import import_units, plan_units
from motcua.foundation.errors import Invalid

from . import factories as make
from .sheets import sheet

pytestmark = pytest.mark.django_db


def line(code: str, kind: str, above: str, **change: Any) -> dict[str, Any]:
    row = {
        "Mã định danh": code,
        "Tên đơn vị": f"Đơn vị {code}",
        "Loại đơn vị": kind,
        "Mã đơn vị cấp trên": above,
        "Ngày hiệu lực": "01/07/2026",
    }
    return row | change


def read(*rows: dict[str, Any]) -> list[SheetRow]:
    return read_rows(sheet(unit_rows.COLUMNS, rows), unit_rows.COLUMNS, needed=unit_rows.NEEDED)


def test_units_come_in_whatever_the_order_of_their_rows_and_once_only() -> None:
    province = make.province()
    admin = make.holder("UNIT_ADMIN", province)
    rows = read(
        line("P.1.01", "Bộ phận một cửa", "p.1"),
        line("P.1", "Xã", province.code, **{"Mã đơn vị hành chính": 77001}),
        line("P.2", "COMMUNE", province.code, **{"Mã đơn vị hành chính": "77002"}),
    )

    done = import_units(admin, rows, only_valid=False)
    again = import_units(admin, rows, only_valid=False)

    assert (len(done.rows), len(again.rows), again.unchanged) == (3, 0, 3)
    desk = Unit.objects.get(code="P.1.01")
    assert (desk.parent.code, desk.level, desk.parent.gso_code) == ("P.1", "COMMUNE", "77001")
    assert UnitVersion.objects.filter(unit__code__startswith="P.").count() == 3
    assert closure.disagreements() == []


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"Mã định danh": "p 1"}, "Mã định danh"),
        ({"Mã định danh": None}, "Mã định danh"),
        ({"Tên đơn vị": ""}, "Tên đơn vị"),
        ({"Loại đơn vị": "Huyện"}, "Loại đơn vị"),
        ({"Loại đơn vị": "PROVINCE"}, "Mã đơn vị cấp trên"),
        ({"Mã đơn vị cấp trên": "KHÔNG"}, "Mã đơn vị cấp trên"),
        ({"Mã đơn vị cấp trên": "P.9"}, "Mã đơn vị cấp trên"),
        ({"Ngày hiệu lực": "31/02/2026"}, "Ngày hiệu lực"),
        ({"Ngày hiệu lực": None}, "Ngày hiệu lực"),
        ({"Mã đơn vị hành chính": "77a"}, "Mã đơn vị hành chính"),
        ({"Mã đơn vị hành chính": "77001"}, "Mã đơn vị hành chính"),
    ],
)
def test_each_fault_of_a_unit_is_told_at_its_row_and_nothing_is_half_imported(
    change: dict[str, Any], column: str
) -> None:
    province = make.province()
    admin = make.holder("UNIT_ADMIN", province)
    good = line("P.1", "Xã", province.code, **{"Mã đơn vị hành chính": "77001"})
    bad = line("P.9", "Xã", province.code, **{"Mã đơn vị hành chính": "77009"}) | change

    with pytest.raises(Invalid) as refusal:
        import_units(admin, read(good, bad), only_valid=False)

    assert f"/3/{column}" in {error.field for error in refusal.value.errors}
    assert {error.field.split("/")[1] for error in refusal.value.errors} == {"3"}
    assert not Unit.objects.filter(code__startswith="P.").exists()


def test_units_above_each_other_in_a_circle_are_refused() -> None:
    admin = make.holder("UNIT_ADMIN", make.province())

    plan = plan_units(admin, read(line("A.1", "DEPARTMENT", "A.2"), line("A.2", "DEPARTMENT", "A.1")))

    assert {error.row for error in plan.errors} == {2, 3}


def test_a_unit_stays_out_of_a_foreign_subtree_and_below_an_ended_one() -> None:
    mine, foreign = make.province(), make.province()
    ended = make.commune(mine)
    Unit.objects.filter(pk=ended.pk).update(valid_to="2026-01-01")
    admin = make.holder("UNIT_ADMIN", mine)

    plan = plan_units(admin, read(line("A.1", "DEPARTMENT", foreign.code), line("A.2", "DESK", ended.code)))

    assert [(error.row, error.column) for error in plan.errors] == [
        (2, "Mã đơn vị cấp trên"),
        (3, "Mã đơn vị cấp trên"),
    ]


def test_a_file_of_units_costs_the_same_statements_whatever_its_rows() -> None:
    province = make.province()
    admin = make.holder("UNIT_ADMIN", province)

    def cost(count: int, mark: str) -> int:
        rows = read(*(line(f"{mark}.{number}", "DEPARTMENT", province.code) for number in range(count)))
        with CaptureQueriesContext(connection) as captured:
            import_units(admin, rows, only_valid=False)
        return len(captured)

    assert cost(2, "X") == cost(120, "Y")


def test_what_is_exported_comes_in_again_unchanged() -> None:
    province = make.province()
    commune = make.commune(province, "=1+1")  # no formula comes out of a name
    admin = make.holder("SYSADMIN", make.nation())
    holder = make.holder("RECEPTION", commune)
    Account.objects.filter(pk=holder.pk).update(username="can-bo-1", display_name="Bùi Thị Lan")
    Account.objects.filter(pk=admin.pk).update(username="quan-tri")

    units = read_rows(BytesIO(exporting.export_units(admin)), unit_rows.COLUMNS, needed=unit_rows.NEEDED)
    exported = read_rows(BytesIO(exporting.export_accounts(admin)), account_check.COLUMNS, needed=account_check.NEEDED)
    own = [row for row in exported if row.get("Tên đăng nhập") == "can-bo-1"]

    below = [row for row in units if row.get("Mã đơn vị cấp trên")]
    assert {row.get("Tên đơn vị") for row in below} >= {"=1+1"}
    assert plan_units(admin, below).unchanged == len(below)
    assert accounts.plan_accounts(admin, own).unchanged == len(own) == 1


def test_an_export_holds_only_what_the_reader_may_see(monkeypatch: pytest.MonkeyPatch) -> None:
    mine, foreign = make.province(), make.province()
    make.commune(mine)
    make.holder("RECEPTION", foreign, "Người Ngoài")
    admin = make.holder("UNIT_ADMIN", mine, "Quản Trị")

    units = read_rows(BytesIO(exporting.export_units(admin)), unit_rows.COLUMNS, needed=["Mã định danh"])
    people = read_rows(BytesIO(exporting.export_accounts(admin)), account_check.COLUMNS, needed=["Họ và tên"])
    monkeypatch.setattr(exporting, "MOST_EXPORTED", 1)

    assert foreign.code not in {row.get("Mã định danh") for row in units}
    assert [row.get("Họ và tên") for row in people] == ["Quản Trị"]
    with pytest.raises(Invalid):
        exporting.export_units(admin)
