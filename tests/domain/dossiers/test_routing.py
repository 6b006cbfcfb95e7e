"""Each dossier goes to exactly one unit, by service, locality and level, and the rule is recorded (DPH-01)."""

from __future__ import annotations

from itertools import product

import pytest
from django.db import IntegrityError, transaction

from motcua.domain.dossiers.models import Dossier, RoutingRule
from motcua.domain.dossiers.routing import locality_id_of, route
from motcua.domain.organisations.models import Unit
from motcua.domain.organisations.rules import UnitKind
from motcua.foundation import events
from motcua.foundation.errors import Invalid
from tests.domain.dossiers.world import FREE, World
from tests.domain.organisations import factories

SERVICES = ["1.004873.01", "2.000635.01", "1.013831.01", "1.001193.01", "9.000001.01"]


@pytest.fixture
def places(world: World) -> dict[str, Unit]:
    """Two provinces: H26 with a desk in each of two communes, H42 with a provincial desk and a commune without one."""
    other = factories.unit(UnitKind.PROVINCE, factories.nation(), code="H42", name="Tỉnh Ninh Bình")
    centre = factories.unit(UnitKind.DESK, other, code="H42.01", name="Trung tâm Phục vụ hành chính công")
    bare = factories.unit(UnitKind.COMMUNE, other, code="H42.900.001", name="Xã Gia Viễn")
    office = factories.unit(UnitKind.DEPARTMENT, world.province, code="H26.15", name="Văn phòng Đăng ký đất đai")
    branch = factories.unit(UnitKind.DEPARTMENT, world.commune, code="H26.900.004.15", name="Chi nhánh đất đai")
    RoutingRule.objects.create(locality=other, receiving_unit=centre)
    rules = [
        ("1.013831.01", world.province, office, "dat-dai"),
        ("1.013831.01", world.commune, branch, "dat-dai"),
        ("1.001193.01", factories.nation(), centre, "ho-tich"),
    ]
    for service, locality, unit, system in rules:
        RoutingRule.objects.create(
            service_code=service, locality=locality, receiving_unit=unit, specialised_system=system
        )
    return {
        "commune": world.commune, "other": world.other_commune, "province": world.province,
        "desk": world.desk, "bare": bare, "H42": other,
    }  # fmt: skip


EXPECTED = {
    # service: unit and system by locality; "-" where nobody receives it
    "default": {
        "commune": "H26.900.004.01", "other": "H26.900.008.01", "province": "-",
        "desk": "H26.900.004.01", "bare": "H42.01", "H42": "H42.01",
    },
    "1.013831.01": {
        "commune": "H26.900.004.15 dat-dai", "other": "H26.15 dat-dai", "province": "H26.15 dat-dai",
        "desk": "H26.900.004.15 dat-dai", "bare": "H42.01", "H42": "H42.01",
    },
    "1.001193.01": dict.fromkeys(["commune", "other", "province", "desk", "bare", "H42"], "H42.01 ho-tich"),
}  # fmt: skip


def _found(service: str, place: Unit) -> str:
    try:
        found = route(service, place.pk)
    except Invalid as error:
        return "-" if error.code == "NO_ROUTE" else error.code
    return f"{found.unit_code} {found.specialised_system}".strip()


@pytest.mark.requirement("DPH-01")
def test_thirty_combinations_reach_their_unit_and_system_and_ambiguity_is_refused(
    world: World, places: dict[str, Unit]
):
    combinations = list(product(SERVICES, places))
    assert len(combinations) == 30

    found = {(service, name): _found(service, places[name]) for service, name in combinations}

    assert found == {(s, name): EXPECTED.get(s, EXPECTED["default"])[name] for s, name in combinations}
    dossier = world.submitted(FREE)
    rule = RoutingRule.objects.get(service_code="", locality=world.commune)
    assert Dossier.objects.get(pk=dossier.pk).routing_rule_id == rule.pk
    assert events.of_dossier(dossier.pk)[0].body.routing_rule_id == rule.pk
    for service, locality in (("", world.commune), ("1.013831.01", world.province)):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoutingRule.objects.create(service_code=service, locality=locality, receiving_unit=world.other_desk)


def test_a_unit_that_was_closed_receives_nothing(world: World):
    Unit.objects.filter(pk=world.desk.pk).update(valid_to="2026-01-01")

    assert _found("1.004873.01", world.commune) == "-"


def test_a_locality_is_known_by_its_code_only(world: World):
    assert locality_id_of("H26.900.004") == world.commune.pk
    for code in ("", "H26.900.999", "' OR 1=1"):
        with pytest.raises(Invalid):
            locality_id_of(code)
