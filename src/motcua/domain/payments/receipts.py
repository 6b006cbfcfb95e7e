"""Receipts: one per collection, numbered without gaps, rendered in the background (RCP-01, RCP-02, RCP-03).

The number is given in the transaction of the payment, its counter locked last. The file follows within seconds; if
making it fails, the payment stands and the receipt is PENDING, tried again and shown by a detector.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from motcua.domain.payments import locks, receipt_content, receipt_file
from motcua.domain.payments.configuration import series_for
from motcua.domain.payments.events import ReceiptIssued
from motcua.domain.payments.models import LedgerTransaction, Obligation, Receipt, ReceiptSeries
from motcua.domain.payments.receipt_content import ReceiptContent
from motcua.domain.payments.rules import receipt_number, receipt_symbol
from motcua.foundation import clock, events, files
from motcua.foundation.actor import Actor
from motcua.foundation.events import Append
from motcua.foundation.models import StoredFile
from motcua.foundation.reactions import backoff

logger = logging.getLogger("motcua.payments")
ACTOR = Actor.job("payments.receipts")
_LEASE = timedelta(seconds=60)
PENDING, ISSUED = "PENDING", "ISSUED"


def create(obligation: Obligation, collection: LedgerTransaction, *, method: str, reference: str) -> Receipt:
    """The receipt of a collection, last thing in its transaction; without a series it waits for its number."""
    series = series_for(obligation.unit_id, obligation.dossier.service_code, obligation.fee_code)
    content = receipt_content.of(obligation, collection, method=method, reference=reference)
    receipt = Receipt(
        collection=collection,
        obligation=obligation,
        dossier_id=obligation.dossier_id,
        content=receipt_content.to_json(content),
        created_at=clock.now(),
        render_at=clock.now(),
    )
    if series is not None:
        _number(receipt, series)
    receipt.save(force_insert=True)
    return receipt


_NEXT = """
INSERT INTO payments_receiptcounter AS counter (series_id, year, last_number) VALUES (%s, %s, 1)
ON CONFLICT (series_id, year) DO UPDATE SET last_number = counter.last_number + 1 RETURNING last_number
"""


def _number(receipt: Receipt, series: ReceiptSeries) -> None:
    """Takes the next number of the series in this year; the counter stays locked until the transaction ends.

    A transaction that rolls back gives its number back with it: no gaps, no doubles.
    """
    year = clock.today().year
    content = receipt_content.from_json(receipt.content)
    symbol = receipt_symbol(series.letters, year)
    issuer = receipt_content.Issuer(series.unit.name, series.tax_code)
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [series.pk, year])
        number = int(cursor.fetchone()[0])
    receipt.series, receipt.year, receipt.number = series, year, number
    numbered = receipt_content.numbered(content, series.form_symbol, symbol, receipt_number(number), issuer)
    receipt.content = receipt_content.to_json(numbered)


def issue_due(limit: int = 20) -> int:
    """Makes the files of receipts that wait; returns how many were tried.

    Repairs: a process that died after the payment, a store or a renderer that failed, a series configured late.
    """
    claimed = _claim(limit)
    for receipt in claimed:
        try:
            _issue(receipt.pk)
        except Exception as error:
            logger.exception("receipt %s could not be issued", receipt.pk)
            _postpone(receipt.pk, error)
    return len(claimed)


def _claim(limit: int) -> list[Receipt]:
    """Leases waiting receipts to this worker for a minute."""
    now = clock.now()
    with transaction.atomic():
        due = Receipt.objects.filter(state=PENDING, render_at__lte=now).order_by("render_at")
        claimed = list(due.select_for_update(skip_locked=True)[:limit])
        Receipt.objects.filter(pk__in=[item.pk for item in claimed]).update(render_at=now + _LEASE)
    return claimed


class SeriesMissing(RuntimeError):
    """No receipt series is configured for the collecting unit: the receipt waits for its number."""


def _issue(receipt_id: UUID) -> None:
    content = _numbered_late(receipt_id)
    stored = files.store([receipt_file.render(content)], f"bien-lai-{content.number}.pdf", uploader=ACTOR)
    _finish(receipt_id, stored)


@transaction.atomic
def _numbered_late(receipt_id: UUID) -> ReceiptContent:
    """The content to print. A receipt born before its series was configured takes its number now."""
    receipt = Receipt.objects.select_for_update(of=("self",)).select_related("obligation__dossier").get(pk=receipt_id)
    if receipt.number is None:
        owed = receipt.obligation
        series = series_for(owed.unit_id, owed.dossier.service_code, owed.fee_code)
        if series is None:
            raise SeriesMissing(f"unit {owed.unit_id}")
        _number(receipt, series)
        receipt.save(update_fields=["series", "year", "number", "content"])
    return receipt_content.from_json(receipt.content)


@transaction.atomic
def _finish(receipt_id: UUID, stored: StoredFile) -> None:
    """The file stands: ISSUED. A second worker whose lease had run out changes nothing."""
    owed = locks.obligation(Receipt.objects.values_list("obligation_id", flat=True).get(pk=receipt_id))
    receipt = Receipt.objects.select_for_update().get(pk=receipt_id)
    if receipt.state == ISSUED:
        return
    receipt.state, receipt.file, receipt.issued_at, receipt.render_at = ISSUED, stored, clock.now(), None
    receipt.last_error = ""
    receipt.save(update_fields=["state", "file", "issued_at", "render_at", "last_error"])
    content = receipt_content.from_json(receipt.content)
    owed.version += 1
    owed.save(update_fields=["version"])
    body = ReceiptIssued(symbol=content.symbol, number=content.number)
    events.append([Append(owed.pk, owed.version - 1, [body], dossier_id=owed.dossier_id)], actor=ACTOR)


def _postpone(receipt_id: UUID, error: Exception) -> None:
    receipt = Receipt.objects.get(pk=receipt_id)
    tries = receipt.tries + 1
    Receipt.objects.filter(pk=receipt_id, state=PENDING).update(
        tries=tries, render_at=clock.now() + backoff(tries), last_error=f"{type(error).__name__}: {error}"[:500]
    )
