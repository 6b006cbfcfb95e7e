"""What follows when money comes: everything at once, once, and told to everybody who must know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from motcua.domain.dossiers import services as dossier_services
from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.rules import State
from motcua.domain.messaging.models import Message
from motcua.domain.payments import crediting, ledger, queries, receipts, services, settling
from motcua.domain.payments.events import ObligationPaid
from motcua.domain.payments.gateways.base import CreditNotice
from motcua.domain.payments.models import Attempt, Credit, LedgerTransaction, Obligation, Receipt, RefundCase
from motcua.domain.payments.rules import AccountKind, PayFunction
from motcua.foundation import clock, events, reactions
from motcua.foundation.actor import ANONYMOUS, Actor
from motcua.foundation.detectors import run_all
from motcua.foundation.events import Recorded
from motcua.foundation.models import PendingReaction
from tests.domain.payments.bank import Bank, Clocks
from tests.domain.payments.callbacks import at_once, credited, deliver
from tests.domain.payments.factories import Office, dossier, owed
from tests.domain.payments.paying import findings, fresh, start, work

pytestmark = pytest.mark.django_db(transaction=True)


class Partner:
    """A specialised system that is told of payments, as a later room will be: a reaction with its own outbox row."""

    down = False
    told: list[str] = []


@reactions.after("tests.specialised_system", ObligationPaid)
def tell_the_specialised_system(recorded: Sequence[Recorded]) -> None:
    if Partner.down:
        raise ConnectionError("the partner is down")
    Partner.told += [item.body.reference for item in recorded if isinstance(item.body, ObligationPaid)]


@pytest.fixture(autouse=True)
def partner() -> Iterator[None]:
    Partner.down, Partner.told = False, []
    yield
    Partner.down = False


@pytest.mark.requirement("PAY-12")
def test_success_has_all_its_effects_in_one_transaction(place: Office, bank: Bank, monkeypatch):
    of = dossier(place, state=State.WAIT_PAYMENT, phone="84912345678")
    debt = owed(of=of, amount=8_000)
    attempt = start(debt)
    content = credited(attempt)

    # killed just before the commit: nothing of it is there
    with monkeypatch.context() as dying:
        dying.setattr(receipts, "create", partial(_die))
        deliver(content)
        services.apply_due()
    assert fresh(debt).state == "UNPAID"
    assert not LedgerTransaction.objects.exists()
    assert Dossier.objects.get(pk=of.pk).state == State.WAIT_PAYMENT

    # killed just after the commit: the outbox still holds what must be told
    deliver({**content, "notification_id": "N-again"})
    services.apply_due()
    assert fresh(debt).state == "PAID"
    assert Receipt.objects.get().number == 1
    assert Dossier.objects.get(pk=of.pk).state == State.IN_PROCESS
    assert {item.reaction for item in PendingReaction.objects.filter(aggregate_id=debt.pk)} == {
        "payments.notices",
        "tests.specialised_system",
    }
    worklist = queries.summaries([of.pk])[of.pk]
    assert (worklist.owed, worklist.paid, worklist.blocked) == (0, 8_000, False)
    assert ObligationPaid.type_name in [item.body.type_name for item in events.of_dossier(of.pk)]

    reactions.drain_all()
    reactions.drain_all()
    assert Partner.told == [attempt.reference]
    message = Message.objects.get(template="payment.paid")
    assert (message.recipient, message.subject_code) == ("84912345678", of.code)
    assert of.code in message.text


def _die(*_args: object, **_kwargs: object) -> None:
    raise SystemError("killed")


@pytest.mark.fault("F-37")
def test_a_partner_that_was_down_is_told_once_later_and_its_age_alarms(place: Office, bank: Bank, clocks: Clocks):
    of = dossier(place, state=State.WAIT_PAYMENT)
    attempt = start(owed(of=of))
    Partner.down = True

    deliver(credited(attempt))
    work()
    reactions.drain_all()
    assert Dossier.objects.get(pk=of.pk).state == State.IN_PROCESS
    assert Partner.told == []
    clocks.advance(6 * 60)
    late = [item for item in run_all() if item.detector == "reactions.late"]
    assert any("tests.specialised_system" in item.subject for item in late)

    Partner.down = False
    clocks.advance(10 * 60)
    reactions.drain_all()
    reactions.drain_all()
    assert Partner.told == [attempt.reference]


@pytest.mark.requirement("PAY-08")
def test_two_qrs_paid_at_once_pay_once_and_a_hundred_callbacks_credit_once(place: Office, bank: Bank):
    debt = owed(place, amount=8_000)
    tabs = [start(debt, "VCB"), start(debt, "BIDV")]

    at_once([partial(deliver, credited(tab, bank_id=f"FT-{tab.bank}")) for tab in tabs])
    at_once([services.apply_due] * 4)
    assert fresh(debt).state == "PAID"
    states = sorted((item.state, item.credited, item.duplicate) for item in Attempt.objects.all())
    assert states == [("SUCCESS", False, True), ("SUCCESS", True, False)]
    assert (Receipt.objects.count(), RefundCase.objects.count()) == (1, 1)

    other = owed(place, amount=9_000)
    attempt = start(other)
    at_once([partial(deliver, credited(attempt, bank_id="FT-one")) for _ in range(100)])
    at_once([partial(services.apply_due, 5)] * 30)
    work()
    assert Credit.objects.filter(attempt=attempt).count() == 1
    assert LedgerTransaction.objects.filter(obligation=other).count() == 1
    assert ledger.balance(ledger.Account(AccountKind.BENEFICIARY, other.unit_id)) == -17_000
    assert not findings()


@pytest.mark.fault("F-38")
def test_a_hundred_parallel_callbacks_for_two_transactions_pay_once(place: Office, bank: Bank):
    debt = owed(place, amount=8_000)
    citizen = place.world.citizen.actor()
    tabs = [start(debt, "VCB", by=ANONYMOUS), start(debt, "BIDV", by=citizen)]
    now = clock.now()
    notices = [CreditNotice(f"FT-{tab.bank}", tab.reference, 8_000, now, "VCB", late=False) for tab in tabs] * 50

    def callback(notice: CreditNotice) -> Credit:
        return crediting.book("bank", notice, source=crediting.NOTIFICATION, actor=Actor.job("test"))

    at_once([partial(callback, notice) for notice in notices], threads=24)
    work()

    assert fresh(debt).state == "PAID"
    assert Attempt.objects.filter(credited=True).count() == 1
    assert Credit.objects.count() == 2
    assert RefundCase.objects.get().amount == 8_000
    assert Receipt.objects.count() == 1
    assert {item.started_by_kind for item in Attempt.objects.all()} == {"anonymous", citizen.kind}
    assert not findings()


def test_the_database_itself_refuses_a_second_credit(place: Office, bank: Bank):
    debt = owed(place)
    first, second = start(debt, "VCB"), start(debt, "BIDV")
    deliver(credited(first))
    work()

    with pytest.raises(IntegrityError, match="one_credit_per_obligation"), transaction.atomic():
        Attempt.objects.filter(pk=second.pk).update(state="SUCCESS", credited=True, finished_at=clock.now())
    with pytest.raises(IntegrityError, match="one_collection_per_obligation"), transaction.atomic():
        LedgerTransaction.objects.create(
            kind="COLLECTION",
            obligation=debt,
            occurred_at=clock.now(),
            recorded_at=clock.now(),
            actor_kind="job",
            actor_id="test",
        )


STEPS = [
    (ledger, "_enter"),
    (settling, "resume_dossier"),
    (settling, "record"),
    (receipts, "create"),
    (receipts, "_number"),
    (events, "append"),
]


@pytest.mark.fault("F-35")
def test_a_crash_between_any_two_steps_leaves_every_view_equal(place: Office, bank: Bank, clocks: Clocks, monkeypatch):
    of = dossier(place, state=State.WAIT_PAYMENT)
    debt = owed(of=of)
    attempt = start(debt)
    deliver(credited(attempt))

    for owner, step in STEPS:
        real = getattr(owner, step)

        def crash(*args: object, _real: object = real, **kwargs: object) -> None:
            _real(*args, **kwargs)  # type: ignore[operator]
            raise SystemError("killed")

        with monkeypatch.context() as dying:
            dying.setattr(owner, step, crash)
            services.apply_due()
        clocks.advance(250)
        assert views(place, debt) == {"state": "UNPAID", "paid": 0, "dossier": "WAIT_PAYMENT", "ledger": 0}
        assert not [item for item in findings() if item.fault != "F-36"]

    clocks.advance(250)
    work()
    assert views(place, debt) == {"state": "PAID", "paid": 200_000, "dossier": "IN_PROCESS", "ledger": 200_000}
    assert not findings()


def views(place: Office, debt: Obligation) -> dict[str, object]:
    """What payer, officer, worklist and finance see, after checking that payer and officer see the same."""
    with clock.travel(clock.now()):  # a countdown must not tick between two looks
        payer = queries.obligations_of(place.world.citizen, debt.dossier_id)[0]
        officer = queries.obligations_of(place.world.reception, debt.dossier_id)[0]
        mine = queries.my_payments(place.world.citizen)[0]
        public = queries.obligations_of_code(debt.dossier.code)[0]
    assert payer == officer == mine == public
    assert (payer.pay is PayFunction.NONE) == (payer.state != "UNPAID")
    return {
        "state": payer.state.value,
        "paid": queries.summaries([debt.dossier_id])[debt.dossier_id].paid,
        "dossier": Dossier.objects.get(pk=debt.dossier_id).state,
        "ledger": -ledger.balance(ledger.Account(AccountKind.BENEFICIARY, debt.unit_id)),
    }


def test_a_dossier_waits_until_nothing_that_blocks_is_owed(place: Office, bank: Bank):
    of = dossier(place, state=State.WAIT_PAYMENT)
    blocking = [owed(of=of, amount=1_000), owed(of=of, amount=2_000)]
    owed(of=of, amount=3_000, blocks=False)

    states = []
    for debt in blocking:
        deliver(credited(start(debt)))
        work()
        states.append(Dossier.objects.get(pk=of.pk).state)

    assert states == ["WAIT_PAYMENT", "IN_PROCESS"]
    assert not findings()


def test_money_for_a_dossier_that_went_on_meanwhile_is_booked_all_the_same(place: Office, bank: Bank):
    of = dossier(place, state=State.WAIT_PAYMENT)
    attempt = start(owed(of=of))
    reason = "Người nộp đã nộp tiền tại kho bạc, có chứng từ"
    dossier_services.resume(place.world.processor, of.pk, reason_code="OTHER", reason_text=reason)

    deliver(credited(attempt))
    work()

    assert Dossier.objects.get(pk=of.pk).state == State.IN_PROCESS
    assert Obligation.objects.get().state == "PAID"
    assert not findings()
