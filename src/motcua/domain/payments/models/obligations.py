"""What is owed, to whom it goes, and what was paid at a desk."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from motcua.domain.organisations.access import ScopedManager
from motcua.domain.payments.rules import ObligationState, OfflineMethod

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from motcua.domain.payments.models.attempts import Attempt

_PAID = [ObligationState.PAID.value, ObligationState.PAID_OFFLINE.value, ObligationState.REFUNDED.value]


class BeneficiaryAccount(models.Model):
    """Where a unit's fees go (tài khoản thụ hưởng). The nearest unit above holds, the most specific row first."""

    unit = models.ForeignKey("organisations.Unit", on_delete=models.PROTECT, related_name="+")
    service_code = models.CharField(max_length=20, default="", blank=True, db_comment="empty: every service")
    fee_code = models.CharField(max_length=60, default="", blank=True, db_comment="empty: every fee")
    bin = models.CharField(max_length=6, db_comment="bank identification number, six digits")
    account = models.CharField(max_length=19)
    name = models.CharField(max_length=70, db_comment="account holder")
    treasury_code = models.CharField(max_length=20, default="", db_comment="State Treasury account or code")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "service_code", "fee_code"],
                condition=Q(is_active=True),
                name="one_active_beneficiary_per_unit_service_and_fee",
            ),
            models.CheckConstraint(condition=Q(bin__regex=r"^[0-9]{6}$"), name="beneficiary_bin_has_six_digits"),
            models.CheckConstraint(
                condition=Q(account__regex=r"^[A-Za-z0-9]{1,19}$"), name="beneficiary_account_fits_a_qr"
            ),
        ]


class Obligation(models.Model):
    """A financial obligation (nghĩa vụ tài chính). `state` is a projection of the ledger (PAY-02, PAY-22)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="obligations")
    unit = models.ForeignKey(
        "organisations.Unit", on_delete=models.PROTECT, related_name="+", db_comment="collecting unit"
    )
    payer_party = models.ForeignKey("people.Party", on_delete=models.PROTECT, null=True, related_name="+")
    payer_name = models.CharField(max_length=200, db_comment="as when the obligation was born")
    fee_code = models.CharField(max_length=60)
    fee_name = models.CharField(max_length=300)
    fee_kind = models.CharField(max_length=10, db_comment="CHARGE (phí) or FEE (lệ phí)")
    amount = models.BigIntegerField(db_comment="đồng")
    beneficiary_bin = models.CharField(max_length=6, default="", db_comment="empty: no account configured yet")
    beneficiary_account = models.CharField(max_length=19, default="")
    beneficiary_name = models.CharField(max_length=70, default="")
    treasury_code = models.CharField(max_length=20, default="")
    blocks = models.BooleanField(db_comment="whether processing waits for it (SUB-14)")
    reason = models.TextField(default="", db_comment="why an officer assessed it; empty where the fee table did")
    state = models.CharField(max_length=20, default=ObligationState.UNPAID.value)
    version = models.PositiveIntegerField(default=0, db_comment="sequence number of its last event")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True, db_comment="when the money was paid, as the bank or the desk says")
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.TextField(default="")

    if TYPE_CHECKING:
        dossier_id: UUID
        unit_id: int
        attempts: RelatedManager[Attempt]

    objects: ScopedManager[Obligation] = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="obligation_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in ObligationState]), name="obligation_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=_PAID, paid_at__isnull=False) | ~Q(state__in=_PAID) & Q(paid_at__isnull=True),
                name="obligation_paid_exactly_with_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state="CANCELLED", cancelled_at__isnull=False) & ~Q(cancel_reason="")
                | ~Q(state="CANCELLED") & Q(cancelled_at__isnull=True),
                name="obligation_cancelled_exactly_with_time_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(beneficiary_bin="", beneficiary_account="")
                | Q(beneficiary_bin__regex=r"^[0-9]{6}$", beneficiary_account__regex=r"^[A-Za-z0-9]{1,19}$"),
                name="obligation_beneficiary_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["payer_party", "-created_at"], name="obligations_of_a_payer"),
            models.Index(fields=["unit", "created_at"], name="open_obligations_of_a_unit", condition=Q(state="UNPAID")),
        ]


class OfflinePayment(models.Model):
    """A payment taken outside the platform and recorded by an officer (SUB-14)."""

    obligation = models.OneToOneField(Obligation, on_delete=models.PROTECT, related_name="offline_payment")
    dossier_id = models.UUIDField()
    method = models.CharField(max_length=20)
    amount = models.BigIntegerField(db_comment="đồng; always the obligation's amount")
    document_number = models.CharField(max_length=60, db_comment="number of the slip, transfer or voucher")
    paid_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("organisations.Account", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(method__in=[method.value for method in OfflineMethod]), name="offline_method_is_known"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="offline_amount_is_positive"),
            models.CheckConstraint(condition=~Q(document_number=""), name="offline_payment_names_its_document"),
        ]
