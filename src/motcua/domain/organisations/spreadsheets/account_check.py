"""The check of an accounts file: every fault of every row at once, by the same rules as single accounts (ACC-12).

Pure: no ORM, no clock. A row is one account with at most one right; an account with three rights takes three rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.account_rules import ADMINISTRATOR_ROLES
from motcua.domain.organisations.rules import ROLES, why_not_within
from motcua.domain.organisations.spreadsheets.account_facts import Facts, UnitFact
from motcua.domain.organisations.spreadsheets.reading import RowError, SheetRow, day_of
from motcua.foundation import clock

USERNAME: Final = "Tên đăng nhập"
NAME: Final = "Họ và tên"
UNIT: Final = "Mã đơn vị công tác"
ROLE: Final = "Mã vai trò"
GRANT_UNIT: Final = "Mã đơn vị được giao"
FIELD: Final = "Mã lĩnh vực"
SINCE: Final = "Từ ngày"
UNTIL: Final = "Đến hết ngày"
REASON: Final = "Căn cứ"
COLUMNS: Final = (USERNAME, NAME, UNIT, ROLE, GRANT_UNIT, FIELD, SINCE, UNTIL, REASON)
NEEDED: Final = (USERNAME, NAME, UNIT)
_USERNAME_SHAPE = re.compile(r"[a-z0-9][a-z0-9._@-]{2,149}")


@dataclass(frozen=True, slots=True)
class PlannedGrant:
    """A right to be given."""

    role: str
    unit_id: int
    field_id: int | None
    valid_from: datetime | None
    valid_until: datetime | None
    reason: str

    def key(self) -> tuple[str, int, int | None]:
        """What makes two rights the same."""
        return self.role, self.unit_id, self.field_id


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row that can be taken; `known_id` where the account exists already, `is_held` where the right does too."""

    number: int
    username: str
    name: str
    unit: UnitFact
    known_id: UUID | None
    grant: PlannedGrant | None
    is_held: bool

    @property
    def is_unchanged(self) -> bool:
        """Everything the row says is so already."""
        return self.known_id is not None and (self.grant is None or self.is_held)


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """What a file would do: rows that can be taken, every fault of the others."""

    rows: Sequence[PlannedRow]
    errors: Sequence[RowError]

    @property
    def refused_rows(self) -> int:
        """How many rows have a fault."""
        return len({error.row for error in self.errors})

    @property
    def new_accounts(self) -> int:
        """How many accounts would be opened."""
        return len({row.username for row in self.rows if row.known_id is None})

    @property
    def new_grants(self) -> int:
        """How many rights would be given."""
        return sum(row.grant is not None and not row.is_held for row in self.rows)

    @property
    def unchanged(self) -> int:
        """How many rows are so already."""
        return sum(row.is_unchanged for row in self.rows)


class _Row:
    """One row under check: collects its faults."""

    def __init__(self, row: SheetRow, facts: Facts) -> None:
        self.row, self.facts = row, facts
        self.errors: list[RowError] = []
        self.username = row.get(USERNAME).casefold()

    def wrong(self, column: str, message: str | Promise) -> None:
        self.errors.append(RowError(self.row.number, column, message))

    def unit(self, column: str, text: str) -> UnitFact | None:
        fact = self.facts.units.get(text.upper())
        if fact is None:
            self.wrong(column, _("Không có đơn vị nào mang mã định danh này."))
        elif not fact.exists:
            self.wrong(column, _("Đơn vị này đã chấm dứt hoạt động."))
            return None
        return fact

    def moment(self, column: str) -> datetime | None:
        try:
            day = day_of(self.row.get(column))
        except ValueError:
            self.wrong(column, _("Ngày phải viết theo dạng 04/06/2026."))
            return None
        if day is None:
            return None
        begin = clock.local(day.year, day.month, day.day)
        return begin + timedelta(days=1) if column == UNTIL else begin


def check(rows: Sequence[SheetRow], facts: Facts) -> AccountPlan:
    """Judges every row; a row that repeats an earlier one, or contradicts it about the same account, is a fault too."""
    planned: list[PlannedRow] = []
    errors: list[RowError] = []
    said: dict[str, tuple[int, str, str]] = {}
    seen: dict[tuple[str, object], int] = {}
    for row in rows:
        one = _Row(row, facts)
        plan = _planned(one)
        first = said.setdefault(one.username, (row.number, row.get(NAME), row.get(UNIT).upper()))
        if first[1:] != (row.get(NAME), row.get(UNIT).upper()):
            one.wrong(NAME, _("Khác với dòng %(row)d của cùng tên đăng nhập.") % {"row": first[0]})
        if plan is not None and not one.errors:
            key = (plan.username, plan.grant.key() if plan.grant else None)
            earlier = seen.setdefault(key, row.number)
            if earlier != row.number:
                one.wrong(USERNAME, _("Trùng với dòng %(row)d.") % {"row": earlier})
            else:
                planned.append(plan)
        errors += one.errors
    return AccountPlan(planned, errors)


def _planned(one: _Row) -> PlannedRow | None:
    unit = _check_account(one)
    grant = _check_grant(one) if one.row.get(ROLE) else None
    if one.errors or unit is None:
        return None
    known = one.facts.accounts.get(one.username)
    return PlannedRow(
        one.row.number,
        one.username,
        one.row.get(NAME),
        unit,
        known.id if known else None,
        grant,
        _is_held(one, known.id, grant) if known and grant else False,
    )


def _check_account(one: _Row) -> UnitFact | None:
    if not _USERNAME_SHAPE.fullmatch(one.username):
        one.wrong(USERNAME, _("Tên đăng nhập gồm 3 đến 150 chữ thường, chữ số và các dấu . _ - @"))
    if not one.row.get(NAME):
        one.wrong(NAME, _("Phải nhập họ và tên cán bộ."))
    elif len(one.row.get(NAME)) > 200:
        one.wrong(NAME, _("Họ và tên dài quá 200 ký tự."))
    unit = one.unit(UNIT, one.row.get(UNIT))
    known = one.facts.accounts.get(one.username)
    if known is None:
        if unit is not None and not (unit.may_create and (unit.may_grant or not one.row.get(ROLE))):
            one.wrong(UNIT, _("Đơn vị này nằm ngoài phạm vi quản trị của Ông/Bà."))
        return unit
    if not known.within or known.id == one.facts.own_id:
        one.wrong(USERNAME, _("Tên đăng nhập này thuộc một tài khoản mà Ông/Bà không quản trị."))
    elif known.unit_code != one.row.get(UNIT).upper():
        one.wrong(UNIT, _("Tài khoản đang thuộc đơn vị khác; Ông/Bà dùng chức năng chuyển đơn vị công tác."))
    elif known.name != one.row.get(NAME):
        one.wrong(NAME, _("Tài khoản đã có mang họ tên khác."))
    elif not known.is_active:
        one.wrong(USERNAME, _("Tài khoản đang bị khóa hoặc đã thôi việc."))
    return unit


def _check_grant(one: _Row) -> PlannedGrant | None:
    role = one.row.get(ROLE).upper()
    named = one.row.get(GRANT_UNIT)
    unit = one.unit(GRANT_UNIT, named) if named else one.facts.units.get(one.row.get(UNIT).upper())
    since, until = one.moment(SINCE), one.moment(UNTIL)
    field = one.row.get(FIELD).upper()
    if field and field not in one.facts.fields:
        one.wrong(FIELD, _("Không có lĩnh vực nào mang mã này."))
    if until is not None and until <= (since or one.facts.now):
        one.wrong(UNTIL, _("Thời hạn của quyền phải sau thời điểm bắt đầu."))
    if not one.row.get(REASON):
        one.wrong(REASON, _("Phải ghi lý do hoặc văn bản làm căn cứ."))
    if role not in ROLES:
        one.wrong(ROLE, _("Vai trò không tồn tại."))
    elif role in ADMINISTRATOR_ROLES:
        one.wrong(ROLE, _("Vai trò quản trị không cấp bằng tệp: phải có hai người quản trị."))
    elif unit is not None:
        _check_reach(one, role, unit, one.facts.fields.get(field), until)
    if one.errors or unit is None:
        return None
    return PlannedGrant(role, unit.id, one.facts.fields.get(field), since, until, one.row.get(REASON)[:500])


def _check_reach(one: _Row, role: str, unit: UnitFact, field_id: int | None, until: datetime | None) -> None:
    if unit.level not in ROLES[role].levels:
        one.wrong(ROLE, _("Vai trò này không cấp tại đơn vị cấp đã chọn."))
    reasons = [
        why_not_within(authority, role, field_id, until)
        for authority, covered in one.facts.authorities
        if unit.id in covered
    ]
    if None not in reasons:
        one.wrong(ROLE, _("Ông/Bà không thể cấp quyền vượt quá phạm vi quyền của mình."))


def _is_held(one: _Row, account_id: UUID, grant: PlannedGrant) -> bool:
    key = (account_id, *grant.key())
    if key not in one.facts.held:
        return False
    until = one.facts.held[key]
    return until is None or until > one.facts.now
