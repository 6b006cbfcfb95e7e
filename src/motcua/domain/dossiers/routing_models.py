"""The table of routes. Only this room's services write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models


class RoutingRule(models.Model):
    """Which unit receives a service's dossiers of a locality (DPH-01): the most specific rule holds.

    A rule for the service beats one for all; a nearer locality beats a wider one; equals cannot exist.
    """

    service_code = models.CharField(max_length=20, default="", db_comment="empty: every service")
    locality = models.ForeignKey("organisations.Unit", on_delete=models.PROTECT, related_name="+")
    receiving_unit = models.ForeignKey("organisations.Unit", on_delete=models.PROTECT, related_name="+")
    specialised_system = models.CharField(max_length=60, default="", db_comment="empty: handled in this system")

    if TYPE_CHECKING:
        locality_id: int
        receiving_unit_id: int

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service_code", "locality"], name="one_route_per_service_and_locality")
        ]
