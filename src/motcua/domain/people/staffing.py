"""Which person may sign on to an officer's account: linked when the account is opened (IDN-01, ACC-03)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations import services as accounts
from motcua.domain.organisations.access import Acting, require
from motcua.domain.organisations.events import AccountOpenedOnRequest
from motcua.domain.organisations.models import Account
from motcua.domain.organisations.rules import AccountKind
from motcua.domain.people import profiles
from motcua.domain.people.models import Person, StaffIdentity
from motcua.foundation.errors import NotFound
from motcua.foundation.events import Recorded
from motcua.foundation.identifiers import IdentityKind, parse_identity


@transaction.atomic
def open_officer(acting: Acting, *, display_name: str, unit_id: int, citizen_id: str, username: str = "") -> Account:
    """Opens an officer's account and links it to the person with this citizen's number, who may then sign on by VNeID.

    A person not known yet is registered by the document, as at a counter. Raises as `create_account`, Invalid for a
    number that is none, Conflict (STAFF_LINKED) where the person has an officer's account already.
    """
    document = parse_identity(IdentityKind.CITIZEN_ID, citizen_id)
    account = accounts.create_account(
        acting, kind=AccountKind.STAFF, display_name=display_name, unit_id=unit_id, username=username
    )
    person = profiles.register_at_counter(account.display_name, document, actor=acting.actor())
    profiles.install_staff_link(account, person, actor=acting.actor())
    return account


@transaction.atomic
def link_identity(acting: Acting, account_id: UUID, *, citizen_id: str) -> None:
    """Lets the person with this citizen's number sign on to an officer's account that was opened without (by a file).

    Needs `account.create` over the account. Raises as `profiles.link_staff`, and Invalid for a number that is none.
    """
    document = parse_identity(IdentityKind.CITIZEN_ID, citizen_id)
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        raise NotFound("ACCOUNT_NOT_FOUND", _("Không tìm thấy tài khoản hoặc danh tính."))
    actor = require(acting, "account.create", account)
    person = profiles.register_at_counter(account.display_name, document, actor=actor)
    profiles.link_staff(acting, account_id, person.pk)


def has_identity(account_id: UUID) -> bool:
    """Whether somebody may sign on to the account by VNeID. One statement."""
    return StaffIdentity.objects.filter(account_id=account_id).exists()


def link_who_asked(recorded: Sequence[Recorded]) -> None:
    """Lets the person who asked for the account sign on to it. Raises Conflict (STAFF_LINKED): the approval fails."""
    for item in recorded:
        body = item.body
        if isinstance(body, AccountOpenedOnRequest):
            _link(item.aggregate_id, body.asked_by, item)


def _link(account_id: UUID, asked_by: UUID, item: Recorded) -> None:
    person = Person.objects.get(account_id=asked_by)
    profiles.install_staff_link(Account.objects.get(pk=account_id), person, actor=item.actor)
