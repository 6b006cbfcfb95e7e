"""From obligation to receipt with the real gateway simulator over HTTP."""

from __future__ import annotations

import pytest

from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.rules import State
from motcua.domain.payments import ledger, queries, vietqr
from motcua.domain.payments.ledger import Account
from motcua.domain.payments.models import Attempt, Credit, Receipt, RefundCase
from motcua.domain.payments.rules import AccountKind, AttemptState, ObligationState, PayFunction
from tests.domain.payments.bank import Bank
from tests.domain.payments.factories import ACCOUNT, BIN, Office, owed
from tests.domain.payments.paying import findings, fresh, start, wait_for_notifications, work

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_payment_goes_from_qr_to_receipt(place: Office, bank: Bank):
    debt = owed(place, amount=8_000, state=State.WAIT_PAYMENT)

    attempt = start(debt)
    read = vietqr.decode(attempt.qr_payload)
    bank.scan(attempt.qr_payload)
    wait_for_notifications(1)
    work()

    assert (read.bin, read.account, read.amount) == (BIN, ACCOUNT, 8_000)
    assert read.reference == read.purpose == attempt.reference
    assert fresh(debt).state == ObligationState.PAID
    attempt.refresh_from_db()
    assert (attempt.state, attempt.credited, attempt.duplicate, attempt.late) == ("SUCCESS", True, False, False)
    assert ledger.balance(Account(AccountKind.BENEFICIARY, debt.unit_id)) == -8_000
    assert ledger.balance(Account(AccountKind.GATEWAY_CLEARING, gateway="bank")) == 8_000
    receipt = Receipt.objects.get()
    assert (receipt.state, receipt.number) == ("ISSUED", 1)
    assert Dossier.objects.get(pk=debt.dossier_id).state == State.IN_PROCESS
    assert not findings()
    assert all(item["acknowledged_at"] for item in bank.notifications())


def test_the_payer_follows_the_transaction_and_cannot_pay_again(place: Office, bank: Bank):
    debt = owed(place)
    attempt = start(debt)

    waiting = queries.payment_status(attempt.reference)
    bank.scan(attempt.qr_payload)
    wait_for_notifications(1)
    work()
    done = queries.payment_status(attempt.reference)

    assert (waiting.attempt.state, waiting.pay) == (AttemptState.INITIATED, PayFunction.CONTINUE)
    assert 800 < waiting.attempt.seconds_left <= 900
    assert waiting.attempt.qr_payload == attempt.qr_payload
    assert (done.attempt.state, done.pay) == (AttemptState.SUCCESS, PayFunction.NONE)
    assert (done.attempt.qr_payload, done.attempt.seconds_left) == ("", 0)


def test_the_same_qr_paid_twice_pays_once_and_owes_the_rest_back(place: Office, bank: Bank):
    debt = owed(place, amount=8_000)
    attempt = start(debt)

    bank.scan(attempt.qr_payload, times=2)
    wait_for_notifications(2)
    work()

    assert Credit.objects.count() == 2
    assert RefundCase.objects.get().amount == 8_000
    assert Receipt.objects.count() == 1
    assert Attempt.objects.get().state == "SUCCESS"
    assert ledger.balance(Account(AccountKind.REFUNDS_PAYABLE)) == -8_000
    assert not findings()
