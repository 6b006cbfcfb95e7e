"""Tables of specialised systems and of the accounts that their owners give."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from motcua.domain.organisations.scoping import ScopedManager
from motcua.domain.organisations.systems.rules import Purpose

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class SpecialisedSystem(models.Model):
    """A system outside this one in which officers work on dossiers of some fields, and the body that owns it."""

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=300)
    owner = models.ForeignKey("organisations.Unit", on_delete=models.PROTECT, related_name="specialised_systems")
    sign_on_url = models.CharField(max_length=500, default="", db_comment="where officers sign on; empty: not known")
    registered_at = models.DateTimeField()

    if TYPE_CHECKING:
        owner_id: int
        system_fields: RelatedManager[SystemField]

    objects: ScopedManager[SpecialisedSystem] = ScopedManager()

    class Meta:
        db_table = "organisations_specialised_system"
        constraints = [
            models.CheckConstraint(
                name="sign_on_address_is_https", condition=Q(sign_on_url="") | Q(sign_on_url__startswith="https://")
            )
        ]


class SystemField(models.Model):
    """A field of administration whose dossiers are handled in a system."""

    system = models.ForeignKey(SpecialisedSystem, on_delete=models.CASCADE, related_name="system_fields")
    field = models.ForeignKey("organisations.Field", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "organisations_system_field"
        constraints = [models.UniqueConstraint(name="a_system_names_a_field_once", fields=["system", "field"])]


class ProvidedAccount(models.Model):
    """A monitoring or administration account of a system that its owner has given a province (ACC-04)."""

    system = models.ForeignKey(SpecialisedSystem, on_delete=models.PROTECT, related_name="provided")
    province = models.ForeignKey("organisations.Unit", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=10)
    reference = models.CharField(max_length=120, db_comment="user name or number of the hand-over paper")
    provided_at = models.DateTimeField()
    recorded_by = models.ForeignKey("organisations.Account", on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        system_id: int
        province_id: int
        recorded_by_id: UUID

    objects: ScopedManager[ProvidedAccount] = ScopedManager()

    class Meta:
        db_table = "organisations_provided_account"
        constraints = [
            models.CheckConstraint(
                name="provided_account_purpose_known", condition=Q(purpose__in=[item.value for item in Purpose])
            ),
            models.CheckConstraint(
                name="provided_account_withdrawn_after_provided",
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("provided_at")),
            ),
            models.UniqueConstraint(
                name="one_provided_account_per_purpose",
                fields=["system", "province", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]


class OfficerMapping(models.Model):
    """An officer's account in a specialised system, for single sign-on and for finding gaps (ACC-15)."""

    account = models.ForeignKey("organisations.Account", on_delete=models.PROTECT, related_name="mappings")
    system = models.ForeignKey(SpecialisedSystem, on_delete=models.PROTECT, related_name="mappings")
    external_account = models.CharField(max_length=120)
    recorded_by = models.ForeignKey("organisations.Account", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        account_id: UUID
        system_id: int
        recorded_by_id: UUID

    objects: ScopedManager[OfficerMapping] = ScopedManager()

    class Meta:
        db_table = "organisations_officer_mapping"
        constraints = [
            models.CheckConstraint(
                name="officer_mapping_ends_after_it_began",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("recorded_at")),
            ),
            models.UniqueConstraint(
                name="one_account_of_an_officer_in_a_system",
                fields=["account", "system"],
                condition=Q(ended_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="an_external_account_has_one_officer",
                fields=["system", "external_account"],
                condition=Q(ended_at__isnull=True),
            ),
        ]
