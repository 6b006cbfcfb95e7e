"""The table of questions to the population register. What the register answered is shown once and not kept."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from motcua.domain.organisations.scoping import ScopedManager
from motcua.domain.people.population.rules import Purpose, QueryOutcome


class PopulationQuery(models.Model):
    """One question: who asked, when, why, which facts, for which dossier, of whom (IDN-12). Never changed by people."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="MaYeuCau at the register")
    account = models.ForeignKey("organisations.Account", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        "organisations.Unit", on_delete=models.PROTECT, related_name="+", db_comment="where the dossier was held"
    )
    field = models.ForeignKey("organisations.Field", on_delete=models.PROTECT, null=True, related_name="+")
    subject_kind = models.CharField(max_length=20, db_comment="what it was asked for, opaque: dossier")
    subject_id = models.UUIDField()
    subject_code = models.CharField(max_length=60)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="population_queries")
    purpose = models.CharField(max_length=24)
    reason = models.CharField(max_length=500)
    fields = ArrayField(models.CharField(max_length=24), db_comment="the facts asked for")
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, default="", db_comment="empty: being asked, or the process died")
    answered_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        account_id: UUID
        unit_id: int
        field_id: int | None
        person_id: UUID

    objects: ScopedManager[PopulationQuery] = ScopedManager()

    class Meta:
        db_table = "people_population_query"
        constraints = [
            models.CheckConstraint(
                name="population_purpose_known", condition=Q(purpose__in=sorted(item.value for item in Purpose))
            ),
            models.CheckConstraint(
                name="population_outcome_has_its_time",
                condition=Q(outcome="", answered_at__isnull=True)
                | Q(outcome__in=sorted(item.value for item in QueryOutcome), answered_at__isnull=False),
            ),
            models.CheckConstraint(name="population_query_asks_something", condition=Q(fields__len__gt=0)),
            models.CheckConstraint(name="population_query_has_a_reason", condition=~Q(reason="")),
        ]
        indexes = [
            models.Index(name="population_queries_of_subject", fields=["subject_id"]),
            models.Index(name="population_queries_of_officer", fields=["account", "asked_at"]),
        ]

    def __str__(self) -> str:
        return str(self.pk)
