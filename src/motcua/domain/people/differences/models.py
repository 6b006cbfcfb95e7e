"""The table of differences."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from motcua.domain.organisations.scoping import ScopedManager
from motcua.domain.people.differences.rules import ComparedField, Register, Resolution


class IdentityDifference(models.Model):
    """One fact that an application states otherwise than a register does, with both values, until resolved (IDN-11).

    It never keeps a dossier from going on: nothing reads it but people.
    """

    subject_kind = models.CharField(max_length=20, db_comment="what was applied with, opaque: dossier")
    subject_id = models.UUIDField()
    subject_code = models.CharField(max_length=60, db_comment="the code that people say")
    unit = models.ForeignKey(
        "organisations.Unit", on_delete=models.PROTECT, related_name="+", db_comment="who received the application"
    )
    field = models.ForeignKey("organisations.Field", on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="differences")
    compared = models.CharField(max_length=20)
    register = models.CharField(max_length=12)
    stated_value = models.CharField(max_length=500, db_comment="as the application says")
    known_value = models.CharField(max_length=500, db_comment="as the register said when last asked")
    found_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, db_comment="NULL: open")
    resolution = models.CharField(max_length=12, default="")
    evidence = models.CharField(max_length=1000, default="", db_comment="what an officer saw; empty: the values agree")
    resolved_by = models.ForeignKey("organisations.Account", on_delete=models.PROTECT, null=True, related_name="+")

    if TYPE_CHECKING:
        id: int
        unit_id: int
        field_id: int | None
        person_id: UUID
        resolved_by_id: UUID | None

    objects: ScopedManager[IdentityDifference] = ScopedManager()

    class Meta:
        db_table = "people_identity_difference"
        constraints = [
            models.UniqueConstraint(
                name="one_difference_per_fact_and_register",
                fields=["subject_id", "subject_kind", "compared", "register"],
            ),
            models.CheckConstraint(
                name="compared_fact_known", condition=Q(compared__in=sorted(item.value for item in ComparedField))
            ),
            models.CheckConstraint(
                name="compared_register_known", condition=Q(register__in=sorted(item.value for item in Register))
            ),
            models.CheckConstraint(name="difference_has_two_values", condition=~Q(stated_value=F("known_value"))),
            models.CheckConstraint(
                name="resolved_difference_says_how",
                condition=Q(resolved_at__isnull=True, resolution="")
                | Q(resolved_at__isnull=False, resolution__in=sorted(item.value for item in Resolution)),
            ),
            models.CheckConstraint(
                name="recorded_correction_has_evidence",
                condition=~Q(resolution=Resolution.CORRECTED.value) | (Q(resolved_by__isnull=False) & ~Q(evidence="")),
            ),
        ]
        indexes = [
            models.Index(name="open_differences_of_person", fields=["person"], condition=Q(resolved_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.subject_code} {self.compared}"
