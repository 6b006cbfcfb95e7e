"""Loading of the reference units and fields: nation, ministries, provinces, communes, one-stop desks.

Sources: PyPI `vietnam-provinces` for names and codes, `reference_data` for what it lacks or has outdated.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import vietnam_provinces
from django.db import connection, transaction

from motcua.domain.organisations import closure
from motcua.domain.organisations import reference_data as facts
from motcua.domain.organisations.models import Field, Unit, UnitVersion
from motcua.domain.organisations.rules import Level, UnitKind
from motcua.foundation.text import normalise_line, to_ascii

NATION_CODE = "VN"
EXPECTED_COMMUNES = {"Xã": 2611, "Phường": 697, "Đặc khu": 13}
_ENGLISH_KINDS = {
    "Thành phố": "City",
    "Tỉnh": "Province",
    "Phường": "Ward",
    "Xã": "Commune",
    "Đặc khu": "Special Zone",
}


class ReferenceDataBroken(RuntimeError):
    """The package's data are not the 34 provinces and 3,321 communes this release was checked against."""


@dataclass(frozen=True, slots=True)
class Row:
    """One unit to be loaded; `parent` is the identification code of the unit above."""

    code: str
    name: str
    kind: UnitKind
    level: Level
    parent: str | None
    gso_code: str | None = None
    valid_from: date = facts.TWO_LEVEL_GOVERNMENT
    name_en: str = ""


def provisional_commune_code(province_code: str, gso_code: str) -> str:
    """An identification code for a commune, built from its statistical code: H26 and 00004 → `H26.900.004`.

    Provisional: provinces assign the official codes (QĐ 20/2020/QĐ-TTg Đ4) and not all are published. The shape is
    the official one and the 9xx range keeps clear of codes in use; nothing parses it, so the official code can
    replace it unit by unit.
    """
    return f"{province_code}.9{gso_code[:2]}.{gso_code[2:]}"


def desk_code(unit_code: str, level: Level) -> str:
    """The provisional identification code of a unit's one-stop desk."""
    return f"{unit_code}.01" if level is Level.COMMUNE else f"{unit_code}.999"


def _tidy(name: str) -> str:
    return normalise_line(name).replace("’", "'").replace("–", "-")


def english_name(name: str) -> str:
    """`Phường Ba Đình` → `Ba Dinh Ward`."""
    for vietnamese, english in _ENGLISH_KINDS.items():
        if name.startswith(f"{vietnamese} "):
            return f"{to_ascii(name.removeprefix(f'{vietnamese} '))} {english}"
    return ""


def _province_rows() -> tuple[list[Row], list[Row]]:
    provinces: list[Row] = []
    communes: list[Row] = []
    for entry in json.loads(vietnam_provinces.NESTED_DIVISIONS_JSON_PATH.read_text(encoding="utf-8")):
        gso = f"{entry['code']:02d}"
        code = facts.PROVINCE_CODES[gso]
        name = facts.PROVINCE_NAMES.get(gso, _province_name(entry["name"], entry["division_type"]))
        provinces.append(
            Row(code, name, UnitKind.PROVINCE, Level.PROVINCE, NATION_CODE, gso, name_en=english_name(name))
        )
        communes.extend(_commune_row(code, gso, ward) for ward in entry["wards"])
    return provinces, communes


def _province_name(name: str, division_type: str) -> str:
    """The full name: the package leaves the word for province out of some names."""
    tidy = _tidy(name)
    lacks = division_type == "tỉnh" and not tidy.startswith("Tỉnh ")
    return f"Tỉnh {tidy}" if lacks else tidy


def _commune_row(province_code: str, province_gso: str, ward: dict[str, object]) -> Row:
    package_code = int(str(ward["code"]))
    gso = f"{facts.COMMUNE_CODES.get(package_code, package_code):05d}"
    name = _tidy(str(ward["name"]))
    if province_gso == "75" and name.removeprefix("Xã ") in facts.WARDS_OF_DONG_NAI:
        name = name.replace("Xã ", "Phường ", 1)
    code = provisional_commune_code(province_code, gso)
    return Row(code, name, UnitKind.COMMUNE, Level.COMMUNE, province_code, gso, name_en=english_name(name))


def _check(provinces: list[Row], communes: list[Row]) -> None:
    kinds = Counter("Đặc khu" if row.name.startswith("Đặc khu") else row.name.split()[0] for row in communes)
    if len(provinces) != len(facts.PROVINCE_CODES) or kinds != EXPECTED_COMMUNES:
        raise ReferenceDataBroken(f"{len(provinces)} provinces, {dict(kinds)}")
    if len({row.gso_code for row in communes}) != len(communes):
        raise ReferenceDataBroken("two communes share a code")


def _desk(row: Row) -> Row:
    names = {
        Level.COMMUNE: f"Trung tâm Phục vụ hành chính công {_in_sentence(row.name)}",
        Level.PROVINCE: f"Trung tâm Phục vụ hành chính công {_in_sentence(row.name)}",
        Level.MINISTRY: f"Bộ phận Một cửa {row.name}",
    }
    return Row(desk_code(row.code, row.level), names[row.level], UnitKind.DESK, row.level, row.code)


def _in_sentence(name: str) -> str:
    return name[0].lower() + name[1:]


def reference_rows() -> list[list[Row]]:
    """All reference units in layers: a layer stands below the ones before it. Raises ReferenceDataBroken."""
    provinces, communes = _province_rows()
    _check(provinces, communes)
    ministries = [
        Row(code, name, UnitKind.MINISTRY, Level.MINISTRY, NATION_CODE, valid_from=facts.CABINET_OF_2025)
        for code, name in facts.MINISTRIES.items()
    ]
    departments = [
        Row(code, name, UnitKind.DEPARTMENT, Level.PROVINCE, parent) for code, parent, name in facts.DEPARTMENTS
    ]
    above = {row.code for row in provinces}
    return [
        [Row(NATION_CODE, "Việt Nam", UnitKind.NATION, Level.NATIONAL, None, name_en="Viet Nam")],
        [*ministries, *provinces],
        [*communes, *(row for row in departments if row.parent in above)],
        [*(row for row in departments if row.parent not in above), *map(_desk, [*ministries, *provinces, *communes])],
    ]


def _insert(layer: list[Row], ids: dict[str, int]) -> int:
    new = [row for row in layer if row.code not in ids]
    created = Unit.objects.bulk_create(
        [
            Unit(
                code=row.code,
                gso_code=row.gso_code,
                name=row.name,
                name_en=row.name_en,
                kind=row.kind.value,
                level=row.level.value,
                parent_id=ids[row.parent] if row.parent else None,
                valid_from=row.valid_from,
            )
            for row in new
        ],
        batch_size=2000,
    )
    ids.update((unit.code, unit.pk) for unit in created)
    UnitVersion.objects.bulk_create(
        (
            UnitVersion(unit=unit, name=unit.name, parent_id=unit.parent_id, valid_from=unit.valid_from)
            for unit in created
        ),
        batch_size=2000,
    )
    return len(created)


@cache
def statistical_codes() -> tuple[frozenset[str], frozenset[str]]:
    """The official statistical codes of the 34 provinces (2 digits) and the 3,321 communes (5 digits); no statement."""
    provinces, communes = _province_rows()
    codes = [frozenset(row.gso_code for row in rows if row.gso_code) for rows in (provinces, communes)]
    return codes[0], codes[1]


def load_reference_units() -> int:
    """Adds the reference units that are missing and returns how many; units already there are left as they are.

    Takes about two seconds for all 6,755. Raises ReferenceDataBroken where the package's data are not the checked ones.
    """
    layers = reference_rows()
    with transaction.atomic():
        closure.lock_tree()
        ids = dict(Unit.objects.values_list("code", "pk"))
        added = sum(_insert(layer, ids) for layer in layers)
        if added:
            closure.add_missing_links()
            load_reference_fields()
    if added:
        _refresh_planner_statistics()
    return added


def load_reference_fields() -> int:
    """Adds the reference fields (lĩnh vực) that are missing and returns how many there are in all."""
    owners = dict(Unit.objects.filter(kind=UnitKind.MINISTRY.value).values_list("code", "pk"))
    fields: Iterable[Field] = (
        Field(code=code, name=name, ministry_id=owners[owner]) for code, (name, owner) in facts.FIELDS.items()
    )
    Field.objects.bulk_create(fields, ignore_conflicts=True)
    return Field.objects.count()


def add_fields(wanted: Mapping[str, tuple[str, int | None]]) -> dict[str, int]:
    """Adds the fields (code → name, owning ministry's id) that are missing; returns every wanted code's id."""
    Field.objects.bulk_create(
        (Field(code=code, name=name, ministry_id=ministry_id) for code, (name, ministry_id) in wanted.items()),
        ignore_conflicts=True,
    )
    return dict(Field.objects.filter(code__in=wanted).values_list("code", "pk"))


def _refresh_planner_statistics() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE organisations_unit, organisations_unit_closure, organisations_unit_version")
