"""Accounts and rights from a file: a dry run with row numbers, nothing half-imported, no duplicates (ACC-12)."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.domain.organisations import services
from motcua.domain.organisations.access import Place, can
from motcua.domain.organisations.models import Account, Grant, Unit
from motcua.domain.organisations.rules import AccountKind
from motcua.domain.organisations.services import Right
from motcua.domain.organisations.spreadsheets.account_check import COLUMNS, NEEDED
from motcua.domain.organisations.spreadsheets.accounts import import_accounts, plan_accounts
from motcua.domain.organisations.spreadsheets.reading import SheetRow, read_rows
from motcua.foundation import clock
from motcua.foundation.errors import Conflict, DomainError, Invalid
from motcua.foundation.models import AuditEntry

from . import factories as make
from .sheets import sheet

pytestmark = pytest.mark.django_db


def line(username: str, unit: Unit, **change: Any) -> dict[str, Any]:
    row = {
        "Tên đăng nhập": username,
        "Họ và tên": f"Cán bộ {username}",
        "Mã đơn vị công tác": unit.code,
        "Mã vai trò": "RECEPTION",
        "Căn cứ": "Quyết định 12/QĐ-UBND",
    }
    return row | change


def read(*rows: dict[str, Any]) -> list[SheetRow]:
    return read_rows(sheet(COLUMNS, rows), COLUMNS, needed=NEEDED)


@pytest.mark.requirement("ACC-12")
def test_of_500_rows_three_are_bad_then_497_are_written_and_a_second_run_changes_nothing() -> None:
    province, foreign = make.province(), make.commune()
    communes = [make.commune(province) for _ in range(5)]
    admin = make.holder("UNIT_ADMIN", province)
    lines = [line(f"cb{number}", communes[number % 5]) for number in range(500)]
    lines[6] |= {"Mã đơn vị công tác": "KHÔNG CÓ"}
    lines[100] |= {"Mã vai trò": "SYSADMIN"}
    lines[498] |= {"Mã đơn vị công tác": foreign.code}
    rows = read(*lines)
    before = (Account.objects.count(), Grant.objects.count())

    dry = plan_accounts(admin, rows)
    assert sorted({error.row for error in dry.errors}) == [8, 102, 500]  # as the spreadsheet program numbers them
    assert (Account.objects.count(), Grant.objects.count()) == before
    with pytest.raises(Invalid) as refusal:
        import_accounts(admin, rows, only_valid=False)
    assert len(refusal.value.errors) == len(dry.errors)
    assert (Account.objects.count(), Grant.objects.count()) == before
    done = import_accounts(admin, rows, only_valid=True)
    after = (Account.objects.count(), Grant.objects.count())
    again = import_accounts(admin, rows, only_valid=True)

    assert (done.new_accounts, done.new_grants, done.refused_rows) == (497, 497, 3)
    assert after == (before[0] + 497, before[1] + 497)
    assert (again.new_accounts, again.new_grants, again.unchanged) == (0, 0, 497)
    assert (Account.objects.count(), Grant.objects.count()) == after
    assert AuditEntry.objects.filter(action="account.create").count() == 497
    assert AuditEntry.objects.filter(action="grant.give").count() == 497
    account = Account.objects.get(username="cb499")
    assert can(account, "dossier.receive", Place(communes[4].pk))
    assert not can(account, "dossier.receive", Place(communes[3].pk))


def test_a_file_costs_the_same_statements_whatever_its_rows() -> None:
    province = make.province()
    communes = [make.commune(province) for _ in range(4)]
    admin = make.holder("UNIT_ADMIN", province)

    def cost(count: int, name: str) -> tuple[int, int]:
        rows = read(*(line(f"{name}{number}", communes[number % 4]) for number in range(count)))
        with CaptureQueriesContext(connection) as dry:
            plan_accounts(admin, rows)
        with CaptureQueriesContext(connection) as whole:
            import_accounts(admin, rows, only_valid=False)
        return len(dry), len(whole)

    assert cost(2, "it") == cost(80, "nhieu")


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"Tên đăng nhập": "a b"}, "Tên đăng nhập"),
        ({"Tên đăng nhập": "<script>"}, "Tên đăng nhập"),
        ({"Họ và tên": " "}, "Họ và tên"),
        ({"Họ và tên": "x" * 201}, "Họ và tên"),
        ({"Mã đơn vị công tác": None}, "Mã đơn vị công tác"),
        ({"Mã vai trò": "EMPEROR"}, "Mã vai trò"),
        ({"Mã vai trò": "UNIT_ADMIN"}, "Mã vai trò"),
        ({"Mã vai trò": "RECON"}, "Mã vai trò"),
        ({"Mã đơn vị được giao": "KHÔNG"}, "Mã đơn vị được giao"),
        ({"Mã lĩnh vực": "G99-X"}, "Mã lĩnh vực"),
        ({"Từ ngày": "mai"}, "Từ ngày"),
        ({"Đến hết ngày": "31/02/2099"}, "Đến hết ngày"),
        ({"Đến hết ngày": "01/01/2020"}, "Đến hết ngày"),
        ({"Căn cứ": None}, "Căn cứ"),
    ],
)
def test_each_fault_is_told_at_its_row_and_column(change: dict[str, Any], column: str) -> None:
    commune = make.commune()
    admin = make.holder("UNIT_ADMIN", commune)

    plan = plan_accounts(admin, read(line("dung", commune), line("sai", commune, **change)))

    assert {(error.row, error.column) for error in plan.errors} >= {(3, column)}
    assert {error.row for error in plan.errors} == {3}
    assert [row.username for row in plan.rows] == ["dung"]


def test_all_faults_of_a_row_are_told_at_once() -> None:
    commune = make.commune()
    admin = make.holder("UNIT_ADMIN", commune)

    plan = plan_accounts(admin, read(line("?", commune, **{"Họ và tên": "", "Mã vai trò": "X", "Từ ngày": "x"})))

    assert [error.column for error in plan.errors] == ["Tên đăng nhập", "Họ và tên", "Từ ngày", "Mã vai trò"]


def test_three_rights_of_one_account_take_three_rows_and_a_repeated_row_is_a_fault() -> None:
    commune = make.commune()
    admin = make.holder("UNIT_ADMIN", commune)
    same = {"Họ và tên": "Lê Thị Hoa"}
    rows = read(
        line("hoa", commune, **same),
        line("HOA", commune, **same, **{"Mã vai trò": "return", "Đến hết ngày": date(2099, 12, 31)}),
        line("hoa", commune, **same),
        line("hoa", commune, **{"Họ và tên": "Người Khác", "Mã vai trò": "PROCESSOR"}),
    )

    plan = import_accounts(admin, rows, only_valid=True)

    assert [(error.row, error.column) for error in plan.errors] == [(4, "Tên đăng nhập"), (5, "Họ và tên")]
    account = Account.objects.get(username="hoa")
    grants = account.grants.order_by("role").values_list("role", "valid_until")
    assert list(grants) == [("RECEPTION", None), ("RETURN", clock.local(2100, 1, 1))]


def test_an_account_of_another_subtree_or_another_unit_is_not_touched() -> None:
    province, other = make.province(), make.province()
    here, there = make.commune(province), make.commune(province)
    admin = make.holder("UNIT_ADMIN", province)
    Account.objects.create(kind="STAFF", display_name="Cán bộ o-xa", unit=other, username="o-xa")
    Account.objects.create(kind="STAFF", display_name="Cán bộ gan", unit=there, username="gan")
    Account.objects.create(kind="STAFF", display_name="Cán bộ khoa", unit=here, username="khoa", is_active=False)

    plan = plan_accounts(admin, read(line("o-xa", here), line("gan", here), line("khoa", here)))

    assert [(error.row, error.column) for error in plan.errors] == [
        (2, "Tên đăng nhập"),
        (3, "Mã đơn vị công tác"),
        (4, "Tên đăng nhập"),
    ]


def test_an_administrator_for_a_time_and_a_field_gives_no_more_by_file() -> None:
    province, field = make.province(), make.field()
    commune, end = make.commune(province), clock.now() + timedelta(days=30)
    admin = make.officer(province)
    make.grant(admin, "UNIT_ADMIN", province, within=None, until=end)
    sooner = clock.to_local(end - timedelta(days=2)).strftime("%d/%m/%Y")

    plan = plan_accounts(
        admin,
        read(
            line("mai-mai", commune),
            line("vua-du", commune, **{"Đến hết ngày": sooner, "Mã lĩnh vực": field.code.lower()}),
        ),
    )

    assert [error.row for error in plan.errors] == [2]
    assert [row.username for row in plan.rows] == ["vua-du"]


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (BytesIO(b"khong phai bang tinh"), "SHEET_UNREADABLE"),
        (sheet(["Họ và tên"], []), "COLUMNS_MISSING"),
        (sheet([], []), "COLUMNS_MISSING"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_in_words(file: BytesIO, code: str) -> None:
    file.seek(0)
    with pytest.raises(Invalid) as refusal:
        read_rows(file, COLUMNS, needed=NEEDED)

    assert refusal.value.code == code


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motcua.domain.organisations.spreadsheets.reading.MOST_ROWS", 2)

    with pytest.raises(Invalid) as refusal:
        read(*({"Tên đăng nhập": f"a{number}"} for number in range(3)))

    assert refusal.value.code == "TOO_MANY_ROWS"


def test_columns_are_found_in_any_order_and_spelling_and_blank_rows_are_left_out() -> None:
    file = sheet(
        ["HO VA TEN", "thừa", "ma don vi cong tac", "Tên đăng nhập"],
        [{"HO VA TEN": "  Lê   Hoa ", "Tên đăng nhập": 123.0}, {}, {"Tên đăng nhập": "b"}],
    )

    rows = read_rows(file, COLUMNS, needed=NEEDED)

    assert [(row.number, row.get("Họ và tên"), row.get("Tên đăng nhập")) for row in rows] == [
        (2, "Lê Hoa", "123"),
        (4, "", "b"),
    ]


ROLES_TRIED = ["RECEPTION", "RETURN", "RECON", "UNIT_ADMIN", ""]


@settings(max_examples=25, deadline=None)
@given(
    wanted=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from(ROLES_TRIED)), min_size=1, max_size=8
    )
)
def test_the_file_ends_where_the_same_acts_one_by_one_end(wanted: list[tuple[int, int, str]]) -> None:
    """The bulk path against the services: same accounts, same rights, same refusals."""
    with transaction.atomic():
        _compare(wanted)
        transaction.set_rollback(True)


def _compare(wanted: list[tuple[int, int, str]]) -> None:
    province = make.province()
    units = [make.commune(province), make.commune(province), make.commune(), province]
    admin = make.holder("UNIT_ADMIN", province)
    homes = {name: home for name, home, _ in reversed(wanted)}
    rows = [(name, units[homes[name]], role) for name, _, role in wanted]

    file = read(*(line(f"file-{name}", unit, **{"Mã vai trò": role}) for name, unit, role in rows))
    import_accounts(admin, file, only_valid=True)
    for name, unit, role in rows:
        _one_by_one(admin, f"single-{name}", unit, role)

    assert _state("file-") == _state("single-")


def _one_by_one(admin: Account, username: str, unit: Unit, role: str) -> None:
    """What a row says, by the services of single acts; nothing of it where any part is refused."""
    try:
        with transaction.atomic():
            account = Account.objects.filter(username=username).first() or services.create_account(
                admin, kind=AccountKind.STAFF, display_name="X", unit_id=unit.pk, username=username
            )
            if role:
                try:
                    services.grant_role(admin, account.pk, Right(role, unit.pk), reason="Quyết định")
                except Conflict as error:
                    if error.code != "GRANT_EXISTS":
                        raise
    except DomainError:
        return


def _state(prefix: str) -> set[tuple[str, int | None, frozenset[tuple[str, int]]]]:
    return {
        (
            (account.username or "").removeprefix(prefix),
            account.unit_id,
            frozenset(account.grants.values_list("role", "unit_id")),
        )
        for account in Account.objects.filter(username__startswith=prefix)
    }
