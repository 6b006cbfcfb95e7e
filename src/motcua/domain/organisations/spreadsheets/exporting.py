"""Units, and accounts with their rights, as spreadsheets in the very columns that an import reads (ACC-12)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from io import BytesIO

import xlsxwriter
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.access import Acting
from motcua.domain.organisations.account_rules import STATE_NAMES
from motcua.domain.organisations.models import Account, Grant, Unit
from motcua.domain.organisations.rules import AccountKind
from motcua.domain.organisations.spreadsheets import account_check, unit_rows
from motcua.foundation import audit, clock
from motcua.foundation.date_words import short_date, short_moment
from motcua.foundation.errors import Invalid

MOST_EXPORTED = 20_000
_STATE, _LAST_LOGIN = "Tình trạng", "Đăng nhập gần nhất"


def export_units(acting: Acting) -> bytes:
    """The existing units that the reader may see, by code; 3 statements. Raises Invalid (TOO_MANY_ROWS)."""
    units = Unit.objects.visible_to(acting).filter(valid_to__isnull=True).select_related("parent").order_by("code")
    lines = [
        [
            unit.code,
            unit.name,
            unit.kind,
            unit.parent.code if unit.parent else "",
            short_date(unit.valid_from),
            unit.gso_code or "",
            unit.support_phone,
        ]
        for unit in units[: MOST_EXPORTED + 1]
    ]
    audit.record(acting.actor(), "unit.export", ("unit", ""), details={"rows": len(lines)})
    return _workbook(unit_rows.COLUMNS, lines)


def export_accounts(acting: Acting) -> bytes:
    """The staff accounts the reader may see, a row for each right that was not revoked; 4 statements.

    Raises Invalid (TOO_MANY_ROWS).
    """
    accounts = list(
        Account.objects.visible_to(acting)
        .filter(kind=AccountKind.STAFF.value)
        .select_related("unit")
        .order_by("pk")[: MOST_EXPORTED + 1]
    )
    grants: dict[object, list[Grant]] = {}
    held = Grant.objects.filter(account__in=accounts, revoked_at__isnull=True).select_related("unit", "field")
    for grant in held.order_by("pk"):
        grants.setdefault(grant.account_id, []).append(grant)
    lines = [_line(account, grant) for account in accounts for grant in grants.get(account.pk, [None])]
    audit.record(acting.actor(), "account.export", ("account", ""), details={"rows": len(lines)})
    return _workbook((*account_check.COLUMNS, _STATE, _LAST_LOGIN), lines)


def _line(account: Account, grant: Grant | None) -> list[str]:
    right = ["", "", "", "", "", ""]
    if grant is not None:
        last_moment = grant.valid_until - timedelta(microseconds=1) if grant.valid_until else None
        right = [
            grant.role,
            grant.unit.code,
            grant.field.code if grant.field else "",
            short_date(clock.to_local(grant.valid_from).date()),
            short_date(clock.to_local(last_moment).date()) if last_moment else "",
            grant.reason,
        ]
    last_login = short_moment(account.last_login) if account.last_login else ""
    unit = account.unit.code if account.unit else ""
    return [
        account.username or "",
        account.display_name,
        unit,
        *right,
        str(STATE_NAMES[account.state]),
        last_login,
    ]


def template(columns: Sequence[str]) -> bytes:
    """An empty file with the columns, to be filled in."""
    return _workbook(columns, [])


def _workbook(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    """Everything is text: no cell becomes a formula or loses a leading zero."""
    rows = list(lines)
    if len(rows) > MOST_EXPORTED:
        raise Invalid("TOO_MANY_ROWS", _("Danh sách quá dài để kết xuất; Ông/Bà thu hẹp phạm vi rồi thử lại."))
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "constant_memory": True})
    page = book.add_worksheet()
    header = book.add_format({"bold": True})
    for column, name in enumerate(columns):
        page.write_string(0, column, name, header)
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row):
            page.write_string(number, column, text)
    book.close()
    return file.getvalue()
