"""How many officers a unit needs for a role."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q

from motcua.domain.organisations.rules import ROLES
from motcua.domain.organisations.scoping import ScopedManager


class StaffingNeed(models.Model):
    """The number of accounts that a unit, with all below it, needs in one role (ACC-08)."""

    unit = models.ForeignKey("organisations.Unit", on_delete=models.PROTECT, related_name="staffing_needs")
    role = models.CharField(max_length=30)
    needed = models.PositiveSmallIntegerField()
    recorded_by = models.ForeignKey("organisations.Account", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    if TYPE_CHECKING:
        unit_id: int
        recorded_by_id: UUID

    objects: ScopedManager[StaffingNeed] = ScopedManager()

    class Meta:
        db_table = "organisations_staffing_need"
        constraints = [
            models.CheckConstraint(name="staffing_need_role_known", condition=Q(role__in=sorted(ROLES))),
            models.UniqueConstraint(name="one_staffing_need_of_a_role", fields=["unit", "role"]),
        ]
