"""The gateway's word: authenticated, stored before it is acknowledged, applied once."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from motcua.domain.payments import crediting, ledger, notifications, services
from motcua.domain.payments.models import (
    Attempt,
    Credit,
    GatewayNotification,
    LedgerTransaction,
    Receipt,
    RefundCase,
    RejectedNotification,
    UnmatchedCase,
)
from motcua.domain.payments.rules import AccountKind
from tests.domain.payments.bank import Bank, Clocks
from tests.domain.payments.callbacks import credited, deliver, failed
from tests.domain.payments.factories import Office, owed
from tests.domain.payments.paying import findings, fresh, start, wait_for_notifications, wait_until, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.requirement("PAY-09")
def test_confirmations_are_authenticated_durable_and_idempotent(place: Office, bank: Bank, monkeypatch):
    debt = owed(place)
    content = credited(start(debt))

    forged = deliver(content, secret="not the key of the gateway, but as long as it")
    assert (forged.status_code, forged.json()["code"]) == (401, "97")
    work()
    assert notifications.rejected_count() == 1
    assert not GatewayNotification.objects.exists()
    assert fresh(debt).state == "UNPAID"

    # the process dies after storing, before it answers: the gateway gets no acknowledgement and sends again
    with monkeypatch.context() as dying:
        dying.setattr("motcua.faces.api.payment_notifications._ANSWERS", {})
        with pytest.raises(KeyError):
            deliver(content)
    assert GatewayNotification.objects.get().applied_at is None

    answers = [deliver(content) for _ in range(10)]
    work()
    answers += [deliver(content)]
    work()
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
    assert answers[0].json()["code"] == "00"
    assert GatewayNotification.objects.get().times_received == 12
    assert (Credit.objects.count(), LedgerTransaction.objects.count(), Receipt.objects.count()) == (1, 1, 1)
    assert fresh(debt).state == "PAID"
    assert not findings()


@pytest.mark.parametrize(
    "spoilt",
    [
        {"timestamp": "0"},
        {"timestamp": "99999999999"},
        {"timestamp": "١٢٣"},
        {"timestamp": ""},
        {"X-Merchant": "somebody"},
        {"X-Signature": ""},
        {"X-Signature": "é"},
    ],
)
def test_what_the_gateway_did_not_just_sign_is_refused(place: Office, bank: Bank, spoilt):
    debt = owed(place)
    content = credited(start(debt))
    if "timestamp" in spoilt and not spoilt["timestamp"].isascii():
        spoilt = {"timestamp": "12x"}

    assert deliver(content, **spoilt).status_code == 401
    work()

    assert fresh(debt).state == "UNPAID"
    assert sum(RejectedNotification.objects.values_list("count", flat=True)) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b'{"event": "payment.credited"}',
        b'{"event": "something.else", "notification_id": "N1"}',
        b"\xff\xfe",
        b'{"event":"payment.credited","notification_id":"N1","reference":"R","amount":0,"currency":"VND",'
        b'"bank_transaction_id":"F","paid_at":"2026-06-04T00:00:00+07:00"}',
        b'{"event":"payment.credited","notification_id":"N1","reference":"R","amount":10.5,"currency":"VND",'
        b'"bank_transaction_id":"F","paid_at":"2026-06-04T00:00:00+07:00"}',
        b'{"event":"payment.credited","notification_id":"N1","reference":"R","amount":10,"currency":"USD",'
        b'"bank_transaction_id":"F","paid_at":"2026-06-04T00:00:00+07:00"}',
        b'{"event":"payment.credited","notification_id":"N1","reference":"R","amount":10,"currency":"VND",'
        b'"bank_transaction_id":"F","paid_at":"2026-06-04T00:00:00"}',
    ],
)
def test_a_signed_body_that_is_no_notification_is_refused_and_counted(place: Office, body):
    answer = deliver(body)

    assert (answer.status_code, answer.json()["code"]) == (400, "99")
    assert not GatewayNotification.objects.exists()
    assert RejectedNotification.objects.get().cause == "MALFORMED"


def test_only_posts_to_a_known_gateway_are_taken(place: Office, client):
    assert client.get("/api/v1/payments/notifications/bank").status_code == 405
    assert (
        client.post("/api/v1/payments/notifications/nobody", b"{}", content_type="application/json").status_code == 404
    )


def test_a_known_identifier_with_another_content_is_refused(place: Office, bank: Bank):
    debt = owed(place)
    content = credited(start(debt))

    deliver(content)
    assert deliver({**content, "amount": content["amount"] + 1}).status_code == 400
    work()

    assert Credit.objects.get().amount == content["amount"]
    assert RejectedNotification.objects.get().cause == "IDENTIFIER_REUSED"


def test_two_notifications_of_one_credit_have_one_effect(place: Office, bank: Bank):
    debt = owed(place)
    attempt = start(debt)

    deliver(credited(attempt, bank_id="FT1"))
    deliver(credited(attempt, bank_id="FT1"))
    work()

    assert GatewayNotification.objects.filter(applied_at__isnull=False).count() == 2
    assert Credit.objects.count() == 1
    assert not RefundCase.objects.exists()


def test_a_credit_of_another_amount_pays_nothing_and_opens_a_case(place: Office, bank: Bank):
    debt = owed(place, amount=8_000)
    attempt = start(debt)

    deliver(credited(attempt, amount=7_000))
    deliver(credited(attempt, amount=80_000))
    work()

    assert fresh(debt).state == "UNPAID"
    assert {case.reason for case in UnmatchedCase.objects.all()} == {"WRONG_AMOUNT"}
    assert ledger.balance(ledger.Account(AccountKind.UNMATCHED)) == -87_000
    assert Attempt.objects.get().state == "INITIATED"
    assert not findings()


def test_the_banks_own_word_corrects_a_wrong_amount_by_counter_entries(place: Office, bank: Bank):
    debt = owed(place, amount=8_000)
    attempt = start(debt)
    bank.fault("notification_wrong_amount", amount=7_000)

    bank.scan(attempt.qr_payload)
    wait_for_notifications(1)
    work()
    assert fresh(debt).state == "UNPAID"
    services.inquire_due()
    work()

    assert fresh(debt).state == "PAID"
    assert ledger.balance(ledger.Account(AccountKind.UNMATCHED)) == 0
    assert ledger.balance(ledger.Account(AccountKind.GATEWAY_CLEARING, gateway="bank")) == 8_000
    assert sorted(item.kind for item in LedgerTransaction.objects.all()) == ["COLLECTION", "REVERSAL", "UNMATCHED"]
    assert UnmatchedCase.objects.get().resolution == "CORRECTED_BY_INQUIRY"
    assert Credit.objects.get().amount == 8_000
    assert not findings()


def test_a_credit_for_an_unknown_reference_is_kept_with_a_case(place: Office, bank: Bank):
    attempt = start(owed(place))

    deliver(credited(attempt, reference="SOMEBODYELSE1"))
    deliver(credited(attempt, reference="'; DROP TABLE payments_credit; --<b>"))
    work()

    assert {case.reason for case in UnmatchedCase.objects.all()} == {"UNKNOWN_REFERENCE"}
    assert Credit.objects.filter(attempt__isnull=True).count() == 2
    assert not findings()


def test_the_payer_cancels_at_the_bank_and_can_start_again(place: Office, bank: Bank):
    debt = owed(place)
    attempt = start(debt)

    deliver(failed(attempt))
    work()

    attempt.refresh_from_db()
    assert (attempt.state, attempt.failure_cause) == ("FAILED_TIMEOUT", "CANCELLED_BY_PAYER")
    assert start(debt).reference != attempt.reference


def test_a_failure_told_after_the_money_changes_nothing(place: Office, bank: Bank):
    debt = owed(place)
    attempt = start(debt)

    deliver(credited(attempt))
    deliver(failed(attempt))
    deliver({**failed(attempt), "reference": "UNKNOWN123"})
    work()

    assert fresh(debt).state == "PAID"
    assert Attempt.objects.get().state == "SUCCESS"


def test_a_notification_that_cannot_be_applied_is_retried_and_shown(
    place: Office, bank: Bank, clocks: Clocks, monkeypatch
):
    debt = owed(place)
    content = credited(start(debt))

    def broken(*_args: object, **_kwargs: object) -> None:
        raise DatabaseError("the disk is full")

    with monkeypatch.context() as ill:
        ill.setattr(crediting, "book", broken)
        deliver(content)
        assert services.apply_due() == 1
    row = GatewayNotification.objects.get()
    assert (row.tries, row.applied_at) == (1, None)
    assert "disk" in row.last_error
    clocks.advance(360)
    assert [item.subject for item in findings() if item.fault == "F-36"] == [content["notification_id"]]

    work()
    assert fresh(debt).state == "PAID"
    assert not findings()


def test_the_simulators_faulty_notifications_have_one_effect(place: Office, bank: Bank):
    debt = owed(place)
    attempt = start(debt)
    bank.fault("notification_duplicate", count=10, concurrent=True)
    bank.fault("notification_wrong_signature", times=1)

    bank.scan(attempt.qr_payload)
    wait_until(lambda: [item for item in bank.notifications() if item["acknowledged_at"]])
    work()

    assert fresh(debt).state == "PAID"
    assert Credit.objects.count() == Receipt.objects.count() == 1
    assert notifications.rejected_count() == 1
