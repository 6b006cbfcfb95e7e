"""Tables of the keys that connected systems sign their calls with. Only this room's services write them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from motcua.domain.organisations.models import Account
from motcua.foundation import clock


class PartnerKey(models.Model):
    """A secret that a connected system signs its calls with; shown once, kept sealed to compute with."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="partner_keys")
    label = models.CharField(max_length=100)
    sealed_secret = models.BinaryField(max_length=300, db_comment="Encrypted with a key derived from MOTCUA_SECRET_KEY")
    scopes = models.JSONField(
        db_comment="What it may call, such as dossiers:read; never more than the account's rights"
    )
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        account_id: UUID

    class Meta:
        db_table = "people_partner_key"
        constraints = [
            models.CheckConstraint(name="partner_key_ends_after_it_begins", condition=Q(expires_at__gt=F("created_at")))
        ]

    def __str__(self) -> str:
        return self.label


class PartnerNonce(models.Model):
    """A number that a key signed a call with: taken once (SEC-04). Removed once its time stamp would be refused."""

    pk = models.CompositePrimaryKey("key_id", "nonce")
    key = models.ForeignKey(PartnerKey, on_delete=models.CASCADE, related_name="+", db_index=False)
    nonce = models.CharField(max_length=64)
    used_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "people_partner_nonce"
        indexes = [models.Index(name="partner_nonce_age", fields=["used_at"])]

    def __str__(self) -> str:
        return self.nonce
