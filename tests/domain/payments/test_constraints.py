"""What the database itself refuses, whatever code or person writes: one statement per named constraint."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from motcua.domain.payments import crediting, services
from motcua.domain.payments.gateways.base import CreditNotice
from motcua.domain.payments.models import Attempt, GatewayNotification, Obligation, RejectedNotification
from motcua.foundation import clock
from motcua.foundation.actor import Actor
from tests.domain.payments.factories import Office, owed

pytestmark = pytest.mark.django_db
ACTOR = Actor.job("test")

COPY_OF = {
    "payments_beneficiaryaccount": "unit_id, service_code, fee_code, bin, account, name, treasury_code, is_active",
    "payments_receiptseries": "unit_id, service_code, fee_code, form_symbol, letters, tax_code, is_active",
    "payments_receiptcounter": "series_id, year, last_number",
    "payments_gatewaynotification": "gateway, notification_id, body, received_at, times_received, due_at, tries, "
    "last_error",
    "payments_rejectednotification": "gateway, hour, cause, count",
    "payments_ledgeraccount": "kind, unit_id, gateway",
    "payments_ledgertransaction": "id, kind, occurred_at, recorded_at, actor_kind, actor_id",
    "payments_credit": "gateway, bank_transaction_id, reference, amount, payer_bank, paid_at, recorded_at, source, "
    "outcome, cause",
}


def copy(table: str, **changed: str) -> str:
    """A statement that inserts a row like an existing one, with some columns changed."""
    columns = COPY_OF[table].split(", ")
    values = [changed.get(name, "gen_random_uuid()" if name == "id" else name) for name in columns]
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} LIMIT 1"


REFUSED = {
    "beneficiary_bin_has_six_digits": "UPDATE payments_beneficiaryaccount SET bin = '97043'",
    "beneficiary_account_fits_a_qr": "UPDATE payments_beneficiaryaccount SET account = '12 34'",
    "one_active_beneficiary_per_unit_service_and_fee": copy("payments_beneficiaryaccount"),
    "obligation_amount_is_positive": "UPDATE payments_obligation SET amount = 0",
    "obligation_state_is_known": "UPDATE payments_obligation SET state = 'LOST' WHERE state = 'UNPAID'",
    "obligation_paid_exactly_with_its_time": "UPDATE payments_obligation SET paid_at = NULL WHERE state = 'PAID'",
    "obligation_cancelled_exactly_with_time_and_reason": "UPDATE payments_obligation SET cancelled_at = now()",
    "obligation_beneficiary_is_whole": "UPDATE payments_obligation SET beneficiary_account = ''",
    "offline_method_is_known": "UPDATE payments_offlinepayment SET method = 'BARTER'",
    "offline_amount_is_positive": "UPDATE payments_offlinepayment SET amount = 0",
    "offline_payment_names_its_document": "UPDATE payments_offlinepayment SET document_number = ''",
    "attempt_amount_is_positive": "UPDATE payments_attempt SET amount = -1",
    "attempt_state_is_known": "UPDATE payments_attempt SET state = 'LOST' WHERE state = 'QR_EXPIRED'",
    "success_pays_or_is_a_duplicate": "UPDATE payments_attempt SET credited = false, duplicate = false",
    "failed_attempt_says_why": "UPDATE payments_attempt SET state = 'FAILED_TIMEOUT' WHERE state = 'QR_EXPIRED'",
    "attempt_is_open_or_has_its_end": "UPDATE payments_attempt SET finished_at = NULL WHERE state = 'SUCCESS'",
    "attempt_reference_survives_a_transfer": "UPDATE payments_attempt SET reference = 'a-b' WHERE state = 'INITIATED'",
    "one_open_attempt_per_obligation": "UPDATE payments_attempt SET state = 'INITIATED', finished_at = NULL "
    "WHERE state = 'QR_EXPIRED'",
    "one_row_per_notification": copy("payments_gatewaynotification"),
    "one_count_of_refusals_per_hour": copy("payments_rejectednotification"),
    "one_row_per_bank_credit": copy("payments_credit", outcome="'REFUND'", cause="'ALREADY_PAID'"),
    "credit_amount_is_positive": "UPDATE payments_credit SET amount = 0",
    "credit_outcome_is_known": "UPDATE payments_credit SET outcome = 'LOST', cause = 'WRONG_AMOUNT'",
    "credit_pays_or_says_why_not": "UPDATE payments_credit SET outcome = 'REFUND', cause = '' WHERE outcome = 'PAYS'",
    "refund_amount_is_positive": "UPDATE payments_refundcase SET amount = 0",
    "unmatched_case_closes_with_a_resolution": "UPDATE payments_unmatchedcase SET closed_at = now()",
    "no_entry_of_zero": "INSERT INTO payments_ledgerentry (transaction_id, account_id, amount) "
    "SELECT transaction_id, account_id, 0 FROM payments_ledgerentry LIMIT 1",
    "one_ledger_account_per_owner": copy("payments_ledgeraccount"),
    "posting_kind_is_known": copy("payments_ledgertransaction", kind="'LOST'"),
    "only_a_reversal_reverses": copy("payments_ledgertransaction", kind="'REVERSAL'"),
    "a_collection_names_its_obligation": copy("payments_ledgertransaction", kind="'COLLECTION'"),
    "one_paying_credit_per_attempt": "UPDATE payments_credit SET outcome = 'PAYS', cause = '' WHERE outcome = 'REFUND'",
    "one_active_series_per_unit_service_and_fee": copy("payments_receiptseries", letters="'BB'"),
    "one_series_per_symbol_of_a_unit": copy("payments_receiptseries", fee_code="'OTHER'"),
    "receipt_form_symbol": "UPDATE payments_receiptseries SET form_symbol = 'EBL03'",
    "receipt_series_letters": "UPDATE payments_receiptseries SET letters = 'AJ'",
    "one_counter_per_series_and_year": copy("payments_receiptcounter"),
    "receipt_numbers_have_eight_digits": "UPDATE payments_receiptcounter SET last_number = 100000000",
    "receipt_is_pending_or_issued_whole": "UPDATE payments_receipt SET state = 'ISSUED'",
}


def attempt(debt: Obligation, reference: str, *, state: str = "INITIATED") -> Attempt:
    """A stored transaction without a gateway."""
    now = clock.now()
    return Attempt.objects.create(
        obligation=debt,
        dossier_id=debt.dossier_id,
        gateway="bank",
        bank="VCB",
        reference=reference,
        amount=debt.amount,
        state=state,
        validity_seconds=900,
        return_url="http://127.0.0.1/",
        started_at=now,
        started_by_kind="person",
        started_by_id="test",
        expires_at=now + timedelta(minutes=15),
        finished_at=None if state == "INITIATED" else now,
    )


def credit(reference: str, bank_id: str, amount: int) -> None:
    notice = CreditNotice(bank_id, reference, amount, clock.now(), "BIDV", late=False)
    crediting.book("bank", notice, source=crediting.NOTIFICATION, actor=ACTOR)


@pytest.fixture
def everything(place: Office) -> None:
    """One row at least of every table of the room."""
    paid, open_one, at_desk = owed(place), owed(place), owed(place)
    attempt(paid, "PAIDONE1")
    credit("PAIDONE1", "FT1", paid.amount)
    credit("PAIDONE1", "FT2", paid.amount)
    credit("NOBODYS1", "FT3", 5_000)
    attempt(open_one, "OPENONE1", state="QR_EXPIRED")
    attempt(open_one, "OPENONE2")
    services.record_offline(
        at_desk.pk, method="CASH", document_number="PT-1", paid_at=None, acting=place.world.reception
    )
    now = clock.now()
    GatewayNotification.objects.create(
        gateway="bank", notification_id="N1", body=b"{}", received_at=now, due_at=now, applied_at=now
    )
    RejectedNotification.objects.create(gateway="bank", hour=now, cause="MALFORMED", count=1)


def test_every_named_constraint_refuses_what_its_name_says(everything: None):
    said = {name: refusal(statement) for name, statement in REFUSED.items()}

    assert {name: words for name, words in said.items() if name not in words} == {}


def refusal(statement: str) -> str:
    """What the database says to a statement, empty if it takes it; nothing of it stays."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM payments_credit",
        "UPDATE payments_credit SET bank_transaction_id = 'OTHER'",
        "UPDATE payments_credit SET attempt_id = NULL",
    ],
)
def test_what_the_bank_told_and_what_was_receipted_cannot_be_removed(everything: None, statement: str):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
