"""Accounts with their rights from a file: checked whole, written in bulk (ACC-12).

A fixed number of statements, whatever the rows. Nothing is half-imported: with a fault anywhere nothing is written,
unless the administrator says that the rows without fault are to be.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.access import Acting
from motcua.domain.organisations.models import Account, Grant
from motcua.domain.organisations.rules import AccountKind
from motcua.domain.organisations.spreadsheets.account_check import (
    FIELD,
    GRANT_UNIT,
    UNIT,
    USERNAME,
    AccountPlan,
    PlannedRow,
    check,
)
from motcua.domain.organisations.spreadsheets.account_facts import gather
from motcua.domain.organisations.spreadsheets.reading import SheetRow
from motcua.foundation import audit, clock
from motcua.foundation.actor import Actor
from motcua.foundation.errors import FieldError, Invalid

_IMPORT_LOCK = 7_301_002  # any fixed number: one import of accounts at a time


def plan_accounts(acting: Acting, rows: Sequence[SheetRow]) -> AccountPlan:
    """The dry run: what the file would do and every fault of it; writes nothing. 12 statements."""
    units = {row.get(column).upper() for row in rows for column in (UNIT, GRANT_UNIT)}
    facts = gather(
        acting,
        units=units,
        fields={row.get(FIELD).upper() for row in rows},
        usernames={row.get(USERNAME).casefold() for row in rows},
    )
    return check(rows, facts)


@transaction.atomic
def import_accounts(acting: Acting, rows: Sequence[SheetRow], *, only_valid: bool) -> AccountPlan:
    """Opens the accounts and gives the rights of the file; returns what was done.

    - checked again within the transaction, by the rights of now;
    - with a fault anywhere: Invalid (ROWS_REFUSED, every fault with its row), unless `only_valid`;
    - said again, the same file changes nothing;
    - audited: one row per account opened, one per right given.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IMPORT_LOCK])
    plan = plan_accounts(acting, rows)
    if plan.errors and not only_valid:
        raise rows_refused(plan)
    ids = _open(plan.rows)
    given = _give(plan.rows, ids, acting.account_id)
    _record(acting.actor(), plan.rows, ids, given)
    return plan


def rows_refused(plan: AccountPlan) -> Invalid:
    """Every fault of the file as one refusal."""
    errors = [FieldError(f"/{error.row}/{error.column}", "ROW_REFUSED", error.message) for error in plan.errors]
    return Invalid("ROWS_REFUSED", _("Tệp có dòng sai; chưa dòng nào được ghi."), errors=errors)


def _open(rows: Sequence[PlannedRow]) -> dict[str, UUID]:
    """Opens the missing accounts; user name → account of all."""
    new = {row.username: row for row in rows if row.known_id is None}
    accounts: list[Account] = []
    for row in new.values():
        account = Account(
            kind=AccountKind.STAFF.value, display_name=row.name, unit_id=row.unit.id, username=row.username
        )
        account.set_unusable_password()
        accounts.append(account)
    Account.objects.bulk_create(accounts)
    return {row.username: row.known_id for row in rows if row.known_id is not None} | {
        account.username or "": account.pk for account in accounts
    }


def _give(rows: Sequence[PlannedRow], ids: dict[str, UUID], granted_by: UUID) -> list[Grant]:
    now = clock.now()
    new = [row for row in rows if row.grant is not None and not row.is_held]
    _end_expired({(ids[row.username], *row.grant.key()) for row in new if row.grant is not None})
    grants = [
        Grant(
            account_id=ids[row.username],
            role=row.grant.role,
            unit_id=row.grant.unit_id,
            field_id=row.grant.field_id,
            valid_from=row.grant.valid_from or now,
            valid_until=row.grant.valid_until,
            granted_by_id=granted_by,
            granted_at=now,
            reason=row.grant.reason,
        )
        for row in new
        if row.grant is not None
    ]
    return Grant.objects.bulk_create(grants)


def _end_expired(keys: Collection[tuple[UUID, str, int, int | None]]) -> None:
    """Rights that ran out make room for the same ones given anew."""
    now = clock.now()
    expired = Grant.objects.filter(
        account_id__in={key[0] for key in keys}, revoked_at__isnull=True, valid_until__lte=now
    )
    rows = expired.values_list("pk", "account_id", "role", "unit_id", "field_id")
    same = [pk for pk, *key in rows if tuple(key) in keys]
    Grant.objects.filter(pk__in=same).update(revoked_at=now, revoke_reason="Hết hạn, được cấp lại")


def _record(actor: Actor, rows: Sequence[PlannedRow], ids: dict[str, UUID], given: Sequence[Grant]) -> None:
    opened = {ids[row.username]: row.unit.id for row in rows if row.known_id is None}
    entries: list[audit.Entry] = [
        ("account.create", ("account", str(account)), {"unit_id": unit, "by": "file"})
        for account, unit in opened.items()
    ]
    entries += [
        (
            "grant.give",
            ("account", str(grant.account_id)),
            {"grant": grant.pk, "role": grant.role, "unit_id": grant.unit_id, "by": "file"},
        )
        for grant in given
    ]
    audit.record_all(actor, entries)
