"""The ledger: double entry, append-only, zero-sum by the database, exact integers."""

from __future__ import annotations

import random
from datetime import timedelta
from uuid import UUID

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Count, DecimalField, FloatField, ProtectedError, Sum

from motcua.domain.organisations.models import Unit
from motcua.domain.payments import ledger, obligations
from motcua.domain.payments.ledger import Account
from motcua.domain.payments.models import LedgerAccount, LedgerEntry, LedgerTransaction, Obligation
from motcua.domain.payments.obligations import Birth
from motcua.domain.payments.rules import AccountKind, PostingKind
from motcua.foundation import clock
from motcua.foundation.actor import Actor
from motcua.foundation.errors import Invalid
from tests.domain.organisations import factories as tree
from tests.domain.payments.factories import dossier, fee, office

ACTOR = Actor.job("test")
CLEARING = Account(AccountKind.GATEWAY_CLEARING, gateway="bank")
UNMATCHED = Account(AccountKind.UNMATCHED)
REFUNDS = Account(AccountKind.REFUNDS_PAYABLE)


def move(amount: int, to: Account = UNMATCHED) -> LedgerTransaction:
    kind = PostingKind.SURPLUS if to == REFUNDS else PostingKind.UNMATCHED
    with transaction.atomic():
        return ledger.post(kind, debit=CLEARING, credit=to, amount=amount, occurred_at=clock.now(), actor=ACTOR)


@pytest.mark.django_db
def test_a_movement_debits_one_account_and_credits_the_other():
    move(5_000)
    move(3_000)

    assert ledger.balance(CLEARING) == 8_000
    assert ledger.balance(UNMATCHED) == -8_000
    assert sum(ledger.balances().values()) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("amount", [0, -1, 1.5, 10.0, True, "5", None])
def test_only_whole_amounts_above_zero_can_be_posted(amount):
    with pytest.raises(Invalid):
        move(amount)

    assert not LedgerTransaction.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sides", [[5_000, -4_999], [5_000], [], [1, 2, -4]])
def test_the_database_refuses_a_transaction_that_does_not_balance(sides):
    accounts = [LedgerAccount.objects.create(kind="UNMATCHED"), LedgerAccount.objects.create(kind="REFUNDS_PAYABLE")]

    def unbalanced() -> None:
        moved = LedgerTransaction.objects.create(
            kind="UNMATCHED", occurred_at=clock.now(), recorded_at=clock.now(), actor_kind="job", actor_id="test"
        )
        for side, amount in enumerate(sides):
            LedgerEntry.objects.create(transaction=moved, account=accounts[side % 2], amount=amount)

    with pytest.raises(IntegrityError, match="does not balance"):
        transaction.atomic(unbalanced)()

    assert not LedgerTransaction.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_ledgerentry SET amount = amount + 1",
        "DELETE FROM payments_ledgerentry",
        "TRUNCATE payments_ledgerentry",
        "UPDATE payments_ledgertransaction SET occurred_at = now()",
        "DELETE FROM payments_ledgertransaction",
        "UPDATE payments_ledgeraccount SET kind = 'REFUNDS_PAYABLE'",
        "DELETE FROM payments_ledgeraccount",
    ],
)
def test_the_ledger_cannot_be_edited_even_by_sql(statement):
    move(5_000)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert ledger.balance(CLEARING) == 5_000


@pytest.mark.django_db
def test_the_ledger_cannot_be_edited_through_the_models():
    moved = move(5_000)

    with pytest.raises((DatabaseError, ProtectedError)), transaction.atomic():
        moved.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        LedgerEntry.objects.update(amount=1)


@pytest.mark.django_db
def test_a_correction_is_a_counter_entry_and_happens_once():
    moved = move(5_000)

    with transaction.atomic():
        ledger.reverse(moved, actor=ACTOR)

    assert ledger.balance(CLEARING) == 0
    assert LedgerTransaction.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.reverse(moved, actor=ACTOR)


@pytest.mark.django_db
def test_accounts_are_opened_once_per_owner():
    first, second = tree.province(), tree.province()
    for unit in (first, second, first):
        with transaction.atomic():
            ledger.post(
                PostingKind.UNMATCHED,
                debit=CLEARING,
                credit=Account(AccountKind.BENEFICIARY, unit.pk),
                amount=10,
                occurred_at=clock.now(),
                actor=ACTOR,
            )

    assert LedgerAccount.objects.filter(kind="BENEFICIARY").count() == 2
    assert ledger.balance(Account(AccountKind.BENEFICIARY, first.pk)) == -20


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "BENEFICIARY"},
        {"kind": "GATEWAY_CLEARING"},
        {"kind": "UNMATCHED", "gateway": "bank"},
        {"kind": "SOMETHING"},
    ],
)
def test_an_account_belongs_to_what_its_kind_says(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerAccount.objects.create(**wrong)


@pytest.mark.django_db
def test_totals_of_a_period_leave_out_what_is_outside():
    start = clock.now()
    move(7_000, REFUNDS)
    move(1, UNMATCHED)
    after = clock.now() + timedelta(seconds=1)

    inside = ledger.totals(start, after)
    assert (inside.gross, inside.refunds, inside.net, inside.unmatched, inside.offline) == (7_000, 7_000, 0, 1, 0)
    assert ledger.totals(after, after + timedelta(days=1)).gross == 0


def split(total: int, parts: int) -> list[int]:
    """`parts` whole amounts above zero that sum to `total`."""
    cuts = sorted(random.sample(range(1, total), parts - 1))
    return [high - low for low, high in zip([0, *cuts], [*cuts, total], strict=True)]


@pytest.mark.django_db
@pytest.mark.requirement("PAY-21")
def test_a_day_of_thousands_of_transactions_sums_to_the_dong():
    amounts = split(9_445_357_967, 20_283)
    refunds = sum(amounts[:100])
    place, now = office(), clock.now()
    made = dossier(place)
    births = [Birth(made.pk, made.code, fee(amount)) for amount in amounts]
    with transaction.atomic():
        debts = [
            pk
            for part in range(0, len(births), 5_000)
            for pk in obligations.create(births[part : part + 5_000], actor=ACTOR)
        ]
    with pytest.raises(Invalid), transaction.atomic():
        obligations.create([*births[:5], Birth(made.pk, made.code, fee(-8_000))], actor=ACTOR)
    for refused in (0, -1, 8_000.0):
        with pytest.raises(Invalid), transaction.atomic():
            obligations.create([Birth(made.pk, made.code, fee(refused))], actor=ACTOR)
    _book(amounts, debts, surplus=100, unit=place.desk)

    totals = ledger.totals(now, clock.now())
    stored = Obligation.objects.aggregate(total=Sum("amount"), count=Count("id"))

    assert (stored["total"], stored["count"]) == (9_445_357_967, 20_283)
    assert (totals.gross, totals.refunds, totals.net) == (9_445_357_967, refunds, 9_445_357_967 - refunds)
    assert all(type(value) is int for value in (totals.gross, totals.refunds, totals.net))
    money = [field for model in apps.get_app_config("payments").get_models() for field in model._meta.get_fields()]
    assert not [field for field in money if isinstance(field, FloatField | DecimalField)]


def _book(amounts: list[int], debts: list[UUID], *, surplus: int, unit: Unit) -> None:
    """Every amount taken through the gateway at once; the first `surplus` of them are owed back."""
    now = clock.now()
    clearing = LedgerAccount.objects.create(kind="GATEWAY_CLEARING", gateway="bank")
    owed_back = LedgerAccount.objects.create(kind="REFUNDS_PAYABLE")
    collected = LedgerAccount.objects.create(kind="BENEFICIARY", unit=unit)
    moved = [
        LedgerTransaction(
            kind="SURPLUS" if number < surplus else "COLLECTION",
            obligation_id=debt,
            occurred_at=now,
            recorded_at=now,
            actor_kind="job",
            actor_id="test",
        )
        for number, debt in enumerate(debts)
    ]
    sides = [LedgerEntry(transaction=item, account=clearing, amount=amount) for item, amount in zip(moved, amounts)]
    sides += [
        LedgerEntry(transaction=item, account=owed_back if item.kind == "SURPLUS" else collected, amount=-amount)
        for item, amount in zip(moved, amounts)
    ]
    with transaction.atomic():
        LedgerTransaction.objects.bulk_create(moved, batch_size=2_000)
        LedgerEntry.objects.bulk_create(sides, batch_size=5_000)
