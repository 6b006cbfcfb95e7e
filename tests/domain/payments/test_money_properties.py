"""Whatever happens in whatever order: at most one credit, a balanced ledger, equal views, no money lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from motcua.domain.dossiers.rules import State
from motcua.domain.payments import ledger, queries, services
from motcua.domain.payments.models import (
    Attempt,
    Credit,
    LedgerEntry,
    LedgerTransaction,
    Obligation,
    Receipt,
    RefundCase,
)
from motcua.domain.payments.rules import AccountKind, ObligationState, PostingKind, projected_state
from motcua.foundation.errors import DomainError
from tests.domain.payments.bank import Bank, Clocks
from tests.domain.payments.callbacks import credited, deliver, failed
from tests.domain.payments.factories import Office, dossier, owed
from tests.domain.payments.paying import findings, start, work

BANKS = st.sampled_from(["VCB", "BIDV"])
WHICH = st.integers(0, 50)


class Money(RuleBasedStateMachine):
    """Payers, banks, officers and the background work, in any order; the gateway is the real simulator.

    Its own notifications are switched off: the test delivers them, late, repeated, with a wrong amount or never.
    """

    place: Office
    bank: Bank
    clocks: Clocks

    @initialize(count=st.integers(1, 3))
    def open_dossier(self, count: int) -> None:
        self.dossier = dossier(self.place, state=State.WAIT_PAYMENT)
        self.debts = [owed(of=self.dossier, amount=1_000 * (number + 1)).pk for number in range(count)]
        self.told: list[dict[str, object]] = []

    def attempts(self) -> list[Attempt]:
        return list(Attempt.objects.filter(obligation_id__in=self.debts).order_by("started_at", "id"))

    def shown(self) -> list[Attempt]:
        return [item for item in self.attempts() if item.qr_payload]

    @rule(which=WHICH, bank=BANKS, ill=st.sampled_from([None, None, "create_error", "create_wrong_qr", "create_empty"]))
    def start(self, which: int, bank: str, ill: str | None) -> None:
        if ill:
            self.bank.fault(ill, times=1)
        with may_be_refused("OBLIGATION_NOT_PAYABLE", "PAYMENT_IN_PROGRESS", "PAYMENT_QR_UNAVAILABLE"):
            start(self.debts[which % len(self.debts)], bank)
        self.bank.clear(ill)

    @precondition(lambda self: self.shown())
    @rule(which=WHICH, times=st.integers(1, 2))
    def scan(self, which: int, times: int) -> None:
        shown = self.shown()
        attempt = shown[which % len(shown)]
        for paid in self.bank.scan(attempt.qr_payload, times=times):
            self.told.append(credited(attempt, bank_id=paid["bank_transaction_id"]))

    @precondition(lambda self: self.told)
    @rule(which=WHICH, times=st.integers(1, 3))
    def deliver(self, which: int, times: int) -> None:
        for _ in range(times):
            assert deliver(self.told[which % len(self.told)]).status_code == 200

    @precondition(lambda self: self.told)
    @rule(which=WHICH, amount=st.integers(1, 5_000))
    def deliver_wrong_amount(self, which: int, amount: int) -> None:
        right = self.told[which % len(self.told)]
        spoilt = {**right, "notification_id": f"{right['notification_id']}-{amount}", "amount": amount}
        assert deliver(spoilt).status_code == 200

    @precondition(lambda self: self.shown())
    @rule(which=WHICH)
    def cancel_at_bank(self, which: int) -> None:
        shown = self.shown()
        deliver(failed(shown[which % len(shown)]))

    @precondition(lambda self: self.shown())
    @rule(which=WHICH)
    def come_back(self, which: int) -> None:
        shown = self.shown()
        services.payer_returned(shown[which % len(shown)].reference)

    @rule(which=WHICH)
    def pay_at_desk(self, which: int) -> None:
        debt, officer = self.debts[which % len(self.debts)], self.place.world.reception
        with may_be_refused("OBLIGATION_NOT_OPEN"):
            services.record_offline(debt, method="CASH", document_number="PT-1", paid_at=None, acting=officer)

    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        debt, officer = self.debts[which % len(self.debts)], self.place.world.processor
        with may_be_refused("OBLIGATION_NOT_OPEN"):
            services.cancel_obligation(debt, reason="Được miễn lệ phí", acting=officer)

    @rule(seconds=st.sampled_from([10, 130, 400, 1000]))
    def wait(self, seconds: int) -> None:
        self.clocks.advance(seconds)

    @rule()
    def apply(self) -> None:
        services.apply_due()

    @rule()
    def inquire(self) -> None:
        services.inquire_due()

    @rule()
    def expire(self) -> None:
        services.expire_due()

    @invariant()
    def one_credit_at_most(self) -> None:
        for debt in getattr(self, "debts", []):
            collections = LedgerTransaction.objects.filter(
                obligation_id=debt, kind__in=["COLLECTION", "OFFLINE_COLLECTION"]
            )
            assert collections.count() <= 1
            assert Attempt.objects.filter(obligation_id=debt, credited=True).count() <= 1
            assert Receipt.objects.filter(obligation_id=debt).count() == collections.count()

    @invariant()
    def the_ledger_balances_and_holds_every_credit(self) -> None:
        assert sum(ledger.balances().values()) == 0
        clearing = ledger.balance(ledger.Account(AccountKind.GATEWAY_CLEARING, gateway="bank"))
        assert clearing == sum(Credit.objects.values_list("amount", flat=True))
        owed_back = -ledger.balance(ledger.Account(AccountKind.REFUNDS_PAYABLE))
        assert owed_back == sum(RefundCase.objects.values_list("amount", flat=True))

    @invariant()
    def all_views_are_the_ledgers_projection(self) -> None:
        if not hasattr(self, "debts"):
            return
        world = self.place.world
        payer = {item.id: item.state for item in queries.obligations_of(world.citizen, self.dossier.pk)}
        officer = {item.id: item.state for item in queries.obligations_of(world.reception, self.dossier.pk)}
        public = {item.id: item.state for item in queries.obligations_of_code(self.dossier.code)}
        projected = {debt: projection(debt) for debt in self.debts}
        assert payer == officer == public == projected
        summary = queries.summaries([self.dossier.pk])[self.dossier.pk]
        paid = [
            debt for debt, state in projected.items() if state in (ObligationState.PAID, ObligationState.PAID_OFFLINE)
        ]
        assert summary.paid == sum(Obligation.objects.filter(pk__in=paid).values_list("amount", flat=True))

    def teardown(self) -> None:
        """In the end everything is final, and the bank's word and ours are the same."""
        if not hasattr(self, "debts"):
            return
        for _ in range(4):
            self.clocks.advance(2_000)
            while services.inquire_due() + services.expire_due():
                pass
            work()
        truth = self.bank.credits_of({item.reference for item in self.attempts()})
        ours = Credit.objects.filter(attempt__obligation_id__in=self.debts)
        assert dict(ours.values_list("bank_transaction_id", "amount")) == truth
        assert not Attempt.objects.filter(state__in=["INITIATED", "PROCESSING"]).exists()
        assert not Credit.objects.filter(outcome="UNMATCHED").exists()
        assert findings() == []


def projection(debt: object) -> ObligationState:
    """The state of an obligation read off the ledger entries and its cancellation, nothing else."""
    kinds = LedgerEntry.objects.filter(
        account__kind="BENEFICIARY", transaction__obligation_id=debt, transaction__reversed_by__isnull=True
    ).values_list("transaction__kind", flat=True)
    cancelled = Obligation.objects.filter(pk=debt, cancelled_at__isnull=False).exists()
    return projected_state(PostingKind(kinds[0]) if kinds else None, cancelled=cancelled)


@contextmanager
def may_be_refused(*codes: str) -> Iterator[None]:
    """Lets an act be refused for one of these reasons, and no other."""
    try:
        yield
    except DomainError as refusal:
        if refusal.code not in codes:
            raise


@pytest.mark.requirement("PAY-22")
@pytest.mark.django_db(transaction=True)
def test_after_any_events_all_views_equal_the_ledger(place: Office, bank: Bank, clocks: Clocks):
    Money.place, Money.bank, Money.clocks = place, bank, clocks
    bank.fault("notification_lost")
    patient = {"deadline": None, "suppress_health_check": list(HealthCheck)}

    run_state_machine_as_test(Money, settings=settings(max_examples=8, stateful_step_count=20, **patient))

    debt = owed(of=dossier(place, state=State.WAIT_PAYMENT), amount=1_000)  # chance may have paid nothing
    services.record_offline(debt.pk, method="CASH", document_number="PT-1", paid_at=None, acting=place.world.reception)
    for change in (lambda: LedgerEntry.objects.update(amount=1), lambda: LedgerTransaction.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
