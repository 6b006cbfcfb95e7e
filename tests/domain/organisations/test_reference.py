"""The unit tree that every installation starts with."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.domain.organisations import closure, reference
from motcua.domain.organisations.models import Field, Unit
from motcua.domain.organisations.rules import UnitKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

CREATED = ["organisations_unit_closure", "organisations_unit_version", "organisations_field", "organisations_unit"]


@dataclass(frozen=True)
class Loaded:
    """What one load of the whole tree took; processor time, since a busy machine says nothing about the loading."""

    added: int
    cpu_seconds: float
    statements: int


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[Loaded]:
    """The reference tree, loaded once for this file."""
    with django_db_blocker.unblock():
        with CaptureQueriesContext(connection) as statements:
            before = time.process_time()
            added = reference.load_reference_units()
            took = time.process_time() - before
        yield Loaded(added, took, len(statements))
        with connection.cursor() as cursor:
            for table in CREATED:
                cursor.execute(f"DELETE FROM {table}")


def of_kind(kind: UnitKind) -> int:
    return Unit.objects.filter(kind=kind.value).count()


def test_the_whole_tree_loads_set_by_set_and_only_once(loaded: Loaded) -> None:
    assert loaded.added == Unit.objects.count() == 6755
    assert loaded.cpu_seconds < 5
    assert loaded.statements < 40
    assert reference.load_reference_units() == 0


def test_the_numbers_are_the_official_ones() -> None:
    assert of_kind(UnitKind.NATION) == 1
    assert of_kind(UnitKind.MINISTRY) == 17
    assert of_kind(UnitKind.PROVINCE) == 34
    communes = Unit.objects.filter(kind=UnitKind.COMMUNE)
    assert communes.filter(name__startswith="Xã ").count() == 2611
    assert communes.filter(name__startswith="Phường ").count() == 697
    assert communes.filter(name__startswith="Đặc khu ").count() == 13
    assert communes.count() == 3321
    assert of_kind(UnitKind.DESK) == 17 + 34 + 3321
    assert closure.disagreements() == []


PLACES = {
    "75": ("H19", "Thành phố Đồng Nai", "VN"),
    "01": ("H26", "Thành phố Hà Nội", "VN"),
    "66": ("H15", "Tỉnh Đắk Lắk", "VN"),
    "00004": ("H26.900.004", "Phường Ba Đình", "H26"),
    "00082": ("H26.900.082", "Phường Cửa Nam", "H26"),
    "00118": ("H26.900.118", "Phường Bồ Đề", "H26"),
}


def test_places_are_found_by_their_official_statistical_codes() -> None:
    units = Unit.objects.filter(gso_code__in=PLACES).select_related("parent")

    assert {unit.gso_code: (unit.code, unit.name, unit.parent.code) for unit in units} == PLACES


def test_ten_communes_of_dong_nai_became_wards_with_the_city() -> None:
    communes = Unit.objects.filter(parent__gso_code="75", kind=UnitKind.COMMUNE)

    assert communes.count() == 95
    assert communes.filter(name="Phường Long Thành").exists()
    assert not communes.filter(name="Xã Long Thành").exists()


def test_every_commune_has_one_desk_and_every_code_fits_a_dossier_code() -> None:
    without = Unit.objects.filter(kind=UnitKind.COMMUNE).exclude(children__kind=UnitKind.DESK)
    misshapen = Unit.objects.exclude(kind=UnitKind.NATION).exclude(code__regex=r"^[A-Z]\d{2}(\.\d{2,3}){0,4}$")

    assert not without.exists()
    assert not misshapen.exists()
    assert Unit.objects.get(code="H26.900.004.01").name == "Trung tâm Phục vụ hành chính công phường Ba Đình"


def test_a_second_load_brings_back_what_is_missing_and_keeps_a_local_name() -> None:
    Unit.objects.filter(code="H26.900.004").update(name="Phường Ba Đình mới")
    Unit.objects.filter(code="H26.900.070.01").delete()

    assert reference.load_reference_units() == 1

    assert Unit.objects.get(code="H26.900.004").name == "Phường Ba Đình mới"
    assert closure.disagreements() == []


def test_names_carry_english_forms_and_no_stray_blanks() -> None:
    assert Unit.objects.get(gso_code="00004").name_en == "Ba Dinh Ward"
    assert not Unit.objects.filter(name__contains="  ").exists()


def test_fields_have_their_ministry() -> None:
    assert Field.objects.get(code="G15-TP07").ministry.code == "G15"
    assert Field.objects.get(code="G05-KD10").ministry.name == "Bộ Tài chính"


def test_broken_package_data_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "EXPECTED_COMMUNES", {"Xã": 2610, "Phường": 697, "Đặc khu": 13})

    with pytest.raises(reference.ReferenceDataBroken):
        reference.load_reference_units()


def test_the_official_codes_are_known_without_a_database() -> None:
    provinces, communes = reference.statistical_codes()

    assert (len(provinces), len(communes)) == (34, 3321)
    assert "00082" in communes
    assert "00073" not in communes
