"""What follows, in the same transaction, when an obligation is paid (PAY-12).

Ledger first (the caller), then state and event, the dossier's return, and last the receipt with its number.
"""

from __future__ import annotations

from collections.abc import Sequence

from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.rules import State
from motcua.domain.dossiers.services import resume_after_payment
from motcua.domain.payments import receipts
from motcua.domain.payments.events import ObligationPaid
from motcua.domain.payments.models import LedgerTransaction, Obligation
from motcua.domain.payments.rules import ObligationState, PostingKind, projected_state
from motcua.foundation import events
from motcua.foundation.actor import Actor
from motcua.foundation.events import Append, EventBody

ONLINE = "ONLINE"


def record(obligation: Obligation, bodies: Sequence[EventBody], columns: Sequence[str], *, actor: Actor) -> None:
    """Writes the changed `columns` of a locked obligation and appends its events."""
    before = obligation.version
    obligation.version += len(bodies)
    obligation.save(update_fields=[*columns, "version"])
    events.append([Append(obligation.pk, before, bodies, dossier_id=obligation.dossier_id)], actor=actor)


def settle(
    obligation: Obligation,
    collection: LedgerTransaction,
    *,
    method: str,
    reference: str,
    actor: Actor,
    late: bool = False,
) -> None:
    """The locked obligation is paid by `collection`: state, event, dossier, receipt."""
    obligation.state = projected_state(PostingKind(collection.kind), cancelled=False).value
    obligation.paid_at = collection.occurred_at
    paid = ObligationPaid(
        dossier_code=obligation.dossier.code,
        fee_code=obligation.fee_code,
        amount=obligation.amount,
        method=method,
        reference=reference,
        late=late,
    )
    record(obligation, [paid], ["state", "paid_at"], actor=actor)
    resume_dossier(obligation, actor=actor)
    receipts.create(obligation, collection, method=method, reference=reference)


def resume_dossier(obligation: Obligation, *, actor: Actor) -> None:
    """The dossier that waits for money goes on when nothing that blocks is open any more (PAY-12)."""
    dossier: Dossier = obligation.dossier
    if dossier.state != State.WAIT_PAYMENT.value:
        return
    blocking = Obligation.objects.filter(dossier=dossier, blocks=True, state=ObligationState.UNPAID.value)
    if not blocking.exists():
        resume_after_payment([dossier.pk], actor)
