"""The pay function over every dossier state and every condition of the obligation."""

from __future__ import annotations

import pytest

from motcua.domain.dossiers.rules import State
from motcua.domain.payments import queries, services
from motcua.domain.payments.models import Attempt, Obligation
from motcua.domain.payments.rules import PayFunction
from motcua.foundation import clock
from motcua.foundation.errors import Conflict, DomainError
from tests.domain.payments.bank import Bank
from tests.domain.payments.callbacks import credited, deliver
from tests.domain.payments.factories import Office, dossier, owed
from tests.domain.payments.paying import start, work

pytestmark = pytest.mark.django_db(transaction=True)
STORED = [state for state in State if state is not State.DRAFT]


def unpaid(debt: Obligation, place: Office, bank: Bank) -> None:
    """Nothing was tried yet."""


def pending(debt: Obligation, place: Office, bank: Bank) -> None:
    start(debt)


def failed(debt: Obligation, place: Office, bank: Bank) -> None:
    bank.fault("create_error", times=1)
    with pytest.raises(DomainError):
        start(debt)


def expired(debt: Obligation, place: Office, bank: Bank) -> None:
    Attempt.objects.filter(pk=start(debt).pk).update(expires_at=clock.now())


def paid(debt: Obligation, place: Office, bank: Bank) -> None:
    deliver(credited(start(debt)))
    work()


def cancelled(debt: Obligation, place: Office, bank: Bank) -> None:
    now = clock.now()
    Obligation.objects.filter(pk=debt.pk).update(state="CANCELLED", cancelled_at=now, cancel_reason="Miễn lệ phí")


def refunded(debt: Obligation, place: Office, bank: Bank) -> None:
    Obligation.objects.filter(pk=debt.pk).update(state="REFUNDED", paid_at=clock.now())


CONDITIONS = {
    unpaid: PayFunction.START,
    pending: PayFunction.CONTINUE,
    failed: PayFunction.START,
    expired: PayFunction.START,
    paid: PayFunction.NONE,
    cancelled: PayFunction.NONE,
    refunded: PayFunction.NONE,
}


@pytest.mark.requirement("PAY-03")
@pytest.mark.requirement("DOS-11")
def test_every_dossier_state_offers_payment_by_the_obligation_alone(place: Office, bank: Bank):
    for state in STORED:
        for reach, offered in CONDITIONS.items():
            of = dossier(place, state=state)
            debt = owed(place, of=of, blocks=False)
            reach(debt, place, bank)
            case = f"{state} × {reach.__name__}"

            assert queries.obligations_of_code(of.code)[0].pay is offered, case
            assert queries.obligations_of(place.world.citizen, of.pk)[0].pay is offered, case
            before = Attempt.objects.filter(obligation=debt).count()
            if offered is PayFunction.NONE:
                with pytest.raises(Conflict, match="OBLIGATION_NOT_PAYABLE"):
                    start(debt)
                assert Attempt.objects.filter(obligation=debt).count() == before, case
            else:
                assert start(debt).qr_payload, case
                new = Attempt.objects.filter(obligation=debt).count() - before
                assert new == (1 if offered is PayFunction.START else 0), case
    assert services.banks()
