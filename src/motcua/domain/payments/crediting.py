"""What one credit of the bank does: booked once, whatever told it and however often (PAY-08, PAY-09, PAY-11).

Notification and inquiry both end here, in one transaction per credit.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from motcua.domain.payments import ledger, locks, settling, transactions
from motcua.domain.payments.events import SurplusReceived
from motcua.domain.payments.gateways.base import CreditNotice
from motcua.domain.payments.ledger import Account
from motcua.domain.payments.models import Attempt, Credit, LedgerTransaction, Obligation, RefundCase, UnmatchedCase
from motcua.domain.payments.rules import (
    AccountKind,
    CreditCause,
    CreditOutcome,
    ObligationState,
    PostingKind,
    Verdict,
    judge_credit,
)
from motcua.foundation import clock
from motcua.foundation.actor import Actor

NOTIFICATION = "NOTIFICATION"
INQUIRY = "INQUIRY"


@transaction.atomic
def book(gateway: str, notice: CreditNotice, *, source: str, actor: Actor) -> Credit:
    """Books a credit; the same one again (by its bank transaction id) changes nothing.

    - Its reference names the transaction; exact amount and open obligation: paid, receipt, dossier resumed.
    - Obligation paid or cancelled already: SUCCESS with duplicate flag and a refund case.
    - Other amount or unknown reference: kept apart as unmatched, with a case for a person.
    - An inquiry that tells another amount for an unmatched credit corrects it by counter-entries.
    """
    attempt = _locked_attempt(notice.reference)
    credit, is_new = _stored(gateway, notice, attempt, source)
    if is_new:
        _apply(credit, attempt, actor)
    elif source == INQUIRY and _told_otherwise(credit, notice):
        _correct(credit, notice, attempt, actor)
    return credit


def _locked_attempt(reference: str) -> Attempt | None:
    pk: UUID | None = Attempt.objects.filter(reference=reference).values_list("pk", flat=True).first()
    return locks.attempt(pk) if pk else None


def _judge(amount: int, attempt: Attempt | None) -> Verdict:
    if attempt is None:
        return judge_credit(amount, expected=None, obligation=None)
    return judge_credit(amount, expected=attempt.amount, obligation=ObligationState(attempt.obligation.state))


def _stored(gateway: str, notice: CreditNotice, attempt: Attempt | None, source: str) -> tuple[Credit, bool]:
    """The credit's row and whether this call made it; the unique key decides between two at once."""
    verdict = _judge(notice.amount, attempt)
    return Credit.objects.get_or_create(
        gateway=gateway,
        bank_transaction_id=notice.bank_transaction_id,
        defaults={
            "attempt": attempt,
            "dossier_id": attempt.dossier_id if attempt else None,
            "reference": notice.reference[:80],
            "amount": notice.amount,
            "payer_bank": notice.payer_bank,
            "paid_at": notice.paid_at,
            "recorded_at": clock.now(),
            "source": source,
            "outcome": verdict.outcome.value,
            "cause": verdict.cause.value,
        },
    )


def _apply(credit: Credit, attempt: Attempt | None, actor: Actor) -> None:
    """Does what the credit's verdict says."""
    outcome = CreditOutcome(credit.outcome)
    if outcome is CreditOutcome.UNMATCHED or attempt is None:
        _post(PostingKind.UNMATCHED, AccountKind.UNMATCHED, credit, None, actor)
        UnmatchedCase.objects.create(credit=credit, reason=credit.cause, opened_at=clock.now())
        if attempt is not None:  # the bank's own word on the amount decides
            Attempt.objects.filter(pk=attempt.pk).update(inquire_at=clock.now())
    elif outcome is CreditOutcome.PAYS:
        _pay(credit, attempt, actor)
    else:
        _owe_back(credit, attempt, actor)


def _pay(credit: Credit, attempt: Attempt, actor: Actor) -> None:
    obligation = attempt.obligation
    collection = _post(PostingKind.COLLECTION, AccountKind.BENEFICIARY, credit, obligation, actor)
    transactions.succeed(attempt, credited=True)
    settling.settle(
        obligation, collection, method=settling.ONLINE, reference=attempt.reference, actor=actor, late=attempt.late
    )


def _owe_back(credit: Credit, attempt: Attempt, actor: Actor) -> None:
    obligation = attempt.obligation
    _post(PostingKind.SURPLUS, AccountKind.REFUNDS_PAYABLE, credit, obligation, actor)
    transactions.succeed(attempt, credited=False)
    RefundCase.objects.create(
        credit=credit,
        obligation=obligation,
        dossier_id=obligation.dossier_id,
        amount=credit.amount,
        reason=credit.cause,
        opened_at=clock.now(),
    )
    surplus = SurplusReceived(reference=attempt.reference, amount=credit.amount, reason=credit.cause)
    settling.record(obligation, [surplus], [], actor=actor)


def _post(
    kind: PostingKind, to: AccountKind, credit: Credit, obligation: Obligation | None, actor: Actor
) -> LedgerTransaction:
    return ledger.post(
        kind,
        debit=Account(AccountKind.GATEWAY_CLEARING, gateway=credit.gateway),
        credit=Account(to, obligation.unit_id if obligation and to is AccountKind.BENEFICIARY else None),
        amount=credit.amount,
        occurred_at=credit.paid_at,
        actor=actor,
        obligation=obligation,
        source=credit,
    )


def _told_otherwise(credit: Credit, notice: CreditNotice) -> bool:
    """Whether the bank, asked, corrects the amount that an unmatched notification told."""
    return credit.cause == CreditCause.WRONG_AMOUNT.value and credit.amount != notice.amount


def _correct(credit: Credit, notice: CreditNotice, attempt: Attempt | None, actor: Actor) -> None:
    """Reverses what the wrong amount was booked as, closes its case, and books the amount that the bank confirms."""
    wrong = credit.postings.filter(kind=PostingKind.UNMATCHED.value, reversed_by__isnull=True).get()
    ledger.reverse(wrong, actor=actor)
    verdict = _judge(notice.amount, attempt)
    credit.amount, credit.outcome, credit.cause = notice.amount, verdict.outcome.value, verdict.cause.value
    credit.save(update_fields=["amount", "outcome", "cause"])
    if verdict.outcome is CreditOutcome.UNMATCHED or attempt is None:
        _post(PostingKind.UNMATCHED, AccountKind.UNMATCHED, credit, None, actor)
        return
    UnmatchedCase.objects.filter(credit=credit, closed_at__isnull=True).update(
        closed_at=clock.now(), resolution="CORRECTED_BY_INQUIRY"
    )
    _apply(credit, attempt, actor)
