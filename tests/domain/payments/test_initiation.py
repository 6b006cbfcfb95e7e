"""Starting a payment: a right QR or an explicit, retriable failure with its bank; never a blank."""

from __future__ import annotations

import pytest
from django.test import override_settings

from motcua.domain.payments import policies, queries, services
from motcua.domain.payments.models import Attempt, BeneficiaryAccount, ReceiptSeries
from motcua.domain.payments.rules import AttemptState, FailureCause, PayFunction
from motcua.foundation import outbound
from motcua.foundation import policies as settings_of
from motcua.foundation.actor import Actor
from motcua.foundation.errors import Conflict, DomainError, Invalid, NotFound
from tests.domain.payments.bank import Bank, Clocks
from tests.domain.payments.callbacks import at_once
from tests.domain.payments.factories import Office, configure, office, owed
from tests.domain.payments.paying import fresh, start, work

pytestmark = pytest.mark.django_db(transaction=True)
OPERATOR = Actor("staff", "operator")


def impatient() -> None:
    settings_of.set_value(policies.INITIATION_TIMEOUT.key, 1, actor=OPERATOR, reason="Kiểm thử")


ILLNESSES = [
    ("create_empty", {}, FailureCause.EMPTY_ANSWER),
    ("create_garbled", {}, FailureCause.GARBLED_ANSWER),
    ("create_no_qr", {}, FailureCause.NO_QR),
    ("create_wrong_qr", {}, FailureCause.WRONG_QR),
    ("create_error", {"status": 500}, FailureCause.GATEWAY_ERROR),
    ("unavailable", {}, FailureCause.GATEWAY_ERROR),
    ("create_slow", {"seconds": 3}, FailureCause.NO_ANSWER),
    ("create_timeout", {"seconds": 3}, FailureCause.NO_ANSWER),
]


@pytest.mark.requirement("PAY-04")
@pytest.mark.fault("F-30")
def test_a_start_ends_in_a_right_qr_or_a_retriable_failure_counted_per_bank(place: Office, bank: Bank):
    impatient()
    debt = owed(place)

    for number, (name, parameters, cause) in enumerate(ILLNESSES, start=1):
        bank.fault(name, **parameters)
        with pytest.raises(DomainError) as refusal:
            start(debt, "VCB")
        bank.healthy()
        outbound.forget_partners()

        assert (refusal.value.code, refusal.value.status) == ("PAYMENT_QR_UNAVAILABLE", 503)
        assert refusal.value.details["retriable"] is True
        assert (refusal.value.details["bank"], refusal.value.details["cause"]) == ("VCB", cause.value)
        assert "chọn ngân hàng khác" in str(refusal.value.what_next)
        newest = Attempt.objects.latest("started_at")
        assert (newest.state, newest.failure_cause, newest.qr_payload) == ("FAILED_TIMEOUT", cause.value, "")
        view = queries.obligations_of_code(debt.dossier.code)[0]
        assert (len(view.attempts), view.pay) == (number, PayFunction.START)

    shown = start(debt, "VCB")
    assert shown.qr_payload
    counted = queries.outcomes_by_bank(debt.created_at, shown.expires_at)
    failures = {item.cause: item.count for item in counted if item.state is AttemptState.FAILED_TIMEOUT}
    assert {item.bank for item in counted} == {"VCB"}
    assert sum(failures.values()) == len(ILLNESSES)
    assert failures["NO_ANSWER"] == failures["GATEWAY_ERROR"] == 2


def test_the_payer_of_a_failing_bank_switches_to_another(place: Office, bank: Bank):
    impatient()
    debt = owed(place)
    bank.fault("create_error", match={"bank": "VCB"})

    for _ in range(7):  # until the circuit of this bank is open
        with pytest.raises(DomainError, match="PAYMENT_QR_UNAVAILABLE"):
            start(debt, "VCB")
    good = start(debt, "BIDV")

    assert good.qr_payload
    by_bank = {(item.bank, item.state) for item in queries.outcomes_by_bank(debt.created_at, good.expires_at)}
    assert by_bank == {("VCB", AttemptState.FAILED_TIMEOUT), ("BIDV", AttemptState.INITIATED)}


def test_a_gateway_that_cannot_be_reached_is_a_failure_too(place: Office, bank: Bank):
    debt = owed(place)

    with override_settings(BANK_GATEWAY_URL="http://127.0.0.1:9"):
        with pytest.raises(DomainError) as refusal:
            start(debt)
        with pytest.raises(DomainError, match="PAYMENT_UNAVAILABLE"):
            services.banks()

    assert refusal.value.details["cause"] == "UNREACHABLE"
    assert fresh(debt).state == "UNPAID"


def test_the_banks_can_be_listed(bank: Bank):
    assert {"VCB", "BIDV", "VNPAY"} <= {item.code for item in services.banks()}


def test_a_second_start_at_the_same_bank_shows_the_same_qr(place: Office, bank: Bank):
    debt = owed(place)

    first, second = start(debt), start(debt)

    assert first.reference == second.reference
    assert first.qr_payload == second.qr_payload
    assert Attempt.objects.count() == 1


def test_two_clicks_at_once_open_one_transaction(place: Office, bank: Bank):
    debt = owed(place)

    shown = at_once([lambda: start(debt)] * 8)

    assert len({item.reference for item in shown}) == 1
    assert Attempt.objects.count() == 1
    assert len(bank.orders()) == 1


def test_choosing_another_bank_gives_the_first_transaction_up(place: Office, bank: Bank):
    debt = owed(place)

    first, second = start(debt, "VCB"), start(debt, "BIDV")

    first.refresh_from_db()
    assert (first.state, first.failure_cause) == ("QR_EXPIRED", "REPLACED")
    assert second.reference != first.reference
    assert Attempt.objects.filter(state="INITIATED").get().pk == second.pk


def test_while_the_bank_processes_a_payment_no_other_can_be_started(place: Office, bank: Bank):
    debt = owed(place)
    attempt = start(debt)

    services.payer_returned(attempt.reference)
    with pytest.raises(Conflict, match="PAYMENT_IN_PROGRESS"):
        start(debt, "BIDV")
    services.payer_returned(attempt.reference)
    bank.scan(attempt.qr_payload)
    services.inquire_due()
    work()

    attempt.refresh_from_db()
    assert attempt.state == "SUCCESS"
    assert fresh(debt).state == "PAID"


@pytest.mark.requirement("PAY-13")
def test_a_payment_left_open_can_be_started_anew_and_officers_see_both(place: Office, bank: Bank, clocks: Clocks):
    debt = owed(place)
    start(debt)
    clocks.advance(16 * 60)

    assert queries.obligations_of_code(debt.dossier.code)[0].pay is PayFunction.START
    again = start(debt)
    bank.scan(again.qr_payload)
    services.inquire_due()
    clocks.advance(130)
    services.inquire_due()
    work()

    seen = queries.attempts_of(place.world.reception, debt.pk)
    assert [item.state for item in seen] == [AttemptState.QR_EXPIRED, AttemptState.SUCCESS]


def test_a_process_that_died_before_asking_the_bank_blocks_nobody(place: Office, bank: Bank, clocks: Clocks):
    debt = owed(place)
    bank.fault("create_error")
    with pytest.raises(DomainError):
        start(debt)
    bank.healthy()
    # what a process leaves that was killed between opening the transaction and the bank's answer
    Attempt.objects.update(state="INITIATED", failure_cause="", finished_at=None)

    reused = start(debt)

    assert reused.qr_payload
    assert Attempt.objects.count() == 1
    Attempt.objects.update(qr_payload="")
    clocks.advance(20 * 60)
    assert services.expire_due() == 1
    assert Attempt.objects.get().failure_cause == "NO_ANSWER"
    assert start(debt).qr_payload


def test_missing_configuration_is_told_before_anything_starts(db, bank: Bank):
    bare = office(configured=False)
    debt = owed(bare)

    with pytest.raises(DomainError) as refusal:
        start(debt)

    assert refusal.value.code == "PAYMENT_NOT_CONFIGURED"
    assert refusal.value.details["missing"] == ["BENEFICIARY_ACCOUNT", "RECEIPT_SERIES"]
    assert not Attempt.objects.exists()
    assert not bank.orders()
    configure(bare.province)
    assert start(debt).qr_payload
    assert fresh(debt).beneficiary_account


def test_the_nearest_and_most_specific_configuration_holds(place: Office, bank: Bank):
    for row in (
        {"unit": place.desk, "account": "1111", "fee_code": ""},
        {"unit": place.world.commune, "account": "2222", "fee_code": "LP-LLTP"},
        {"unit": place.desk, "account": "3333", "fee_code": "OTHER"},
        {"unit": place.world.other_commune, "account": "4444", "fee_code": "LP-LLTP"},
    ):
        BeneficiaryAccount.objects.create(bin="970418", name="KBNN", **row)

    assert owed(place).beneficiary_account == "1111"
    BeneficiaryAccount.objects.create(unit=place.desk, bin="970418", name="KBNN", account="5555", fee_code="LP-LLTP")
    assert owed(place).beneficiary_account == "5555"


def test_an_inactive_series_is_no_series(place: Office, bank: Bank):
    debt = owed(place)
    ReceiptSeries.objects.update(is_active=False)

    with pytest.raises(DomainError, match="PAYMENT_NOT_CONFIGURED"):
        start(debt)


def test_nonsense_is_refused(place: Office, bank: Bank):
    debt = owed(place)

    with pytest.raises(Invalid, match="BANK_REQUIRED"):
        start(debt, " ")
    with pytest.raises(NotFound, match="OBLIGATION_UNKNOWN"):
        start(place.world.citizen.account_id)
    with pytest.raises(NotFound, match="TRANSACTION_UNKNOWN"):
        services.payer_returned("NOSUCHCODE")
    with pytest.raises(DomainError, match="PAYMENT_QR_UNAVAILABLE"):
        start(debt, "NOSUCHBANK")
