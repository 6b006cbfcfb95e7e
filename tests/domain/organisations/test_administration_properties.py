"""Whatever administrators try, in whatever order: nobody has more than was handed down, and the tree stays a tree."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.domain.organisations import closure, detectors, grant_requests, services, units
from motcua.domain.organisations.account_rules import ADMINISTRATOR_ROLES
from motcua.domain.organisations.models import Account, Grant, Unit, UnitClosure, UnitVersion
from motcua.domain.organisations.rules import LEVEL_OF, ROLES, Level, UnitKind
from motcua.domain.organisations.services import Right
from motcua.foundation import clock
from motcua.foundation.errors import DomainError

from . import factories as make

pytestmark = pytest.mark.django_db
SLOW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

place = st.integers(0, 5)
role = st.sampled_from(
    ["RECEPTION", "UNIT_ADMIN", "MONITOR", "PROVINCE_ACCOUNT_COORD", "SYSADMIN", "RECON", "SURVEYOR"]
)
grants = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), role, place, st.sampled_from([None, 5, 50])), max_size=14
)


@SLOW
@given(tries=grants)
def test_nobody_ever_holds_more_than_somebody_could_hand_down(
    tries: list[tuple[int, int, str, int, int | None]],
) -> None:
    with transaction.atomic():
        _hand_down(tries)
        transaction.set_rollback(True)


def _hand_down(tries: list[tuple[int, int, str, int, int | None]]) -> None:
    """Two administrators of one province and four officers try to give one another everything."""
    mine, foreign = make.province(), make.province()
    ward, other = make.commune(mine), make.commune(mine)
    at = [mine, ward, other, foreign, make.commune(foreign), make.nation()]
    end = clock.now() + timedelta(days=30)
    first, second = make.holder("UNIT_ADMIN", mine, until=end), make.holder("UNIT_ADMIN", mine, until=end)
    people = [first, second, *(make.officer(unit) for unit in (mine, ward, other, foreign))]
    handed_in = set(Grant.objects.values_list("pk", flat=True))

    for giver, taker, wanted, where, days in tries:
        until = clock.now() + timedelta(days=days) if days else None
        _try(people, people[giver], people[taker], Right(wanted, at[where].pk, valid_until=until))

    below = set(UnitClosure.objects.filter(ancestor=mine).values_list("descendant_id", flat=True))
    for grant in Grant.objects.exclude(pk__in=handed_in).select_related("account"):
        assert grant.unit_id in below
        assert grant.account.unit_id in below
        assert grant.role in ROLES["UNIT_ADMIN"].gives
        assert grant.valid_until is not None
        assert grant.valid_until <= end
        assert grant.granted_by_id != grant.account_id
        if grant.role in ADMINISTRATOR_ROLES:
            request = grant.confirmed_request
            assert len({request.requested_by_id, request.decided_by_id, grant.account_id}) == 3


def _try(people: list[Account], giver: Account, taker: Account, right: Right) -> None:
    """The direct way, then the way over a second administrator, whoever confirms."""
    try:
        with transaction.atomic():
            services.grant_role(giver, taker.pk, right, reason="Quyết định")
    except DomainError:
        pass
    else:
        return
    try:
        with transaction.atomic():
            asked = grant_requests.propose_grant(giver, taker.pk, right, reason="Quyết định")
    except DomainError:
        return
    for somebody in people:
        try:
            with transaction.atomic():
                grant_requests.confirm_grant(somebody, asked.pk)
        except DomainError:
            continue


changes = st.lists(
    st.tuples(st.sampled_from(["create", "move", "merge", "rename", "apply"]), st.integers(0, 9), st.integers(0, 9),
              st.integers(-3, 20)),
    min_size=3, max_size=16,
)  # fmt: skip


@SLOW
@given(tries=changes)
def test_the_tree_stays_a_tree_whatever_is_created_moved_and_merged(tries: list[tuple[str, int, int, int]]) -> None:
    with transaction.atomic():
        _grow(tries)
        transaction.set_rollback(True)


def _grow(tries: list[tuple[str, int, int, int]]) -> None:
    root = make.holder("SYSADMIN", make.nation())
    province = make.province()
    known = [province, make.commune(province), make.unit(UnitKind.DEPARTMENT, province)]
    for number, (act, one, other, days) in enumerate(tries):
        try:
            with transaction.atomic():
                made = _change(root, act, known[one % len(known)], known[other % len(known)], days, number)
        except DomainError:
            continue
        if made is not None:
            known.append(made)

    assert closure.disagreements() == []
    assert list(detectors.existing_units_stand_below_existing_units()) == []
    for unit in Unit.objects.all():
        above = UnitClosure.objects.filter(descendant=unit, ancestor__parent__isnull=True).count()
        assert above == 1, "every unit hangs at the nation, once"
        history = list(UnitVersion.objects.filter(unit=unit).order_by("valid_from"))
        assert all(early.valid_to == late.valid_from for early, late in pairwise(history))
        assert history[-1].valid_to == unit.valid_to


def _change(root: Account, act: str, one: Unit, other: Unit, days: int, number: int) -> Unit | None:
    day = clock.today() + timedelta(days=days)
    if act == "apply":
        units.apply_due_changes()
    elif act == "create":
        kind = (UnitKind.DEPARTMENT, UnitKind.DESK)[number % 2]
        return units.create_unit(
            root, code=f"T{number}", name=f"Đơn vị {number}", kind=kind, parent_id=other.pk,
            level=LEVEL_OF.get(kind, Level.PROVINCE), valid_from=day,
        )  # fmt: skip
    elif act == "move":
        units.move_unit(root, one.pk, parent_id=other.pk, on=day, reason="Nghị quyết")
    elif act == "merge":
        units.merge_unit(root, one.pk, into_id=other.pk, on=day, reason="Nghị quyết")
    else:
        units.rename_unit(root, one.pk, name=f"Tên {number}", on=day, reason="Nghị quyết")
    return None
