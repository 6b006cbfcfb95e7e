"""Tables of the catalogue: procedures (TTHC), services (DVC) and their immutable revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from motcua.domain.catalogue.definition import Level, OnlineLevel
from motcua.domain.catalogue.rules import State
from motcua.domain.organisations.access import ScopedManager

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

_STATES = [state.value for state in State]


class Procedure(models.Model):
    """An administrative procedure (TTHC) under its national code. `version` is the sequence of its last event."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=8, unique=True, db_comment="national code d.dddddd")
    state = models.CharField(max_length=10, default=State.DECLARED.value)
    state_reason = models.CharField(max_length=1000, default="", blank=True)
    owner = models.ForeignKey(
        "organisations.Unit",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_comment="the ministry or province that owns it; NULL: the source does not say",
    )
    field = models.ForeignKey(
        "organisations.Field",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_comment="lĩnh vực; NULL: the source gives no code",
    )
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    if TYPE_CHECKING:
        owner_id: int | None
        field_id: int | None
        revisions: RelatedManager[ProcedureRevision]

    objects: ScopedManager[Procedure] = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="procedure_code_is_national", condition=Q(code__regex=r"^\d\.\d{6}$")),
            models.CheckConstraint(name="procedure_state_known", condition=Q(state__in=_STATES)),
            models.CheckConstraint(
                name="stopped_procedure_says_why",
                condition=~Q(state__in=[State.SUSPENDED.value, State.WITHDRAWN.value]) | ~Q(state_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ProcedureRevision(models.Model):
    """One immutable text of a procedure. The latest whose `valid_from` has come is in force (CAT-14)."""

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=2000)
    definition = models.JSONField(db_comment="catalogue.definition.ProcedureDefinition")
    digest = models.CharField(max_length=64, db_comment="SHA-256 of the canonical definition: equal text, equal digest")
    source = models.CharField(max_length=20, db_comment="import, demonstration or editor")
    valid_from = models.DateTimeField()
    recorded_at = models.DateTimeField()

    if TYPE_CHECKING:
        procedure_id: UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_procedure_text_per_number", fields=["procedure", "number"]),
            models.UniqueConstraint(name="one_procedure_text_from_a_moment", fields=["procedure", "valid_from"]),
        ]


class Service(models.Model):
    """A public service (DVC) that implements exactly one procedure (CAT-02)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="services")
    code = models.CharField(max_length=11, unique=True, db_comment="procedure code and .NN")
    state = models.CharField(max_length=10, default=State.DECLARED.value)
    state_reason = models.CharField(max_length=1000, default="", blank=True)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    if TYPE_CHECKING:
        procedure_id: UUID

    objects: ScopedManager[Service] = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="service_code_is_national", condition=Q(code__regex=r"^\d\.\d{6}\.\d{2}$")),
            models.CheckConstraint(name="service_state_known", condition=Q(state__in=_STATES)),
            models.CheckConstraint(
                name="stopped_service_says_why",
                condition=~Q(state__in=[State.SUSPENDED.value, State.WITHDRAWN.value]) | ~Q(state_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ServiceRevision(models.Model):
    """One version of a service: a draft until published, then immutable (a trigger refuses any change).

    A dossier keeps the revision it was submitted under. The columns beside `definition` repeat what is queried.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=2000)
    online_level = models.CharField(max_length=7)
    receiving_level = models.CharField(max_length=8)
    minimum_identity_level = models.PositiveSmallIntegerField()
    audience: ArrayField[Any, Any] = ArrayField(models.CharField(max_length=12))
    channels: ArrayField[Any, Any] = ArrayField(models.CharField(max_length=8))
    definition = models.JSONField(db_comment="catalogue.definition.ServiceDefinition")
    digest = models.CharField(max_length=64, db_comment="SHA-256 of the canonical definition")
    saved_at = models.DateTimeField()
    tested_at = models.DateTimeField(null=True, db_comment="all publishing checks passed; any edit empties it (CAT-05)")
    published_at = models.DateTimeField(null=True)
    valid_from = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        service_id: UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_service_text_per_number", fields=["service", "number"]),
            models.UniqueConstraint(name="one_service_text_from_a_moment", fields=["service", "valid_from"]),
            models.UniqueConstraint(
                name="one_draft_per_service", fields=["service"], condition=Q(published_at__isnull=True)
            ),
            models.CheckConstraint(
                name="only_tested_is_published", condition=Q(published_at__isnull=True) | Q(tested_at__isnull=False)
            ),
            models.CheckConstraint(
                name="published_has_a_beginning",
                condition=Q(published_at__isnull=True, valid_from__isnull=True)
                | Q(published_at__isnull=False, valid_from__isnull=False, valid_from__gte=F("published_at")),
            ),
            models.CheckConstraint(
                name="online_level_known", condition=Q(online_level__in=[level.value for level in OnlineLevel])
            ),
            models.CheckConstraint(
                name="receiving_level_known", condition=Q(receiving_level__in=[level.value for level in Level])
            ),
            models.CheckConstraint(name="minimum_identity_level_known", condition=Q(minimum_identity_level__lte=2)),
        ]


class Generation(models.Model):
    """One row whose number rises with every change of the catalogue, so that copies in memory know they are old."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="only_one_generation_row", condition=Q(id=1))]
