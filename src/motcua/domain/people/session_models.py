"""The table of running sessions. Only this room's services write it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from motcua.domain.organisations.models import Account
from motcua.domain.people.rules import SessionEnd
from motcua.foundation import clock


class SignedInSession(models.Model):
    """One sign-on that lasts: on which device, since when, until when (SES-04). Its secret is the web layer's own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="signed_in_sessions")
    device = models.CharField(max_length=60, db_comment="Browser and system in words, from the User-Agent header")
    source = models.CharField(max_length=45, db_comment="Sender's IPv4 address or IPv6 /64 network")
    opened_at = models.DateTimeField(default=clock.now)
    last_seen_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(
        max_length=10, blank=True, choices=[(item.value, item.value) for item in SessionEnd], db_comment="Empty: runs"
    )

    if TYPE_CHECKING:
        account_id: UUID

    class Meta:
        db_table = "people_signed_in_session"
        constraints = [
            models.CheckConstraint(
                name="ended_session_says_by_whom",
                condition=Q(ended_at__isnull=True, ended_by="")
                | Q(ended_at__isnull=False, ended_by__in=sorted(item.value for item in SessionEnd)),
            ),
        ]
        indexes = [models.Index(name="session_by_account", fields=["account", "-last_seen_at"])]

    def __str__(self) -> str:
        return str(self.pk)
