"""What ministries' systems gave localities, and officers' accounts in them (ACC-04, ACC-15, F-71)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.domain.organisations.models import Account, Field, Unit
from motcua.domain.organisations.reference import load_reference_units
from motcua.domain.organisations.rules import UnitKind
from motcua.domain.organisations.systems import queries, services
from motcua.domain.organisations.systems.models import OfficerMapping, SpecialisedSystem
from motcua.domain.organisations.systems.rules import Purpose
from motcua.domain.organisations.systems.services import SystemFacts
from motcua.foundation.errors import AccessDenied, Conflict, Invalid, NotFound
from tests.domain.organisations import factories as make

pytestmark = pytest.mark.django_db


def owner_of(ministry: Unit) -> Account:
    return make.holder("CAT_ADMIN", ministry, f"Quản trị {ministry.name}")


def register(by: Account, code: str, ministry: Unit, *fields: Field, address: str = "") -> SpecialisedSystem:
    facts = SystemFacts(code, f"Hệ thống {code}", ministry.pk, [field.code for field in fields], address)
    return services.register_system(by, facts)


@pytest.mark.requirement("ACC-04")
@pytest.mark.fault("F-71")
def test_the_matrix_has_every_locality_and_names_who_owes_what_is_missing() -> None:
    load_reference_units()
    justice, police = Unit.objects.get(code="G15"), Unit.objects.get(code="G01")
    register(owner_of(justice), "HOTICH", justice, Field.objects.get(code="G15-TP07"))
    register(owner_of(police), "CUTRU", police, Field.objects.get(code="G01-CA05"))
    hanoi = Unit.objects.get(code="H26")
    national = make.holder("MONITOR", make.nation())
    coordinator = make.holder("PROVINCE_ACCOUNT_COORD", hanoi)

    rows = queries.matrix(national)
    assert [(row.system.code, len({cell.province.pk for cell in row.cells})) for row in rows] == [
        ("CUTRU", 34),
        ("HOTICH", 34),
    ]
    assert all(cell.provided is None for row in rows for cell in row.cells)
    assert {cell.owner for cell in rows[1].missing} == {"Bộ Tư pháp"}

    system = SpecialisedSystem.objects.get(code="HOTICH")
    given = services.record_provided(coordinator, system.pk, hanoi.pk, Purpose.MONITOR, reference="giamsat.hn")
    found = {(cell.province.code, cell.purpose): cell for cell in queries.matrix(national)[1].cells}
    assert found["H26", Purpose.MONITOR].provided == given
    assert found["H26", Purpose.ADMIN].provided is None
    assert len(queries.matrix(national)[1].missing) == 67

    services.withdraw_provided(owner_of(justice), given.pk)
    assert len(queries.matrix(national)[1].missing) == 68
    mine = queries.matrix(coordinator)
    assert {cell.province.code for row in mine for cell in row.cells} == {"H26"}
    assert {row.system.code for row in mine} == {"CUTRU", "HOTICH"}
    owner_s = {row.system.code: len(row.cells) for row in queries.matrix(owner_of(justice))}
    assert owner_s == {"HOTICH": 68}


def test_only_owner_or_locality_say_what_was_given_and_once() -> None:
    ministry, province, other = make.ministry("Bộ Tư pháp"), make.province(), make.province()
    system = register(owner_of(ministry), "HOTICH", ministry, make.field())
    strangers = [
        make.holder("PROVINCE_ACCOUNT_COORD", other),
        make.holder("MONITOR", province),
        owner_of(make.ministry()),
    ]

    for stranger in strangers:
        with pytest.raises(AccessDenied):
            services.record_provided(stranger, system.pk, province.pk, Purpose.ADMIN, reference="qt")
    by = owner_of(ministry)
    given = services.record_provided(by, system.pk, province.pk, Purpose.ADMIN, reference="qt")
    with pytest.raises(Conflict):
        services.record_provided(by, system.pk, province.pk, Purpose.ADMIN, reference="qt2")
    with pytest.raises(Invalid):
        services.record_provided(by, system.pk, other.pk, Purpose.ADMIN, reference=" ")
    with pytest.raises(Invalid):
        services.record_provided(by, system.pk, make.commune(other).pk, Purpose.ADMIN, reference="qt")
    with pytest.raises(AccessDenied):
        services.withdraw_provided(strangers[0], given.pk)
    services.withdraw_provided(by, given.pk)
    with pytest.raises(NotFound):
        services.withdraw_provided(by, given.pk)


def test_a_system_is_registered_with_its_owner_and_real_fields() -> None:
    ministry, civil = make.ministry("Bộ Tư pháp"), make.field()
    by = owner_of(ministry)
    wrong = {
        "CODE_REQUIRED": SystemFacts(" ", "Hộ tịch", ministry.pk, [civil.code]),
        "NAME_REQUIRED": SystemFacts("HOTICH", "", ministry.pk, [civil.code]),
        "FIELD_NOT_FOUND": SystemFacts("HOTICH", "Hộ tịch", ministry.pk, ["G99"]),
        "ADDRESS_NOT_HTTPS": SystemFacts("HOTICH", "Hộ tịch", ministry.pk, [civil.code], "javascript:alert(1)"),
    }
    for code, facts in wrong.items():
        with pytest.raises(Invalid) as refused:
            services.register_system(by, facts)
        assert refused.value.code == code
    with pytest.raises(Invalid):
        services.register_system(make.holder("SYSADMIN", make.nation()), SystemFacts(
            "S", "S", make.province().pk, [civil.code]))  # fmt: skip
    with pytest.raises(AccessDenied):
        register(owner_of(make.ministry()), "HOTICH", ministry, civil)
    register(by, "HOTICH", ministry, civil)
    with pytest.raises(Conflict):
        register(by, "HOTICH", ministry, civil)


class Officers:
    """A commune's officers and two systems: civil status and land."""

    def __init__(self) -> None:
        self.ministry = make.ministry("Bộ Tư pháp")
        self.civil, self.land = make.field("Hộ tịch"), make.field("Đất đai")
        by = make.holder("SYSADMIN", make.nation())
        self.system = register(by, "HOTICH", self.ministry, self.civil, address="https://hotich.example.vn/vao")
        self.other = register(by, "DATDAI", self.ministry, self.land)
        self.commune = make.commune()
        self.admin = make.holder("UNIT_ADMIN", self.commune)
        self.civil_officer = make.holder("PROCESSOR", self.commune, "Cán bộ hộ tịch", within=self.civil)
        self.land_officer = make.holder("PROCESSOR", self.commune, "Cán bộ đất đai", within=self.land)
        self.every_field = make.holder("PROCESSOR", self.commune, "Cán bộ mọi lĩnh vực")
        make.holder("RECEPTION", self.commune, "Cán bộ tiếp nhận")
        make.holder("PROCESSOR", make.commune(), "Cán bộ nơi khác")

    def gaps(self, system: SpecialisedSystem) -> set[str]:
        return {officer.display_name for officer in queries.officers_without_account(self.admin, system)}


def test_officers_of_a_systems_field_without_an_account_there_are_listed() -> None:
    them = Officers()

    assert them.gaps(them.system) == {"Cán bộ hộ tịch", "Cán bộ mọi lĩnh vực"}
    assert them.gaps(them.other) == {"Cán bộ đất đai", "Cán bộ mọi lĩnh vực"}
    services.map_officer(them.admin, them.civil_officer.pk, them.system.pk, "hotich.badinh.01")
    assert them.gaps(them.system) == {"Cán bộ mọi lĩnh vực"}
    assert them.gaps(them.other) == {"Cán bộ đất đai", "Cán bộ mọi lĩnh vực"}
    assert queries.officers_without_account(make.officer(them.commune), them.system) == []


def test_a_mapping_is_one_per_officer_and_system_and_belongs_to_one_officer() -> None:
    them = Officers()
    services.map_officer(them.admin, them.civil_officer.pk, them.system.pk, "cu")
    services.map_officer(them.admin, them.civil_officer.pk, them.system.pk, "moi")

    assert [item.external_account for item in queries.mappings_of(them.civil_officer.pk)] == ["moi"]
    assert OfficerMapping.objects.count() == 2
    with pytest.raises(Conflict):
        services.map_officer(them.admin, them.every_field.pk, them.system.pk, "moi")
    services.map_officer(them.admin, them.every_field.pk, them.system.pk, "cu")
    with pytest.raises(Invalid):
        services.map_officer(them.admin, them.land_officer.pk, them.system.pk, " ")
    stranger = make.holder("UNIT_ADMIN", make.commune())
    with pytest.raises(AccessDenied):
        services.map_officer(stranger, them.land_officer.pk, them.system.pk, "x")


def test_the_matrix_costs_the_same_for_one_system_and_many() -> None:
    ministry = make.ministry()
    make.province()
    by, national = owner_of(ministry), make.holder("MONITOR", make.nation())

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            queries.matrix(national)
        return len(captured)

    register(by, "S0", ministry, make.field())
    few = statements()
    for number in range(1, 8):
        register(by, f"S{number}", ministry, make.field())
        make.unit(UnitKind.PROVINCE, make.nation())

    assert statements() == few <= 7
