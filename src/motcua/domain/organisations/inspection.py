"""Accounts of inspection and survey teams: read only, chosen localities, ending by themselves, watched (ACC-13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.domain.organisations.access import Acting
from motcua.domain.organisations.account_rules import INSPECTION_ROLES
from motcua.domain.organisations.holding import actions_held
from motcua.domain.organisations.models import Account
from motcua.domain.organisations.policies import INSPECTION_MOST_DAYS
from motcua.domain.organisations.rules import AccountKind
from motcua.domain.organisations.services import Right, create_account, grant_role
from motcua.foundation import clock
from motcua.foundation.errors import AccessDenied, Invalid


@transaction.atomic
def open_inspection_account(
    acting: Acting,
    *,
    display_name: str,
    home_unit_id: int,
    role: str,
    localities: Sequence[int],
    first_day: date,
    last_day: date,
    reason: str,
) -> Account:
    """Opens an account that reads the chosen localities from the first day to the end of the last one.

    - needs `account.create` over the home unit and, for every locality, the right to give the role there (ACC-03);
    - the role reads only (MONITOR) or records survey findings besides (SURVEYOR); the account never gets another one;
    - no longer than the policy `accounts.inspection_most_days`.

    Raises AccessDenied, NotFound, Conflict, Invalid (INSPECTION_ROLE, INSPECTION_PLACES, INSPECTION_PERIOD).
    """
    if role not in INSPECTION_ROLES:
        raise Invalid("INSPECTION_ROLE", _("Chọn vai trò giám sát hoặc thành viên đoàn khảo sát."), field="role")
    if not localities:
        raise Invalid("INSPECTION_PLACES", _("Phải chọn ít nhất một địa bàn."), field="localities")
    most = INSPECTION_MOST_DAYS.get()
    if not timedelta(0) <= last_day - first_day < timedelta(days=most) or last_day < clock.today():
        raise Invalid(
            "INSPECTION_PERIOD",
            _("Thời hạn phải chưa hết, không ngược và không quá %(most)d ngày.") % {"most": most},
            field="last_day",
        )
    account = create_account(
        acting, kind=AccountKind.STAFF, display_name=display_name, unit_id=home_unit_id, is_inspection=True
    )
    begin = clock.local(first_day.year, first_day.month, first_day.day)
    after = last_day + timedelta(days=1)
    end = clock.local(after.year, after.month, after.day)
    for unit_id in dict.fromkeys(localities):
        right = Right(role, unit_id, valid_from=begin, valid_until=end)
        grant_role(acting, account.pk, right, reason=reason)
    return account


def refuse_outside_period(acting: Acting) -> None:
    """Refuses an inspection account that holds no right now: before its first day, after its last. 1 statement.

    Raises AccessDenied (INSPECTION_ENDED).
    """
    if actions_held(acting):
        return
    raise AccessDenied(
        "INSPECTION_ENDED",
        _("Tài khoản kiểm tra, khảo sát này chưa đến hạn hoặc đã hết hạn sử dụng."),
        details={"action": "inspection", "subject": ["account", str(acting.account_id)], "missing": "PERIOD"},
    )
