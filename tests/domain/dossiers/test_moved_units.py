"""A unit moves in the tree: its dossiers keep their history, and routes follow from the day (ACC-01)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from motcua.domain.dossiers import reference as routes
from motcua.domain.dossiers import services
from motcua.domain.dossiers.models import Dossier, RoutingRule
from motcua.domain.dossiers.routing import route
from motcua.domain.organisations import closure, detectors, queries, reference, units
from motcua.domain.organisations.models import Unit
from motcua.foundation import clock, events
from motcua.foundation.errors import Conflict
from tests.domain.dossiers.world import FREE, World, applicant, officer, publish
from tests.domain.organisations import factories

REASON = "Nghị quyết về sắp xếp đơn vị hành chính"


@pytest.fixture
def country(db: None) -> World:
    """The whole reference tree, with officers at Phường Ba Đình."""
    reference.load_reference_units()
    routes.load_routes()
    at = {code: Unit.objects.get(code=code) for code in ("H26", "H26.900.004", "H26.900.008")}
    commune, other = at["H26.900.004"], at["H26.900.008"]
    world = World(
        province=at["H26"],
        commune=commune,
        other_commune=other,
        desk=queries.desk_of(commune.pk),
        other_desk=queries.desk_of(other.pk),
        citizen=applicant(),
        neighbour=applicant("Trần Thị Bình", "84987654321"),
        reception=officer("RECEPTION", commune),
        processor=officer("PROCESSOR", commune),
        approver=officer("APPROVER", commune),
        returner=officer("RETURN", commune),
        stranger=officer("RECEPTION", other),
        monitor=officer("MONITOR", at["H26"]),
    )
    publish(world, FREE)
    return world


def centre_of(province: Unit) -> Unit:
    """The province's centre, made the receiver of the service for the whole province."""
    centre = queries.desk_of(province.pk)
    RoutingRule.objects.create(service_code=f"{FREE}.01", locality=province, receiving_unit=centre)
    return centre


@pytest.mark.requirement("ACC-01")
def test_a_commune_moves_with_its_history_and_the_route_follows_from_the_day(country: World):
    admin = factories.holder("SYSADMIN", factories.nation())
    before, after = country.province, Unit.objects.get(code="H19")
    commune, service = country.commune, f"{FREE}.01"
    dossier = country.submitted()
    services.receive(country.reception, dossier.pk)
    told = [item.body.type_name for item in events.of_dossier(dossier.pk)]
    old_centre, new_centre = centre_of(before), centre_of(after)
    day = clock.today() + timedelta(days=10)

    units.move_unit(admin, commune.pk, parent_id=after.pk, on=day, reason=REASON)

    assert route(service, commune.pk).receiving_unit_id == old_centre.pk
    with clock.travel(clock.local(day.year, day.month, day.day, 9), ticking=True):
        assert units.apply_due_changes() == 1
        assert route(service, commune.pk).receiving_unit_id == new_centre.pk
        services.start(country.processor, dossier.pk)
        moved = Dossier.objects.get(pk=dossier.pk)
        assert [item.body.type_name for item in events.of_dossier(dossier.pk)] == [*told, "dossier.processing_started"]
        assert (moved.code, moved.receiving_unit_id) == (dossier.code, dossier.receiving_unit_id)
        assert len(queries.provinces()) == 34
        assert closure.disagreements() == []
        with pytest.raises(Conflict) as loop:
            units.move_unit(admin, after.pk, parent_id=commune.pk, on=day, reason=REASON)
        assert loop.value.code == "UNIT_LOOP"
        assert list(detectors.unit_tree_is_sound()) == list(detectors.existing_units_stand_below_existing_units()) == []
    assert queries.version_on(commune.pk, day - timedelta(days=1)).parent_id == before.pk
    assert queries.version_on(commune.pk, day).parent_id == after.pk


def test_a_merged_desk_receives_until_the_day_and_its_successor_from_then_on(country: World):
    admin = factories.holder("SYSADMIN", factories.nation())
    desk, heir = queries.desk_of(country.commune.pk), queries.desk_of(country.other_commune.pk)
    dossier, service = country.submitted(), f"{FREE}.01"
    day = clock.today() + timedelta(days=10)

    units.merge_unit(admin, desk.pk, into_id=heir.pk, on=day, reason=REASON)

    assert route(service, country.commune.pk).receiving_unit_id == desk.pk
    with clock.travel(clock.local(day.year, day.month, day.day, 9), ticking=True):
        followed = route(service, country.commune.pk)
        assert (followed.receiving_unit_id, followed.unit_code) == (heir.pk, heir.code)
        assert Dossier.objects.get(pk=dossier.pk).receiving_unit_id == desk.pk
