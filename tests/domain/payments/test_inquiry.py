"""Expiry and inquiry: nothing stays open, no money that the bank has is missed."""

from __future__ import annotations

import pytest
from django.test import override_settings

from motcua.domain.payments import ledger, policies, queries, services
from motcua.domain.payments.models import Attempt, Credit, Obligation, Receipt, RefundCase
from motcua.domain.payments.rules import AttemptState, PayFunction
from motcua.foundation import clock, outbound
from motcua.foundation.errors import Conflict
from tests.domain.payments.bank import Bank, Clocks
from tests.domain.payments.callbacks import credited, deliver
from tests.domain.payments.factories import Office, dossier, owed
from tests.domain.payments.paying import findings, fresh, start, work

pytestmark = pytest.mark.django_db(transaction=True)
OPEN = ["INITIATED", "PROCESSING"]


def run_all_due() -> None:
    """The background work of this moment, until there is none."""
    while services.inquire_due() + services.expire_due():
        pass
    work()


@pytest.mark.requirement("PAY-05")
def test_an_unscanned_qr_expires_and_a_new_one_can_be_made(place: Office, bank: Bank, clocks: Clocks):
    bank.fault("notification_lost")
    debt = owed(place)
    first = start(debt)
    shown = queries.payment_status(first.reference).attempt
    assert 890 <= shown.seconds_left <= 900

    clocks.advance(10 * 60)
    assert 290 <= queries.payment_status(first.reference).attempt.seconds_left <= 300
    clocks.advance(6 * 60)
    assert services.expire_due() == 1
    first.refresh_from_db()
    assert (first.state, first.failure_cause) == ("QR_EXPIRED", "")
    outcomes = {item.state: item.count for item in queries.outcomes_by_bank(first.started_at, clock.now())}
    assert outcomes == {AttemptState.QR_EXPIRED: 1}

    second = start(debt)
    assert second.reference != first.reference
    bank.scan(first.qr_payload)
    deliver(credited(first, late=True))
    work()
    assert fresh(debt).state == "PAID"
    first.refresh_from_db()
    assert (first.state, first.late, first.credited) == ("SUCCESS", True, True)


@pytest.mark.requirement("PAY-11")
def test_late_money_pays_an_open_obligation_or_is_owed_back(place: Office, bank: Bank, clocks: Clocks):
    debts = [owed(place, amount=8_000), owed(place, amount=9_000)]
    late = [start(debt) for debt in debts]
    clocks.advance(16 * 60)
    services.expire_due()
    paid = start(debts[1])
    deliver(credited(paid))
    work()

    for attempt in late:
        deliver(credited(attempt, late=True))
    work()

    assert [fresh(debt).state for debt in debts] == ["PAID", "PAID"]
    flags = [(item.state, item.late, item.credited, item.duplicate) for item in map(reloaded, late)]
    assert flags == [("SUCCESS", True, True, False), ("SUCCESS", True, False, True)]
    case = RefundCase.objects.get()
    assert (case.amount, case.obligation_id, case.reason) == (9_000, debts[1].pk, "ALREADY_PAID")
    assert Receipt.objects.count() == 2
    assert not findings()


def reloaded(attempt: Attempt) -> Attempt:
    return Attempt.objects.get(pk=attempt.pk)


@pytest.mark.fault("F-32")
def test_an_expired_qr_blocks_nothing_and_loses_nothing(place: Office, bank: Bank, clocks: Clocks):
    paid_late, renewed, both = (owed(place, amount=amount) for amount in (1_000, 2_000, 3_000))
    old = {debt.pk: start(debt) for debt in (paid_late, renewed, both)}
    clocks.advance(16 * 60)
    services.expire_due()
    assert {item.state for item in Attempt.objects.all()} == {"QR_EXPIRED"}
    assert all(queries.obligations_of_code(debt.dossier.code)[0].pay is PayFunction.START for debt in (renewed, both))

    bank.scan(old[paid_late.pk].qr_payload)
    bank.scan(start(renewed).qr_payload)
    bank.scan(start(both).qr_payload)
    bank.scan(old[both.pk].qr_payload)
    clocks.advance(150)
    run_all_due()

    assert [fresh(debt).state for debt in (paid_late, renewed, both)] == ["PAID"] * 3
    assert RefundCase.objects.get().obligation_id == both.pk
    assert Attempt.objects.filter(credited=True).count() == Receipt.objects.count() == 3
    assert sum(ledger.balances().values()) == 0
    assert not findings()


@pytest.mark.requirement("PAY-10")
def test_a_transaction_is_inquired_until_it_has_a_final_state(place: Office, bank: Bank, clocks: Clocks):
    bank.fault("notification_lost")
    paid, unknown, unknown_processing, silent = (owed(place) for _ in range(4))
    attempts = [start(debt) for debt in (paid, unknown, unknown_processing, silent)]
    bank.scan(attempts[0].qr_payload)
    services.payer_returned(attempts[2].reference)

    clocks.advance(policies.INQUIRY_AFTER.get() + 5)
    for attempt in attempts[1:3]:
        bank.fault("query_unknown", match={"reference": attempt.reference})
    run_all_due()
    assert [reloaded(item).state for item in attempts] == ["SUCCESS", "INITIATED", "FAILED_TIMEOUT", "INITIATED"]
    assert reloaded(attempts[2]).failure_cause == "UNKNOWN_AT_BANK"
    assert fresh(paid).state == "PAID"

    with override_settings(BANK_GATEWAY_URL="http://127.0.0.1:9"):
        clocks.advance(16 * 60)
        run_all_due()
    outbound.forget_partners()
    assert [reloaded(item).state for item in attempts[1:]] == ["QR_EXPIRED", "FAILED_TIMEOUT", "QR_EXPIRED"]
    assert not Attempt.objects.filter(state__in=OPEN).exists()
    assert not findings()


def test_a_payment_in_processing_ends_with_its_limit_even_if_the_bank_is_silent(
    place: Office, bank: Bank, clocks: Clocks
):
    debt = owed(place)
    attempt = start(debt)
    services.payer_returned(attempt.reference)

    with override_settings(BANK_GATEWAY_URL="http://127.0.0.1:9"):
        clocks.advance(29 * 60)
        run_all_due()
        assert reloaded(attempt).state == "PROCESSING"
        with pytest.raises(Conflict, match="PAYMENT_IN_PROGRESS"):
            start(debt)
        clocks.advance(3 * 60)
        run_all_due()

    outbound.forget_partners()
    assert (reloaded(attempt).state, reloaded(attempt).failure_cause) == ("FAILED_TIMEOUT", "NOT_CONFIRMED")
    assert start(debt).qr_payload


@pytest.mark.fault("F-36")
def test_lost_callbacks_do_no_harm(place: Office, bank: Bank, clocks: Clocks):
    of = dossier(place)
    debts = [owed(of=of, amount=1_000 + number) for number in range(20)]
    attempts = [start(debt) for debt in debts]
    bank.fault("notification_lost", times=2)
    for attempt in attempts[:16]:
        bank.scan(attempt.qr_payload, times=2 if attempt is attempts[5] else 1)

    clocks.advance(policies.INQUIRY_AFTER.get() + 5)
    run_all_due()
    clocks.advance(20 * 60)
    run_all_due()

    truth = {order["reference"]: order for order in bank.orders()}
    for attempt in Attempt.objects.all():
        order = truth[attempt.reference]
        assert (attempt.state == "SUCCESS") == (order["status"] == "paid")
        told = {item["bank_transaction_id"]: item["amount"] for item in order["payments"]}
        assert dict(attempt.credits.values_list("bank_transaction_id", "amount")) == told
    assert not Attempt.objects.filter(state__in=OPEN).exists()
    assert Credit.objects.count() == 17
    assert Obligation.objects.filter(state="PAID").count() == 16
    assert not findings()


def test_inquiries_of_one_transaction_grow_rarer_and_end(place: Office, bank: Bank, clocks: Clocks):
    debt = owed(place)
    attempt = start(debt)
    clocks.advance(16 * 60)
    run_all_due()

    asked = reloaded(attempt).inquiries
    for _ in range(25):
        clocks.advance(4 * 3600)
        run_all_due()

    assert reloaded(attempt).inquire_at is None
    assert reloaded(attempt).inquiries - asked < 20
    assert fresh(debt).state == "UNPAID"


def test_a_second_credit_whose_notification_was_lost_is_found(place: Office, bank: Bank, clocks: Clocks):
    debt = owed(place, amount=5_000)
    attempt = start(debt)
    deliver(credited(attempt, bank_id=bank.scan(attempt.qr_payload)[0]["bank_transaction_id"]))
    work()
    bank.fault("notification_lost")
    bank.scan(attempt.qr_payload)

    clocks.advance(18 * 60)
    run_all_due()

    assert RefundCase.objects.get().amount == 5_000
    assert not findings()


def test_the_bank_says_that_the_payer_cancelled(place: Office, bank: Bank, clocks: Clocks):
    debt = owed(place)
    attempt = start(debt)
    bank.fault("notification_lost")
    bank.press_cancel(attempt.pay_url)

    clocks.advance(130)
    run_all_due()

    assert reloaded(attempt).state == "FAILED_TIMEOUT"
    assert start(debt).qr_payload
