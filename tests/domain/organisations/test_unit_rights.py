"""Each place that a change of the unit tree touches needs its own right: one alone is not enough."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from motcua.domain.organisations import units
from motcua.domain.organisations.models import Account, Unit
from motcua.domain.organisations.rules import Level, UnitKind
from motcua.foundation import clock
from motcua.foundation.errors import AccessDenied

from . import factories as make

pytestmark = pytest.mark.django_db
REASON = "Nghị quyết về sắp xếp đơn vị hành chính"


@pytest.fixture
def mine() -> Unit:
    return make.province()


@pytest.fixture
def foreign() -> Unit:
    return make.province()


@pytest.fixture
def administrator(mine: Unit) -> Account:
    """Manages units in `mine` and nowhere else."""
    return make.holder("SYSADMIN", mine)


def test_an_administrator_works_in_the_own_subtree(administrator: Account, mine: Unit) -> None:
    first, second = make.commune(mine), make.commune(mine)

    units.rename_unit(administrator, first.pk, name="Phường Một", on=clock.today(), reason=REASON)
    units.merge_unit(administrator, first.pk, into_id=second.pk, on=clock.today() + timedelta(days=1), reason=REASON)

    first.refresh_from_db()
    assert (first.name, first.successor_id) == ("Phường Một", second.pk)


def test_adding_a_unit_needs_the_right_over_the_unit_above(administrator: Account, foreign: Unit) -> None:
    with pytest.raises(AccessDenied):
        units.create_unit(
            administrator,
            code="H98.16",
            name="Sở Tư pháp",
            kind=UnitKind.DEPARTMENT,
            level=Level.PROVINCE,
            parent_id=foreign.pk,
            valid_from=date(2026, 1, 1),
        )

    assert not Unit.objects.filter(code="H98.16").exists()


def test_renaming_needs_the_right_over_the_unit(administrator: Account, foreign: Unit) -> None:
    with pytest.raises(AccessDenied):
        units.rename_unit(administrator, foreign.pk, name="Tỉnh khác", on=clock.today(), reason=REASON)


@pytest.mark.parametrize("away", [True, False], ids=["from mine to foreign", "from foreign to mine"])
def test_moving_needs_the_right_over_the_unit_and_over_its_new_place(
    administrator: Account, mine: Unit, foreign: Unit, away: bool
) -> None:
    old, new = (mine, foreign) if away else (foreign, mine)
    commune = make.commune(old)

    with pytest.raises(AccessDenied):
        units.move_unit(administrator, commune.pk, parent_id=new.pk, on=clock.today(), reason=REASON)

    commune.refresh_from_db()
    assert commune.parent_id == old.pk


@pytest.mark.parametrize("away", [True, False], ids=["mine into foreign", "foreign into mine"])
def test_merging_needs_the_right_over_the_unit_and_over_its_heir(
    administrator: Account, mine: Unit, foreign: Unit, away: bool
) -> None:
    here, there = make.commune(mine), make.commune(foreign)
    unit, heir = (here, there) if away else (there, here)

    with pytest.raises(AccessDenied):
        units.merge_unit(administrator, unit.pk, into_id=heir.pk, on=clock.today(), reason=REASON)

    unit.refresh_from_db()
    assert unit.valid_to is None
