"""Faults of money as queries that must find nothing; the nightly proof recomputes every balance (PAY-22)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import connection
from django.utils.translation import gettext as _

from motcua.domain.payments import ledger, policies
from motcua.domain.payments.models import Attempt, Credit, GatewayNotification, Obligation, Receipt
from motcua.domain.payments.rules import OPEN_ATTEMPTS
from motcua.foundation import clock
from motcua.foundation.detectors import detector

_MOST = 100
Found = Iterable[tuple[str, str]]


def _rows(sql: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT {_MOST}")
        return [tuple(str(value) for value in row) for row in cursor.fetchall()]


@detector("payments.ledger_sums_to_zero", fault="PAY-22")
def ledger_sums_to_zero() -> Found:
    """A transaction of the ledger, or the whole of it, that does not balance."""
    for pk, total in _rows(
        "SELECT t.id, COALESCE(SUM(e.amount), 0) FROM payments_ledgertransaction t "
        "LEFT JOIN payments_ledgerentry e ON e.transaction_id = t.id GROUP BY t.id "
        "HAVING COALESCE(SUM(e.amount), 0) <> 0 OR COUNT(e.id) < 2"
    ):
        yield pk, _("Bút toán không cân, lệch %(total)s đồng") % {"total": total}
    if sum(ledger.balances().values()) != 0:
        yield "ledger", _("Tổng số dư các tài khoản khác 0")


# The state that ledger and cancellation give, beside the one that is stored.
_PROJECTION = """
SELECT o.id, o.state, CASE c.kind WHEN 'COLLECTION' THEN 'PAID' WHEN 'OFFLINE_COLLECTION' THEN 'PAID_OFFLINE'
    ELSE CASE WHEN o.cancelled_at IS NOT NULL THEN 'CANCELLED' ELSE 'UNPAID' END END AS projected
FROM payments_obligation o
LEFT JOIN payments_ledgertransaction c ON c.obligation_id = o.id AND c.kind IN ('COLLECTION', 'OFFLINE_COLLECTION')
"""


@detector("payments.state_is_the_ledgers", fault="F-35")
def state_is_the_ledgers() -> Found:
    """An obligation whose state, amount or time is not what the ledger says."""
    for pk, state, projected in _rows(f"SELECT * FROM ({_PROJECTION}) AS p WHERE state <> projected"):  # noqa: S608
        yield pk, _("Trạng thái %(state)s khác sổ cái %(ledger)s") % {"state": state, "ledger": projected}
    for pk, owed, booked in _rows(
        "SELECT o.id, o.amount, SUM(e.amount) FROM payments_obligation o JOIN payments_ledgertransaction t "
        "ON t.obligation_id = o.id AND t.kind IN ('COLLECTION', 'OFFLINE_COLLECTION') "
        "JOIN payments_ledgerentry e ON e.transaction_id = t.id AND e.amount > 0 "
        "GROUP BY o.id, o.amount, o.paid_at, t.occurred_at "
        "HAVING SUM(e.amount) <> o.amount OR o.paid_at <> t.occurred_at"
    ):
        yield pk, _("Phải nộp %(owed)s đồng, sổ cái ghi %(booked)s đồng") % {"owed": owed, "booked": booked}


@detector("payments.credits_are_booked", fault="F-38")
def credits_are_booked() -> Found:
    """A credit of the bank that is not in the ledger with its amount, or a surplus without its case."""
    for pk, told, booked in _rows(
        "SELECT c.bank_transaction_id, c.amount, COALESCE(SUM(e.amount), 0) FROM payments_credit c "
        "LEFT JOIN payments_ledgertransaction t ON t.credit_id = c.id "
        "LEFT JOIN payments_ledgerentry e ON e.transaction_id = t.id AND e.account_id IN "
        "(SELECT id FROM payments_ledgeraccount WHERE kind = 'GATEWAY_CLEARING') "
        "GROUP BY c.id HAVING COALESCE(SUM(e.amount), 0) <> c.amount"
    ):
        yield pk, _("Ngân hàng báo có %(told)s đồng, sổ cái ghi %(booked)s đồng") % {"told": told, "booked": booked}
    for credit in Credit.objects.filter(outcome="REFUND", refund_case__isnull=True)[:_MOST]:
        yield credit.bank_transaction_id, _("Khoản tiền thừa chưa có hồ sơ hoàn trả")
    for credit in Credit.objects.filter(outcome="UNMATCHED", unmatched_case__isnull=True)[:_MOST]:
        yield credit.bank_transaction_id, _("Khoản tiền chưa khớp chưa có hồ sơ xử lý")


@detector("payments.attempts_follow_credits", fault="F-38")
def attempts_follow_credits() -> Found:
    """A transaction whose flags are not what its credits say."""
    for reference, state in _rows(
        "SELECT a.reference, a.state FROM payments_attempt a LEFT JOIN payments_credit c "
        "ON c.attempt_id = a.id AND c.outcome <> 'UNMATCHED' GROUP BY a.id "
        "HAVING (a.state = 'SUCCESS') <> (COUNT(c.id) > 0) "
        "OR a.credited <> COALESCE(BOOL_OR(c.outcome = 'PAYS'), false)"
    ):
        yield reference, _("Giao dịch ở trạng thái %(state)s không khớp các khoản báo có") % {"state": state}


@detector("payments.every_fee_has_its_obligation", fault="PAY-02")
def every_fee_has_its_obligation() -> Found:
    """A dossier that was submitted with a fee and has no obligation for it."""
    for code, due, born in _rows(
        "SELECT e.payload->>'code', jsonb_array_length(e.payload->'fees_due'), COUNT(o.id) FROM foundation_event e "
        "LEFT JOIN payments_obligation o ON o.dossier_id = e.aggregate_id AND o.reason = '' "
        "WHERE e.type = 'dossier.submitted' AND jsonb_array_length(e.payload->'fees_due') > 0 "
        "GROUP BY e.aggregate_id, e.seq HAVING COUNT(o.id) < jsonb_array_length(e.payload->'fees_due')"
    ):
        yield code, _("Hồ sơ có %(due)s khoản phải nộp nhưng chỉ có %(born)s nghĩa vụ") % {"due": due, "born": born}


@detector("payments.no_attempt_hangs", fault="F-36")
def no_attempt_hangs() -> Found:
    """A transaction that is still open well past its limit: the background work stands still (PAY-10, PAY-13)."""
    limit = clock.now() - timedelta(seconds=policies.EXPIRY_GRACE.get() + policies.INQUIRY_AFTER.get())
    states = [state.value for state in OPEN_ATTEMPTS]
    hanging = Attempt.objects.filter(state__in=states, expires_at__lt=limit).order_by("expires_at")
    for attempt in hanging[:_MOST]:
        yield attempt.reference, _("Giao dịch chưa có kết quả cuối sau thời hạn")


@detector("payments.notifications_are_applied", fault="F-36")
def notifications_are_applied() -> Found:
    """A notification that was acknowledged and is still not applied."""
    limit = clock.now() - timedelta(minutes=policies.NOTIFICATION_LIMIT.get())
    late = GatewayNotification.objects.filter(applied_at__isnull=True, received_at__lt=limit).order_by("received_at")
    for row in late[:_MOST]:
        yield row.notification_id, _("Thông báo của ngân hàng chưa xử lý, đã thử %(tries)s lần") % {"tries": row.tries}


@detector("payments.every_payment_has_its_receipt", fault="F-33")
def every_payment_has_its_receipt() -> Found:
    """A paid obligation without a receipt, or one whose receipt is not issued in time (RCP-01)."""
    paid = Obligation.objects.filter(state__in=["PAID", "PAID_OFFLINE"], receipt__isnull=True)
    for obligation in paid[:_MOST]:
        yield str(obligation.pk), _("Đã thanh toán nhưng không có biên lai")
    limit = clock.now() - timedelta(minutes=policies.RECEIPT_LIMIT.get())
    waiting = Receipt.objects.filter(state="PENDING", created_at__lt=limit).order_by("created_at")
    for code, tries, error in waiting.values_list("obligation__dossier__code", "tries", "last_error")[:_MOST]:
        words = _("Biên lai chưa phát hành sau %(tries)s lần thử: %(error)s")
        yield code, words % {"tries": tries, "error": error}


@detector("payments.receipt_numbers_have_no_gap", fault="RCP-03")
def receipt_numbers_have_no_gap() -> Found:
    """A series and year whose receipts are not exactly the numbers from 1 to its counter."""
    for series, year, last, count in _rows(
        "SELECT c.series_id, c.year, c.last_number, COUNT(r.id) FROM payments_receiptcounter c "
        "LEFT JOIN payments_receipt r ON r.series_id = c.series_id AND r.year = c.year AND r.number <= c.last_number "
        "GROUP BY c.id HAVING COUNT(r.id) <> c.last_number"
    ):
        words = _("Năm %(year)s: số cuối %(last)s nhưng có %(count)s biên lai")
        yield f"series {series}", words % {"year": year, "last": last, "count": count}


@detector("payments.receipts_equal_the_ledger", fault="F-34")
def receipts_equal_the_ledger() -> Found:
    """A receipt whose amount, code or time is not the ledger's."""
    for code, said, booked in _rows(
        "SELECT r.content->>'dossier_code', r.content->>'amount', SUM(e.amount) FROM payments_receipt r "
        "JOIN payments_ledgertransaction t ON t.id = r.collection_id "
        "JOIN payments_ledgerentry e ON e.transaction_id = t.id AND e.amount > 0 "
        "JOIN payments_obligation o ON o.id = r.obligation_id JOIN dossiers_dossier d ON d.id = o.dossier_id "
        "GROUP BY r.id, t.id, o.id, d.id HAVING SUM(e.amount) <> (r.content->>'amount')::bigint "
        "OR r.content->>'dossier_code' <> d.code OR r.content->>'payer_name' <> o.payer_name "
        "OR t.obligation_id <> r.obligation_id OR (r.content->>'paid_at')::timestamptz <> t.occurred_at"
    ):
        words = _("Biên lai ghi %(said)s đồng, sổ cái %(booked)s đồng, hoặc sai thông tin")
        yield code, words % {"said": said, "booked": booked}


@detector("payments.paid_dossiers_go_on", fault="F-37")
def paid_dossiers_go_on() -> Found:
    """A dossier that waits for payment although nothing of it that blocks is unpaid."""
    for (code,) in _rows(
        "SELECT d.code FROM dossiers_dossier d WHERE d.state = 'WAIT_PAYMENT' AND NOT EXISTS ("
        "SELECT 1 FROM payments_obligation o WHERE o.dossier_id = d.id AND o.state = 'UNPAID') AND EXISTS ("
        "SELECT 1 FROM payments_obligation o WHERE o.dossier_id = d.id)"
    ):
        yield code, _("Hồ sơ đã thanh toán xong nhưng vẫn ở trạng thái chờ nghĩa vụ tài chính")
