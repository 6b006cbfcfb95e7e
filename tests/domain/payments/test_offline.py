"""Payment without the platform: nothing waits for it, and an officer can record money taken otherwise."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import override_settings

from motcua.domain.dossiers import services as dossier_services
from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.rules import State
from motcua.domain.payments import ledger, queries, services
from motcua.domain.payments.models import Obligation, OfflinePayment, Receipt, RefundCase
from motcua.domain.payments.rules import AccountKind, ObligationState, PayFunction
from motcua.foundation import clock
from motcua.foundation.errors import AccessDenied, Conflict, DomainError, Invalid, NotFound, Unauthenticated
from tests.domain.payments.bank import Bank
from tests.domain.payments.callbacks import at_once, credited, deliver
from tests.domain.payments.factories import Office, dossier, owed, submitted
from tests.domain.payments.paying import findings, fresh, start, work

pytestmark = pytest.mark.django_db(transaction=True)


def record(place: Office, debt: Obligation, **how: object) -> Obligation:
    arguments = {"method": "CASH", "document_number": "PT-0012", "paid_at": None, "acting": place.world.reception}
    return services.record_offline(debt.pk, **{**arguments, **how})


@pytest.mark.requirement("SUB-14")
def test_a_dead_payment_platform_prevents_nothing(place: Office, bank: Bank):
    with override_settings(BANK_GATEWAY_URL="http://127.0.0.1:9"):
        sent = submitted(place)
        debt = Obligation.objects.get(dossier=sent)
        with pytest.raises(DomainError) as refusal:
            start(debt)
        dossier_services.receive(place.world.reception, sent.pk)

        assert "bộ phận một cửa" in str(_unavailable().what_next)
        assert refusal.value.details["retriable"] is True
        assert Dossier.objects.get(pk=sent.pk).state == State.RECEIVED
        assert fresh(debt).state == "UNPAID"
        assert queries.obligations_of(place.world.citizen, sent.pk)[0].pay is PayFunction.START
        record(place, debt)

    work()
    assert fresh(debt).state == "PAID_OFFLINE"
    assert Receipt.objects.get().state == "ISSUED"
    assert not findings()


def _unavailable() -> DomainError:
    with pytest.raises(DomainError) as refusal:
        services.banks()
    return refusal.value


def test_money_at_the_desk_pays_resumes_and_gives_a_receipt(place: Office):
    of = dossier(place, state=State.WAIT_PAYMENT)
    debt = owed(of=of, amount=8_000)

    record(place, debt, method="BANK_TRANSFER", document_number=" UNC  77 ")
    work()

    assert fresh(debt).state == ObligationState.PAID_OFFLINE
    payment = OfflinePayment.objects.get()
    assert (payment.method, payment.document_number, payment.amount) == ("BANK_TRANSFER", "UNC 77", 8_000)
    assert ledger.balance(ledger.Account(AccountKind.OFFLINE_CLEARING, debt.unit_id)) == 8_000
    assert Dossier.objects.get(pk=of.pk).state == State.IN_PROCESS
    receipt = Receipt.objects.get()
    assert (receipt.content["method"], receipt.content["transaction_code"]) == ("BANK_TRANSFER", "UNC 77")
    assert not findings()


def test_online_money_after_payment_at_the_desk_is_owed_back(place: Office, bank: Bank):
    debt = owed(place, amount=8_000)
    attempt = start(debt)
    record(place, debt)

    deliver(credited(attempt))
    work()

    assert fresh(debt).state == "PAID_OFFLINE"
    assert RefundCase.objects.get().amount == 8_000
    assert Receipt.objects.count() == 1
    assert not findings()


def test_desk_and_bank_at_the_same_moment_pay_once(place: Office, bank: Bank):
    debts = [owed(place, amount=1_000) for _ in range(8)]
    for debt in debts:
        deliver(credited(start(debt)))

    def at_desk(debt: Obligation) -> str:
        try:
            return record(place, debt).state
        except Conflict:
            return "taken"

    at_once([*[lambda debt=debt: at_desk(debt) for debt in debts], *[lambda: str(services.apply_due(2))] * 6])
    work()

    settled = [item.state for item in Obligation.objects.all()]
    assert set(settled) <= {"PAID", "PAID_OFFLINE"}
    assert RefundCase.objects.count() == settled.count("PAID_OFFLINE")
    assert Receipt.objects.count() == 8
    assert not findings()


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"method": "BARTER"}, "OFFLINE_METHOD"),
        ({"document_number": " "}, "DOCUMENT_REQUIRED"),
        ({"paid_at": clock.now() + timedelta(days=365 * 20)}, "PAID_AT_IN_FUTURE"),
    ],
)
def test_what_is_recorded_must_be_whole(place: Office, how, code):
    debt = owed(place)

    with pytest.raises(Invalid, match=code):
        record(place, debt, **how)

    assert fresh(debt).state == "UNPAID"


def test_a_paid_obligation_cannot_be_recorded_again(place: Office):
    debt = owed(place)
    record(place, debt)

    with pytest.raises(Conflict, match="OBLIGATION_NOT_OPEN"):
        record(place, debt)
    assert OfflinePayment.objects.count() == 1


def test_only_an_officer_of_the_unit_records_a_payment(place: Office):
    debt = owed(place)

    for stranger in (place.world.citizen, place.world.stranger, place.world.monitor):
        with pytest.raises((AccessDenied, NotFound)):
            record(place, debt, acting=stranger)
    with pytest.raises(Unauthenticated):
        record(place, debt, acting=None)
    assert fresh(debt).state == "UNPAID"


def test_an_officer_cancels_an_obligation_with_reason_and_the_dossier_goes_on(place: Office, bank: Bank):
    of = dossier(place, state=State.WAIT_PAYMENT)
    debt = owed(of=of, amount=8_000)
    attempt = start(debt)

    with pytest.raises(Invalid, match="REASON_REQUIRED"):
        services.cancel_obligation(debt.pk, reason=" ", acting=place.world.processor)
    services.cancel_obligation(debt.pk, reason="Người có công được miễn lệ phí", acting=place.world.processor)

    assert fresh(debt).state == "CANCELLED"
    assert Dossier.objects.get(pk=of.pk).state == State.IN_PROCESS
    with pytest.raises(Conflict, match="OBLIGATION_NOT_PAYABLE"):
        start(debt)
    with pytest.raises(Conflict, match="OBLIGATION_NOT_OPEN"):
        services.cancel_obligation(debt.pk, reason="Lần nữa", acting=place.world.processor)
    deliver(credited(attempt))
    work()
    assert fresh(debt).state == "CANCELLED"
    assert RefundCase.objects.get().reason == "OBLIGATION_CANCELLED"
    assert not findings()


def test_who_may_not_assess_fees_may_not_cancel_them(place: Office):
    debt = owed(place)

    for stranger in (place.world.citizen, place.world.stranger, place.world.monitor):
        with pytest.raises(AccessDenied):
            services.cancel_obligation(debt.pk, reason="Tôi không muốn nộp", acting=stranger)
    assert fresh(debt).state == "UNPAID"
