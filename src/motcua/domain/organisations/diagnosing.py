"""The diagnostic: may this account do that, by which grant, what is missing and who can give it (ACC-09)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.access import Acting, Place
from motcua.domain.organisations.explaining import Explanation, describe, explain, require
from motcua.domain.organisations.models import Account, Field, Grant, Unit
from motcua.domain.organisations.rules import ACTIONS, AccountKind, Words
from motcua.foundation.errors import Invalid, NotFound
from motcua.foundation.text import fold, normalise_line

MOST_FOUND: Final = 20


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One answer: whose account, what for, the explanation, and the grants behind it in words."""

    account: Account
    action: str
    explanation: Explanation
    by: Sequence[str]

    @property
    def words(self) -> Words:
        return ACTIONS[self.action].words


def accounts_matching(acting: Acting, text: str) -> list[Account]:
    """Staff and system accounts the asker may see, and their own, by part of the name or by id.

    At most twenty; two statements.
    """
    wanted = normalise_line(text)
    if not wanted:
        return []
    match = Q(name_folded__contains=fold(wanted)) | Q(username__iexact=wanted)
    with suppress(ValueError):
        match |= Q(pk=UUID(wanted))
    accounts = Account.objects.visible_to(acting).exclude(kind=AccountKind.PERSON.value).filter(match)
    return list(accounts.select_related("unit").order_by("display_name", "pk")[:MOST_FOUND])


def subject_account(acting: Acting, account_id: UUID) -> Account:
    """The account to be looked into: the asker's own, or one over which they may view accounts.

    Raises NotFound, AccessDenied.
    """
    account = (
        Account.objects.exclude(kind=AccountKind.PERSON.value).select_related("unit").filter(pk=account_id).first()
    )
    if account is None:
        raise NotFound("ACCOUNT_NOT_FOUND", _("Không tìm thấy tài khoản."))
    require(acting, "account.view", account)
    return account


def place_of(unit: str, field_code: str = "") -> Place:
    """The unit (by code or whole name) and field (by code) that a question is about.

    Raises Invalid (UNIT_NOT_FOUND, UNIT_AMBIGUOUS, FIELD_NOT_FOUND) with the field to be mended. Two statements.
    """
    text = normalise_line(unit)
    named = Unit.objects.filter(Q(code=text) | Q(name_folded=fold(text), valid_to__isnull=True))
    found = {code: pk for pk, code in named.values_list("pk", "code")[:MOST_FOUND]}
    unit_id = found.get(text) or (next(iter(found.values())) if len(found) == 1 else None)
    if found and unit_id is None:
        raise Invalid("UNIT_AMBIGUOUS", _("Có nhiều đơn vị cùng tên này, hãy nhập mã định danh."), field="unit")
    if unit_id is None:
        raise Invalid("UNIT_NOT_FOUND", _("Không có đơn vị mang mã hoặc tên này."), field="unit")
    if not field_code.strip():
        return Place(unit_id)
    field_id = Field.objects.filter(code=field_code.strip()).values_list("pk", flat=True).first()
    if field_id is None:
        raise Invalid("FIELD_NOT_FOUND", _("Không có lĩnh vực mang mã này."), field="field")
    return Place(unit_id, field_id)


def diagnose(acting: Acting, account_id: UUID, action: str, thing: object) -> Diagnosis:
    """Asks the one access policy about another's account, and names the grants that answered.

    `thing` is an object under the policy (a dossier) or a `Place`. Raises AccessDenied, NotFound, Invalid.
    """
    if action not in ACTIONS:
        raise Invalid("UNKNOWN_ACTION", _("Không có chức năng này."), field="action")
    account = subject_account(acting, account_id)
    explanation = explain(account, action, thing)
    grants = Grant.objects.filter(pk__in=explanation.grant_ids).select_related("unit", "field").order_by("pk")
    return Diagnosis(account, action, explanation, [describe(grant) for grant in grants])
