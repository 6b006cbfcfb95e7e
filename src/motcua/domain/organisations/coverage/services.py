"""Commands on needed numbers (ACC-08)."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.access import Acting, require
from motcua.domain.organisations.coverage.models import StaffingNeed
from motcua.domain.organisations.models import Unit
from motcua.domain.organisations.rules import ROLES, Level
from motcua.foundation import audit, clock
from motcua.foundation.errors import Invalid, NotFound

MOST_NEEDED: Final = 1000


@transaction.atomic
def record_need(acting: Acting, unit_id: int, role: str, needed: int) -> StaffingNeed:
    """Says how many accounts a unit needs in a role; replaces what was said before. 0: none are needed.

    Needs `account.create` over the unit. Raises AccessDenied, NotFound, Invalid (ROLE_UNKNOWN, ROLE_NOT_FOR_LEVEL,
    NUMBER_OUT_OF_RANGE).
    """
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None:
        raise NotFound("UNIT_NOT_FOUND", _("Không tìm thấy đơn vị."))
    actor = require(acting, "account.create", unit)
    if role not in ROLES:
        raise Invalid("ROLE_UNKNOWN", _("Vai trò không tồn tại."), field="role")
    if Level(unit.level) not in ROLES[role].levels:
        raise Invalid("ROLE_NOT_FOR_LEVEL", _("Vai trò này không cấp tại đơn vị cấp đã chọn."), field="role")
    if not 0 <= needed <= MOST_NEEDED:
        raise Invalid("NUMBER_OUT_OF_RANGE", _("Số lượng phải từ 0 đến 1000."), field="needed")
    need, _new = StaffingNeed.objects.update_or_create(
        unit=unit,
        role=role,
        defaults={"needed": needed, "recorded_by_id": acting.account_id, "recorded_at": clock.now()},
    )
    details = {"role": role, "needed": needed, "unit": unit.code}
    audit.record(actor, "staffing_need.record", ("unit", str(unit.pk)), details=details)
    return need
