"""Receipts (biên lai), their series and the counters that number them without gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from motcua.domain.organisations.access import ScopedManager
from motcua.domain.payments.models.ledger import LedgerTransaction
from motcua.domain.payments.models.obligations import Obligation
from motcua.domain.payments.rules import LARGEST_RECEIPT_NUMBER


class ReceiptSeries(models.Model):
    """A series of receipts of a collecting body, for all or one of its services and fees (RCP-03).

    Like the beneficiary account, the nearest unit above holds, the most specific row first.
    """

    unit = models.ForeignKey("organisations.Unit", on_delete=models.PROTECT, related_name="+")
    service_code = models.CharField(max_length=20, default="", blank=True, db_comment="empty: every service")
    fee_code = models.CharField(max_length=60, default="", blank=True, db_comment="empty: every fee")
    form_symbol = models.CharField(max_length=5, default="EBL01", db_comment="ký hiệu mẫu: EBL01 or EBL02")
    letters = models.CharField(max_length=2, db_comment="last two letters of the symbol, e.g. AA of 26TAA")
    tax_code = models.CharField(max_length=14, db_comment="MST of the collecting body")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "service_code", "fee_code"],
                condition=Q(is_active=True),
                name="one_active_series_per_unit_service_and_fee",
            ),
            models.UniqueConstraint(fields=["unit", "form_symbol", "letters"], name="one_series_per_symbol_of_a_unit"),
            models.CheckConstraint(condition=Q(form_symbol__in=["EBL01", "EBL02"]), name="receipt_form_symbol"),
            models.CheckConstraint(
                condition=Q(letters__regex=r"^[ABCDEGHKLMNPQRSTUVXY]{2}$"), name="receipt_series_letters"
            ),
        ]


class ReceiptCounter(models.Model):
    """The last number given in a series and year. Locked last in a transaction, so numbers have no gaps."""

    series = models.ForeignKey(ReceiptSeries, on_delete=models.PROTECT, related_name="counters")
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "year"], name="one_counter_per_series_and_year"),
            models.CheckConstraint(
                condition=Q(last_number__gte=1, last_number__lte=LARGEST_RECEIPT_NUMBER),
                name="receipt_numbers_have_eight_digits",
            ),
        ]


class Receipt(models.Model):
    """The receipt of one collection. PENDING until its file is stored; its content is a snapshot of the ledger."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    collection = models.OneToOneField(LedgerTransaction, on_delete=models.PROTECT, related_name="receipt")
    obligation = models.OneToOneField(Obligation, on_delete=models.PROTECT, related_name="receipt")
    dossier_id = models.UUIDField()
    series = models.ForeignKey(ReceiptSeries, on_delete=models.PROTECT, null=True, related_name="+")
    year = models.PositiveSmallIntegerField(null=True)
    number = models.PositiveIntegerField(null=True, db_comment="NULL only while no series is configured")
    content = models.JSONField(db_comment="what the receipt says, as when it was numbered")
    state = models.CharField(max_length=10, default="PENDING", db_comment="PENDING or ISSUED")
    created_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    file = models.ForeignKey("foundation.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    render_at = models.DateTimeField(null=True, db_comment="next try to make the file; NULL when issued")
    tries = models.PositiveIntegerField(default=0)
    last_error = models.TextField(default="")

    if TYPE_CHECKING:
        file_id: UUID | None

    objects: ScopedManager[Receipt] = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "number"], name="no_receipt_number_twice"),
            models.CheckConstraint(
                condition=Q(number__isnull=True, series__isnull=True, year__isnull=True)
                | Q(number__gte=1, series__isnull=False, year__isnull=False),
                name="receipt_is_numbered_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="PENDING", issued_at__isnull=True, file__isnull=True, render_at__isnull=False)
                | Q(
                    state="ISSUED",
                    issued_at__isnull=False,
                    file__isnull=False,
                    render_at__isnull=True,
                    number__isnull=False,
                ),
                name="receipt_is_pending_or_issued_whole",
            ),
        ]
        indexes = [models.Index(fields=["render_at"], name="receipts_to_render", condition=Q(state="PENDING"))]
