"""Posting to the ledger and reading it: double entry, append-only, integers of đồng (PAY-21, PAY-22).

Debit is positive, credit negative; the database refuses a transaction that does not sum to zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Sum

from motcua.domain.payments.models import Credit, LedgerAccount, LedgerEntry, LedgerTransaction, Obligation
from motcua.domain.payments.rules import AccountKind, PostingKind
from motcua.foundation import clock
from motcua.foundation.actor import Actor
from motcua.foundation.money import payable


@dataclass(frozen=True, slots=True)
class Account:
    """An account by what it is for: a unit's, a gateway's, or the one of its kind."""

    kind: AccountKind
    unit_id: int | None = None
    gateway: str = ""


def post(
    kind: PostingKind,
    *,
    debit: Account,
    credit: Account,
    amount: int,
    occurred_at: datetime,
    actor: Actor,
    obligation: Obligation | None = None,
    source: Credit | None = None,
) -> LedgerTransaction:
    """Moves `amount` đồng (above zero, else Invalid) to `debit` from `credit`, in the caller's transaction."""
    payable(amount)
    accounts = _accounts(debit, credit)
    moved = LedgerTransaction.objects.create(
        kind=kind.value,
        obligation=obligation,
        dossier_id=obligation.dossier_id if obligation else None,
        credit=source,
        occurred_at=occurred_at,
        recorded_at=clock.now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
    )
    _enter(moved, [(accounts[debit], amount), (accounts[credit], -amount)])
    return moved


def reverse(posted: LedgerTransaction, *, actor: Actor) -> LedgerTransaction:
    """The counter-entries of `posted`: the only way to correct it, and only once (a unique key refuses a second)."""
    moved = LedgerTransaction.objects.create(
        kind=PostingKind.REVERSAL.value,
        obligation_id=posted.obligation_id,
        dossier_id=posted.dossier_id,
        credit_id=posted.credit_id,
        reverses=posted,
        occurred_at=posted.occurred_at,
        recorded_at=clock.now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
    )
    entries = posted.entries.values_list("account_id", "amount")
    _enter(moved, [(account_id, -amount) for account_id, amount in entries])
    return moved


def _enter(moved: LedgerTransaction, sides: Sequence[tuple[int, int]]) -> None:
    LedgerEntry.objects.bulk_create(
        [LedgerEntry(transaction=moved, account_id=account_id, amount=amount) for account_id, amount in sides]
    )


def _accounts(*wanted: Account) -> dict[Account, int]:
    """Ids of the accounts, opened where they do not exist yet."""
    found = _existing(wanted)
    missing = [account for account in wanted if account not in found]
    if missing:
        rows = [LedgerAccount(kind=item.kind.value, unit_id=item.unit_id, gateway=item.gateway) for item in missing]
        LedgerAccount.objects.bulk_create(rows, ignore_conflicts=True)
        found = _existing(wanted)
    return found


def _existing(wanted: Sequence[Account]) -> dict[Account, int]:
    condition = Q()
    for item in wanted:
        condition |= Q(kind=item.kind.value, unit_id=item.unit_id, gateway=item.gateway)
    rows = LedgerAccount.objects.filter(condition).values_list("kind", "unit_id", "gateway", "id")
    return {Account(AccountKind(kind), unit_id, gateway): pk for kind, unit_id, gateway, pk in rows}


def balance(account: Account) -> int:
    """Sum of an account's entries in đồng: debit above zero, credit below."""
    entries = LedgerEntry.objects.filter(
        account__kind=account.kind.value, account__unit_id=account.unit_id, account__gateway=account.gateway
    )
    return int(entries.aggregate(total=Sum("amount"))["total"] or 0)


def balances() -> dict[Account, int]:
    """Every account's balance, one statement; they sum to zero."""
    rows = (
        LedgerEntry.objects.order_by()
        .values_list("account__kind", "account__unit_id", "account__gateway")
        .annotate(total=Sum("amount"))
    )
    return {Account(AccountKind(kind), unit_id, gateway): int(total) for kind, unit_id, gateway, total in rows}


@dataclass(frozen=True, slots=True)
class Totals:
    """Money of a period in đồng, each reported for itself (PAY-21).

    `gross` is what successful online transactions brought, `refunds` what of it is owed back, `net` what pays
    obligations: gross = refunds + net. `unmatched` and `offline` stand beside them.
    """

    gross: int
    refunds: int
    net: int
    unmatched: int
    offline: int


def totals(since: datetime, until: datetime) -> Totals:
    """The money that moved in [since, until), read off the ledger in one statement; reversals counted against."""
    period = Q(transaction__occurred_at__gte=since, transaction__occurred_at__lt=until)
    sides = LedgerEntry.objects.filter(period)
    online = ~Q(transaction__kind=PostingKind.OFFLINE_COLLECTION.value)
    read = sides.aggregate(
        net=Sum("amount", filter=Q(account__kind=AccountKind.BENEFICIARY.value) & online),
        refunds=Sum("amount", filter=Q(account__kind=AccountKind.REFUNDS_PAYABLE.value)),
        unmatched=Sum("amount", filter=Q(account__kind=AccountKind.UNMATCHED.value)),
        offline=Sum("amount", filter=Q(account__kind=AccountKind.OFFLINE_CLEARING.value)),
    )
    net, refunds, unmatched = (-int(read[name] or 0) for name in ("net", "refunds", "unmatched"))
    return Totals(gross=net + refunds, refunds=refunds, net=net, unmatched=unmatched, offline=int(read["offline"] or 0))
