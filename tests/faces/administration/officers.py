"""Officers of the administration as signed-in browsers."""

from __future__ import annotations

from motcua.domain.organisations.models import Account
from motcua.domain.organisations.rules import AccountKind
from motcua.domain.people.principal import Principal
from tests.faces.pages import Browser


def principal_of(account: Account) -> Principal:
    """The account as a session holds it."""
    return Principal(account.pk, AccountKind(account.kind), account.display_name, 2)


def browser_of(account: Account) -> Browser:
    """A browser without JavaScript signed in as `account`."""
    return Browser(principal_of(account))
