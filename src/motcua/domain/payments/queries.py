"""Reads of money for faces: scoped by who asks first, a bounded number of statements each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations import access
from motcua.domain.organisations.access import Acting
from motcua.domain.payments import receipt_content
from motcua.domain.payments.models import Attempt, Obligation, Receipt
from motcua.domain.payments.receipt_content import ReceiptContent
from motcua.domain.payments.rules import (
    OPEN_ATTEMPTS,
    AttemptState,
    ObligationState,
    PayFunction,
    pay_function,
)
from motcua.foundation import clock
from motcua.foundation.errors import Conflict, NotFound
from motcua.foundation.models import StoredFile

PAGE = 50


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt as shown in a list; without `is_issued` it cannot be downloaded yet."""

    id: UUID
    symbol: str
    number: str
    is_issued: bool


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One transaction with its outcome (PAY-13). `seconds_left` counts down while its QR may be scanned, else 0."""

    id: UUID
    reference: str
    bank: str
    amount: int
    state: AttemptState
    failure_cause: str
    late: bool
    duplicate: bool
    credited: bool
    started_at: datetime
    expires_at: datetime
    finished_at: datetime | None
    qr_payload: str
    pay_url: str
    seconds_left: int


@dataclass(frozen=True, slots=True)
class ObligationView:
    """An obligation as every face shows it, with the pay function it offers now (PAY-03). Amount in đồng."""

    id: UUID
    dossier_id: UUID
    dossier_code: str
    unit_name: str
    fee_code: str
    fee_name: str
    fee_kind: str
    amount: int
    blocks: bool
    state: ObligationState
    reason: str
    cancel_reason: str
    created_at: datetime
    due_at: datetime | None
    paid_at: datetime | None
    pay: PayFunction
    attempts: tuple[AttemptView, ...]
    receipt: ReceiptView | None

    @property
    def open_attempt(self) -> AttemptView | None:
        """The transaction that waits for money, if any."""
        return next((item for item in self.attempts if item.state in OPEN_ATTEMPTS), None)


def obligations_of(acting: Acting | None, dossier_id: UUID) -> list[ObligationView]:
    """The obligations of a dossier that `acting` may see, oldest first; four statements."""
    return _views(Obligation.objects.visible_to(acting).filter(dossier_id=dossier_id).order_by("created_at", "id"))


def obligations_of_code(dossier_code: str) -> list[ObligationView]:
    """The obligations of the dossier with this code, for paying without sign-in: whoever has the code may pay.

    Shows what is owed and to whom, never who owes it.
    """
    return _views(Obligation.objects.filter(dossier__code=dossier_code).order_by("created_at", "id"))


def obligation(acting: Acting | None, obligation_id: UUID) -> ObligationView:
    """One obligation. NotFound (OBLIGATION_UNKNOWN) also where `acting` may not see it."""
    found = _views(Obligation.objects.visible_to(acting).filter(pk=obligation_id))
    if not found:
        raise NotFound("OBLIGATION_UNKNOWN", _("Không tìm thấy khoản phải nộp này"))
    return found[0]


def my_payments(acting: Acting, *, before: datetime | None = None) -> list[ObligationView]:
    """What the party acted for owes and has paid, newest first; the next page by `before` = the last `created_at`."""
    if acting.party_id is None:
        return []
    mine = Obligation.objects.filter(payer_party_id=acting.party_id)
    if acting.service_codes is not None:
        mine = mine.filter(dossier__service_code__in=sorted(acting.service_codes))
    if before is not None:
        mine = mine.filter(created_at__lt=before)
    return _views(mine.order_by("-created_at", "-id")[:PAGE])


def attempts_of(acting: Acting | None, obligation_id: UUID) -> tuple[AttemptView, ...]:
    """The transactions of an obligation in order, with their outcomes, for officers (PAY-13)."""
    return obligation(acting, obligation_id).attempts


@dataclass(frozen=True, slots=True)
class PaymentStatus:
    """What a waiting page asks again and again: where the transaction and its obligation stand."""

    attempt: AttemptView
    obligation_id: UUID
    dossier_code: str
    obligation_state: ObligationState
    pay: PayFunction


def payment_status(reference: str) -> PaymentStatus:
    """The state of one transaction by its code; two statements. NotFound (TRANSACTION_UNKNOWN)."""
    found = Attempt.objects.select_related("obligation__dossier").filter(reference=reference).first()
    if found is None:
        raise NotFound("TRANSACTION_UNKNOWN", _("Không tìm thấy giao dịch này"))
    owed = found.obligation
    states = [_state_now(item) for item in owed.attempts.all()]
    state = ObligationState(owed.state)
    return PaymentStatus(_attempt(found), owed.pk, owed.dossier.code, state, pay_function(state, states))


def receipt_to_download(acting: Acting | None, receipt_id: UUID) -> tuple[Receipt, StoredFile]:
    """The receipt's row and file for its payer or an officer of its unit.

    NotFound (RECEIPT_UNKNOWN), also where `acting` may not see it; Conflict (RECEIPT_PENDING) while it is being made.
    """
    visible = Receipt.objects.visible_to(acting).select_related("file")
    found = visible.filter(pk=receipt_id).first()
    if found is None:
        raise NotFound("RECEIPT_UNKNOWN", _("Không tìm thấy biên lai này"))
    if found.file is None:
        raise Conflict(
            "RECEIPT_PENDING",
            _("Khoản tiền đã được ghi nhận, biên lai đang được phát hành"),
            what_next=_("Ông/Bà tải lại trang sau ít phút."),
        )
    return found, found.file


def receipt_details(acting: Acting | None, receipt_id: UUID) -> ReceiptContent:
    """What a receipt says, for its payer or an officer of its unit. NotFound (RECEIPT_UNKNOWN)."""
    found = Receipt.objects.visible_to(acting).filter(pk=receipt_id).first()
    if found is None:
        raise NotFound("RECEIPT_UNKNOWN", _("Không tìm thấy biên lai này"))
    return receipt_content.from_json(found.content)


@dataclass(frozen=True, slots=True)
class MoneySummary:
    """A dossier's money in a worklist: đồng still owed, đồng paid, and whether something open blocks processing."""

    owed: int
    paid: int
    blocked: bool


def summaries(dossier_ids: Sequence[UUID]) -> dict[UUID, MoneySummary]:
    """The money of each dossier that has an obligation; one statement for a whole list."""
    unpaid = Q(state=ObligationState.UNPAID.value)
    paid = Q(state__in=[ObligationState.PAID.value, ObligationState.PAID_OFFLINE.value])
    rows = (
        Obligation.objects.filter(dossier_id__in=dossier_ids)
        .order_by()
        .values_list("dossier_id")
        .annotate(
            owed=Sum("amount", filter=unpaid),
            paid=Sum("amount", filter=paid),
            open=Count("id", filter=unpaid & Q(blocks=True)),
        )
    )
    return {pk: MoneySummary(int(owed or 0), int(done or 0), blocking > 0) for pk, owed, done, blocking in rows}


@dataclass(frozen=True, slots=True)
class BankFailures:
    """How the transactions started at one bank ended (PAY-06)."""

    bank: str
    state: AttemptState
    cause: str
    count: int


def outcomes_by_bank(since: datetime, until: datetime) -> list[BankFailures]:
    """Transactions started in [since, until) by bank, state and cause; one statement."""
    rows = (
        Attempt.objects.filter(started_at__gte=since, started_at__lt=until)
        .order_by("bank", "state", "failure_cause")
        .values_list("bank", "state", "failure_cause")
        .annotate(count=Count("id"))
    )
    return [BankFailures(bank, AttemptState(state), cause, count) for bank, state, cause, count in rows]


def may_view(acting: Acting | None, owed: Obligation) -> bool:
    """Whether `acting` may see this obligation."""
    return access.can(acting, "payment.view", owed)


def _views(obligations: QuerySet[Obligation]) -> list[ObligationView]:
    rows = list(obligations.select_related("dossier", "unit", "receipt"))
    attempts: dict[UUID, list[Attempt]] = defaultdict(list)
    for item in Attempt.objects.filter(obligation_id__in=[row.pk for row in rows]).order_by("started_at", "id"):
        attempts[item.obligation_id].append(item)
    return [_view(row, attempts[row.pk]) for row in rows]


def _view(row: Obligation, attempts: Sequence[Attempt]) -> ObligationView:
    state = ObligationState(row.state)
    return ObligationView(
        id=row.pk,
        dossier_id=row.dossier_id,
        dossier_code=row.dossier.code,
        unit_name=row.unit.name,
        fee_code=row.fee_code,
        fee_name=row.fee_name,
        fee_kind=row.fee_kind,
        amount=row.amount,
        blocks=row.blocks,
        state=state,
        reason=row.reason,
        cancel_reason=row.cancel_reason,
        created_at=row.created_at,
        due_at=row.due_at,
        paid_at=row.paid_at,
        pay=pay_function(state, [_state_now(item) for item in attempts]),
        attempts=tuple(_attempt(item) for item in attempts),
        receipt=_receipt(getattr(row, "receipt", None)),
    )


def _receipt(row: Receipt | None) -> ReceiptView | None:
    if row is None:
        return None
    return ReceiptView(row.pk, row.content["symbol"], row.content["number"], row.file_id is not None)


def _state_now(item: Attempt) -> AttemptState:
    """The state as of this moment: an open transaction past its time counts as over before the pump has said so."""
    state = AttemptState(item.state)
    if state in OPEN_ATTEMPTS and item.expires_at <= clock.now():
        return AttemptState.QR_EXPIRED if item.qr_payload else AttemptState.FAILED_TIMEOUT
    return state


def _attempt(item: Attempt) -> AttemptView:
    state = _state_now(item)
    left = (item.expires_at - clock.now()).total_seconds()
    scannable = state in OPEN_ATTEMPTS
    return AttemptView(
        id=item.pk,
        reference=item.reference,
        bank=item.bank,
        amount=item.amount,
        state=state,
        failure_cause=item.failure_cause,
        late=item.late,
        duplicate=item.duplicate,
        credited=item.credited,
        started_at=item.started_at,
        expires_at=item.expires_at,
        finished_at=item.finished_at,
        qr_payload=item.qr_payload if scannable else "",
        pay_url=item.pay_url if scannable else "",
        seconds_left=max(0, int(left)) if scannable else 0,
    )
