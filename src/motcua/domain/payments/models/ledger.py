"""The double-entry ledger: append-only, every transaction sums to zero (a deferred trigger), đồng as integers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from motcua.domain.payments.models.attempts import Credit
from motcua.domain.payments.models.obligations import Obligation
from motcua.domain.payments.rules import COLLECTIONS, AccountKind, PostingKind

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class LedgerAccount(models.Model):
    """An account: a kind, and the unit or gateway it belongs to. Balances are sums of entries, never stored."""

    kind = models.CharField(max_length=20)
    unit = models.ForeignKey("organisations.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    gateway = models.CharField(max_length=20, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "unit", "gateway"], nulls_distinct=False, name="one_ledger_account_per_owner"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[AccountKind.BENEFICIARY.value, AccountKind.OFFLINE_CLEARING.value])
                & Q(unit__isnull=False, gateway="")
                | Q(kind=AccountKind.GATEWAY_CLEARING.value, unit__isnull=True) & ~Q(gateway="")
                | Q(kind__in=[AccountKind.REFUNDS_PAYABLE.value, AccountKind.UNMATCHED.value])
                & Q(unit__isnull=True, gateway=""),
                name="ledger_account_has_its_owner",
            ),
        ]


class LedgerTransaction(models.Model):
    """One movement of money with its cause: a bank's credit, a payment at a desk, or the reversal of another."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=20)
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, null=True, related_name="postings")
    dossier_id = models.UUIDField(null=True)
    credit = models.ForeignKey(Credit, on_delete=models.PROTECT, null=True, related_name="postings")
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    occurred_at = models.DateTimeField(db_comment="when the money moved, as the bank or the desk says")
    recorded_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=80)

    if TYPE_CHECKING:
        obligation_id: UUID | None
        credit_id: int | None
        entries: RelatedManager[LedgerEntry]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in PostingKind]), name="posting_kind_is_known"
            ),
            models.UniqueConstraint(
                fields=["obligation"],
                condition=Q(kind__in=[kind.value for kind in COLLECTIONS]),
                name="one_collection_per_obligation",
            ),
            models.CheckConstraint(
                condition=Q(kind=PostingKind.REVERSAL.value, reverses__isnull=False)
                | ~Q(kind=PostingKind.REVERSAL.value) & Q(reverses__isnull=True),
                name="only_a_reversal_reverses",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[kind.value for kind in COLLECTIONS]) | Q(obligation__isnull=False),
                name="a_collection_names_its_obligation",
            ),
        ]
        indexes = [models.Index(fields=["occurred_at"], name="postings_by_day")]


class LedgerEntry(models.Model):
    """One side of a movement: debit above zero, credit below. Never changed; corrections are counter-entries."""

    transaction = models.ForeignKey(LedgerTransaction, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="entries")
    amount = models.BigIntegerField(db_comment="đồng; debit > 0, credit < 0")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="no_entry_of_zero")]
