"""Which unit receives a dossier (DPH-01): one statement, the most specific rule, recorded on the dossier."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.db import connection
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.models import Unit
from motcua.foundation import clock
from motcua.foundation.errors import Invalid


@dataclass(frozen=True)
class Route:
    """The rule that matched and where it leads; `unit_code` is the receiving unit's identification code."""

    rule_id: int
    receiving_unit_id: int
    unit_code: str
    specialised_system: str


_SELECT = """
SELECT rule.id, unit.id, unit.code, rule.specialised_system
FROM dossiers_routingrule AS rule
JOIN organisations_unit_closure AS link ON link.ancestor_id = rule.locality_id AND link.descendant_id = %(locality)s
JOIN organisations_unit AS named ON named.id = rule.receiving_unit_id
JOIN organisations_unit AS unit
  ON unit.id = CASE WHEN named.valid_to <= %(today)s THEN named.successor_id ELSE named.id END
 AND (unit.valid_to IS NULL OR unit.valid_to > %(today)s)
WHERE rule.service_code IN ('', %(service)s)
ORDER BY rule.service_code DESC, link.depth
LIMIT 1
"""


def route(service_code: str, locality_id: int) -> Route:
    """The route of a service's dossier at a locality: a rule for the service first, then the nearest locality.

    A unit that was merged receives until the day before; from the day on its successor does (ACC-01).
    Raises Invalid NO_ROUTE: the person is told before anything is stored, and the service's owner sees it as a defect.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SELECT, {"locality": locality_id, "service": service_code, "today": clock.today()})
        row = cursor.fetchone()
    if row is None:
        raise Invalid(
            "NO_ROUTE",
            _("Dịch vụ công này chưa được tiếp nhận tại địa phương Ông/Bà chọn"),
            field="locality",
            what_next=_("Ông/Bà vui lòng chọn địa phương khác hoặc gọi tổng đài 1800.1096 để được hướng dẫn."),
        )
    return Route(*row)


@lru_cache(maxsize=8192)
def locality_id_of(code: str) -> int:
    """The unit behind an identification code, where a dossier is to be filed. Codes never change, so it is remembered.

    Raises Invalid LOCALITY_UNKNOWN.
    """
    unit_id = Unit.objects.filter(code=code).values_list("pk", flat=True).first()
    if unit_id is None:
        raise Invalid("LOCALITY_UNKNOWN", _("Không có địa phương mang mã này"), field="locality")
    return unit_id
