"""What commands on units, accounts and rights refuse, each with its own code and without changing anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import pytest

from motcua.domain.organisations import holding, services, units
from motcua.domain.organisations.models import Account, Grant, Unit
from motcua.domain.organisations.rules import AccountKind
from motcua.domain.organisations.services import Right
from motcua.foundation import clock
from tests.domain.refusals import refused

from . import factories as make

pytestmark = pytest.mark.django_db
REASON = "Quyết định phân công 12/QĐ-UBND"


@dataclass
class Country:
    """A province with a commune, an administrator of each and an officer with a right."""

    province: Unit = field(default_factory=make.province)

    def __post_init__(self) -> None:
        self.commune = make.commune(self.province)
        self.sibling = make.commune(self.province)
        self.admin = make.holder("UNIT_ADMIN", self.province)
        self.national = make.holder("SYSADMIN", make.nation())
        self.officer = make.holder("RECEPTION", self.commune)
        self.grant = Grant.objects.get(account=self.officer)

    def give(self, by: Account, role: str, unit_id: int, reason: str = REASON) -> object:
        return services.grant_role(by, self.officer.pk, Right(role, unit_id), reason=reason)

    def open(self, by: Account, unit_id: int, *, name: str = "Lê Thị Hoa", kind: AccountKind = AccountKind.STAFF):
        return services.create_account(by, kind=kind, display_name=name, unit_id=unit_id)

    def merge(self, into: Unit) -> object:
        return units.merge_unit(self.national, self.commune.pk, into_id=into.pk, on=clock.today(), reason=REASON)


NOWHERE = 1_000_000_000
REFUSED: list[tuple[str, Callable[[Country], object]]] = [
    ("NAME_REQUIRED", lambda it: it.open(it.admin, it.commune.pk, name="   ")),
    ("UNIT_NOT_FOUND", lambda it: it.open(it.national, NOWHERE)),
    ("PERSON_SIGNS_ON_ITSELF", lambda it: it.open(it.admin, it.commune.pk, kind=AccountKind.PERSON)),
    ("ACCOUNT_NOT_FOUND", lambda it: services.grant_role(it.admin, uuid4(), Right("RETURN", 1), reason=REASON)),
    ("REASON_REQUIRED", lambda it: it.give(it.admin, "RETURN", it.commune.pk, reason=" \n ")),
    ("BEYOND_OWN_RIGHTS", lambda it: it.give(it.admin, "NO_SUCH_ROLE", it.commune.pk)),
    ("ACCESS_DENIED", lambda it: it.give(it.admin, "RETURN", make.province().pk)),
    ("REASON_REQUIRED", lambda it: services.revoke_grant(it.admin, it.grant.pk, reason="  ")),
    ("GRANT_NOT_FOUND", lambda it: services.revoke_grant(it.admin, NOWHERE, reason=REASON)),
    ("ACCESS_DENIED", lambda it: services.revoke_grant(it.officer, it.grant.pk, reason=REASON)),
    (
        "NAME_REQUIRED",
        lambda it: units.rename_unit(it.national, it.commune.pk, name=" ", on=clock.today(), reason=REASON),
    ),
    (
        "UNIT_NOT_FOUND",
        lambda it: units.rename_unit(it.national, NOWHERE, name="Phường Mới", on=clock.today(), reason=REASON),
    ),
    ("UNIT_HEIR_UNFIT", lambda it: it.merge(it.commune)),
    ("ACCESS_DENIED", lambda it: holding.require_somewhere(make.person(), "unit.manage")),
]


@pytest.mark.parametrize(("code", "act"), REFUSED, ids=[f"{n}-{code}" for n, (code, _act) in enumerate(REFUSED)])
def test_a_command_is_refused_with_its_code_and_changes_nothing(code: str, act: Callable[[Country], object]):
    country = Country()
    before = (Account.objects.count(), Grant.objects.filter(revoked_at__isnull=True).count())

    assert refused(lambda: act(country)).code == code

    assert (Account.objects.exclude(kind="PERSON").count(), _standing()) == before
    country.commune.refresh_from_db()
    assert country.commune.valid_to is None


def _standing() -> int:
    return Grant.objects.filter(revoked_at__isnull=True).count()


def test_a_role_that_does_not_exist_is_installed_by_nobody():
    country = Country()

    wrong = refused(
        lambda: services.install_grant(country.officer, Right("NO_SUCH_ROLE", country.commune.pk), reason=REASON)
    )
    lost = refused(lambda: services.install_grant(country.officer, Right("RETURN", NOWHERE), reason=REASON))

    assert (wrong.code, lost.code) == ("ROLE_UNKNOWN", "UNIT_NOT_FOUND")


def test_a_unit_that_has_a_later_change_is_not_merged_away_before_it():
    country = Country()
    later = clock.today() + timedelta(days=30)
    units.rename_unit(country.national, country.commune.pk, name="Phường Mới", on=later, reason=REASON)

    assert refused(lambda: country.merge(country.sibling)).code == "UNIT_LATER_CHANGE"
