"""The life of an obligation but for online payment: birth, cancellation, payment at a desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from motcua.domain.dossiers.events import FeeLine
from motcua.domain.organisations import access
from motcua.domain.organisations.access import Acting
from motcua.domain.payments import ledger, locks, settling
from motcua.domain.payments.events import ObligationCancelled, ObligationCreated
from motcua.domain.payments.ledger import Account
from motcua.domain.payments.models import Obligation, OfflinePayment
from motcua.domain.payments.rules import AccountKind, ObligationState, OfflineMethod, PostingKind
from motcua.foundation import audit, clock, events
from motcua.foundation.actor import Actor
from motcua.foundation.errors import Conflict, Invalid
from motcua.foundation.events import Append
from motcua.foundation.money import payable
from motcua.foundation.text import normalise_line


@dataclass(frozen=True, slots=True)
class Birth:
    """An obligation to be born: the fee line of the table or of an officer (`assessed`, with reason)."""

    dossier_id: UUID
    dossier_code: str
    line: FeeLine
    assessed: bool = False
    reason: str = ""


# Payer, collecting unit and beneficiary account are read in the same statement that writes the obligations: they are
# what they were at birth. An assessed fee is collected by the unit that holds the dossier, others by the receiving one.
_INSERT = """
INSERT INTO payments_obligation (id, dossier_id, unit_id, payer_party_id, payer_name, fee_code, fee_name, fee_kind,
    amount, beneficiary_bin, beneficiary_account, beneficiary_name, treasury_code, blocks, reason, state, version,
    created_at, cancel_reason)
SELECT born.id, dossier.id, place.unit_id, dossier.owner_party_id, dossier.owner_name, born.fee_code, born.fee_name,
    born.fee_kind, born.amount, COALESCE(target.bin, ''), COALESCE(target.account, ''), COALESCE(target.name, ''),
    COALESCE(target.treasury_code, ''), born.blocks, born.reason, 'UNPAID', 1, %s, ''
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::boolean[], %s::boolean[],
    %s::text[]) AS born(id, dossier_id, fee_code, fee_name, fee_kind, amount, blocks, assessed, reason)
JOIN dossiers_dossier AS dossier ON dossier.id = born.dossier_id
CROSS JOIN LATERAL (
    SELECT CASE WHEN born.assessed THEN dossier.holding_unit_id ELSE dossier.receiving_unit_id END AS unit_id
) AS place
LEFT JOIN LATERAL (
    SELECT account.* FROM organisations_unit_closure AS up
    JOIN payments_beneficiaryaccount AS account ON account.unit_id = up.ancestor_id
    WHERE up.descendant_id = place.unit_id AND account.is_active
        AND account.service_code IN ('', dossier.service_code) AND account.fee_code IN ('', born.fee_code)
    ORDER BY up.depth, account.fee_code DESC, account.service_code DESC LIMIT 1
) AS target ON true
"""


def create(births: Sequence[Birth], *, actor: Actor) -> list[UUID]:
    """Obligations are born in the caller's transaction: two statements for any number of them (PAY-02).

    Raises Invalid for an amount that is not a whole number of đồng above zero (PAY-21). A unit without a beneficiary
    account does not prevent birth: submission never depends on online payment (SUB-14).
    """
    if not births:
        return []
    ids = [uuid7() for _birth in births]
    lines = [birth.line for birth in births]
    parameters = [
        clock.now(),
        ids,
        [birth.dossier_id for birth in births],
        [line.code for line in lines],
        [line.name for line in lines],
        [line.kind for line in lines],
        [payable(line.amount) for line in lines],
        [line.blocks for line in lines],
        [birth.assessed for birth in births],
        [birth.reason for birth in births],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, parameters)
        if cursor.rowcount != len(births):
            raise LookupError("an obligation was asked for a dossier that does not exist")
    events.append([_appended(pk, birth) for pk, birth in zip(ids, births, strict=True)], actor=actor)
    return ids


def _appended(obligation_id: UUID, birth: Birth) -> Append:
    line = birth.line
    body = ObligationCreated(
        dossier_code=birth.dossier_code, fee_code=line.code, amount=line.amount, blocks=line.blocks
    )
    return Append(obligation_id, 0, [body], dossier_id=birth.dossier_id)


@transaction.atomic
def cancel(obligation_id: UUID, *, reason: str, acting: Acting) -> Obligation:
    """An officer who may assess fees withdraws an unpaid obligation, with reason; the dossier may then go on.

    Money that still arrives for it becomes a refund case. Raises AccessDenied, Invalid (REASON_REQUIRED),
    Conflict (OBLIGATION_NOT_OPEN).
    """
    said = normalise_line(reason)
    if not said:
        raise Invalid("REASON_REQUIRED", _("Phải ghi lý do hủy khoản phải nộp"), field="reason")
    obligation = locks.obligation(obligation_id)
    actor = access.require(acting, "dossier.assess_fee", obligation.dossier)
    _refuse_not_open(obligation)
    obligation.state = ObligationState.CANCELLED.value
    obligation.cancelled_at = clock.now()
    obligation.cancel_reason = said
    body = ObligationCancelled(dossier_code=obligation.dossier.code, fee_code=obligation.fee_code, reason=said)
    settling.record(obligation, [body], ["state", "cancelled_at", "cancel_reason"], actor=actor)
    audit.record(actor, "payment.cancel_obligation", ("obligation", str(obligation.pk)))
    settling.resume_dossier(obligation, actor=actor)
    return obligation


@transaction.atomic
def record_offline(
    obligation_id: UUID, *, method: str, document_number: str, paid_at: datetime | None, acting: Acting
) -> Obligation:
    """An officer records that an obligation was paid at the desk or by other means (SUB-14): it is PAID_OFFLINE.

    - The whole amount, once; the document (slip, transfer) is named; receipt and dossier follow as for online money.
    - Raises AccessDenied, Conflict (OBLIGATION_NOT_OPEN),
      Invalid (OFFLINE_METHOD, DOCUMENT_REQUIRED, PAID_AT_IN_FUTURE).
    """
    document, moment = _checked_offline(method, document_number, paid_at)
    obligation = locks.obligation(obligation_id)
    actor = access.require(acting, "payment.record_offline", obligation)
    _refuse_not_open(obligation)
    OfflinePayment.objects.create(
        obligation=obligation,
        dossier_id=obligation.dossier_id,
        method=method,
        amount=obligation.amount,
        document_number=document,
        paid_at=moment,
        recorded_at=clock.now(),
        recorded_by_id=acting.account_id,
    )
    posted = ledger.post(
        PostingKind.OFFLINE_COLLECTION,
        debit=Account(AccountKind.OFFLINE_CLEARING, obligation.unit_id),
        credit=Account(AccountKind.BENEFICIARY, obligation.unit_id),
        amount=obligation.amount,
        occurred_at=moment,
        actor=actor,
        obligation=obligation,
    )
    audit.record(actor, "payment.record_offline", ("obligation", str(obligation.pk)), details={"method": method})
    settling.settle(obligation, posted, method=method, reference=document, actor=actor)
    return obligation


def _checked_offline(method: str, document_number: str, paid_at: datetime | None) -> tuple[str, datetime]:
    document, now = normalise_line(document_number), clock.now()
    if method not in OfflineMethod.__members__:
        raise Invalid("OFFLINE_METHOD", _("Chọn hình thức đã nộp tiền"), field="method")
    if not document:
        raise Invalid("DOCUMENT_REQUIRED", _("Ghi số chứng từ thu tiền"), field="document_number")
    if paid_at is not None and paid_at > now:
        raise Invalid("PAID_AT_IN_FUTURE", _("Thời điểm nộp tiền không được ở tương lai"), field="paid_at")
    return document[:60], paid_at or now


def _refuse_not_open(obligation: Obligation) -> None:
    if obligation.state != ObligationState.UNPAID.value:
        raise Conflict(
            "OBLIGATION_NOT_OPEN",
            _("Khoản phải nộp này không còn chờ thanh toán"),
            details={"state": obligation.state},
        )
