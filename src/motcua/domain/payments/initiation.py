"""Starting a payment: a transaction is opened and committed, the gateway is asked outside any database transaction,
and its answer is stored. Every start ends in a QR that was checked, or in a failure that can be tried again (PAY-04).
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.payments import configuration, locks, policies, rules, settling, transactions
from motcua.domain.payments.events import PaymentStarted
from motcua.domain.payments.gateways import DEFAULT, gateway
from motcua.domain.payments.gateways.base import Bank, Beneficiary, GatewayFailure, Order, OrderRequest, OrderStatus
from motcua.domain.payments.models import Attempt, Obligation
from motcua.domain.payments.rules import AttemptEvent, AttemptState, FailureCause, ObligationState
from motcua.domain.people.principal import Power, Principal, require_power
from motcua.foundation import clock
from motcua.foundation.actor import Actor
from motcua.foundation.errors import Conflict, DomainError, Invalid, NotFound
from motcua.foundation.functions import Function, require_on


def banks() -> list[Bank]:
    """The banks a payer can choose now. DomainError PAYMENT_UNAVAILABLE (503) while the gateway does not answer."""
    try:
        return gateway(DEFAULT).banks()
    except GatewayFailure as failure:
        raise DomainError(
            "PAYMENT_UNAVAILABLE",
            _("Hệ thống thanh toán trực tuyến tạm thời không hoạt động"),
            status=503,
            details={"cause": failure.cause.value, "retriable": True},
            what_next=_("Ông/Bà thử lại sau ít phút hoặc nộp tại bộ phận một cửa; hồ sơ vẫn được tiếp nhận."),
        ) from failure


def start_payment(obligation_id: UUID, *, bank: str, return_url: str, actor: Actor, locale: str = "vi") -> Attempt:
    """Opens a transaction at `bank` and returns it with its QR; must not be called inside a database transaction.

    - Only the obligation decides (PAY-03): Conflict OBLIGATION_NOT_PAYABLE, or PAYMENT_IN_PROGRESS while the bank
      still processes one.
    - An open transaction at the same bank is reused, also by two clicks at once; one at another bank is given up
      (PAY-08). One past its time is ended first (PAY-13).
    - DomainError PAYMENT_NOT_CONFIGURED before anything starts (RCP-03).
    - DomainError PAYMENT_QR_UNAVAILABLE (503) where the gateway gives no right QR in time: the transaction is
      FAILED_TIMEOUT with its cause, the payer tries again or chooses another bank (PAY-04, PAY-06).
    """
    require_on(Function.PAY)
    attempt = _open(obligation_id, bank=bank.strip().upper(), return_url=return_url, actor=actor, locale=locale)
    if attempt.qr_payload:
        return attempt
    try:
        order = gateway(attempt.gateway).create_order(_asked(attempt))
        _refuse_wrong(attempt, order)
    except GatewayFailure as failure:
        _give_up(attempt.pk, failure.cause, actor)
        raise _unavailable(attempt, failure.cause) from failure
    return _show(attempt.pk, order)


def start_own_payment(
    principal: Principal, obligation_id: UUID, *, bank: str, return_url: str, locale: str = "vi"
) -> Attempt:
    """`start_payment` by who is signed in: sees the obligation, and a delegate's mandate covers paying (IDN-08).

    Raises also NotFound (OBLIGATION_UNKNOWN) and AccessDenied (OUT_OF_MANDATE).
    """
    owed = Obligation.objects.visible_to(principal).filter(pk=obligation_id)
    service_code = owed.values_list("dossier__service_code", flat=True).first()
    if service_code is None:
        raise NotFound("OBLIGATION_UNKNOWN", _("Không tìm thấy khoản phải nộp này"))
    require_power(principal, Power.PAY, service_code)
    return start_payment(obligation_id, bank=bank, return_url=return_url, actor=principal.actor(), locale=locale)


def _open(obligation_id: UUID, *, bank: str, return_url: str, actor: Actor, locale: str) -> Attempt:
    """The open transaction of an obligation at `bank`, reused or new, committed. Invalid BANK_REQUIRED."""
    if not bank or len(bank) > 20:
        raise Invalid("BANK_REQUIRED", _("Chọn ngân hàng hoặc trung gian thanh toán"), field="bank")
    with transaction.atomic():
        return _reused_or_new(obligation_id, bank, return_url, actor, locale)


def _reused_or_new(obligation_id: UUID, bank: str, return_url: str, actor: Actor, locale: str) -> Attempt:
    obligation = locks.obligation(obligation_id)
    if obligation.state != ObligationState.UNPAID.value:
        raise Conflict(
            "OBLIGATION_NOT_PAYABLE",
            _("Khoản này không còn phải thanh toán"),
            details={"state": obligation.state},
        )
    configuration.refuse_unconfigured(obligation)
    before = _open_one(obligation)
    if before is not None:
        if before.expires_at <= clock.now():
            transactions.end_overdue(before, actor=actor)
        elif before.state == AttemptState.PROCESSING.value:
            raise Conflict(
                "PAYMENT_IN_PROGRESS",
                _("Ngân hàng đang xử lý giao dịch trước, Ông/Bà vui lòng chờ kết quả"),
                details={"transaction": before.reference, "until": before.expires_at.isoformat()},
            )
        elif before.bank == bank:
            return before
        else:
            ending = AttemptEvent.EXPIRED if before.qr_payload else AttemptEvent.FAILED
            transactions.end(before, ending, cause=FailureCause.REPLACED, actor=actor)
    return _new(obligation, bank, return_url, actor, locale)


def _open_one(obligation: Obligation) -> Attempt | None:
    states = [state.value for state in rules.OPEN_ATTEMPTS]
    found = obligation.attempts.filter(state__in=states).select_for_update(no_key=True).first()
    if found is not None:
        found.obligation = obligation
    return found


def _new(obligation: Obligation, bank: str, return_url: str, actor: Actor, locale: str) -> Attempt:
    now = clock.now()
    number = Attempt.objects.filter(obligation__dossier_id=obligation.dossier_id).count() + 1  # under its lock
    attempt = Attempt.objects.create(
        obligation=obligation,
        dossier_id=obligation.dossier_id,
        gateway=DEFAULT,
        bank=bank,
        reference=rules.reference(obligation.dossier.code, number),
        amount=obligation.amount,
        validity_seconds=policies.QR_VALIDITY.get() * 60,
        return_url=return_url,
        locale=locale,
        started_at=now,
        started_by_kind=actor.kind,
        started_by_id=actor.id,
        expires_at=now + timedelta(seconds=policies.INITIATION_LIMIT.get()),
        inquire_at=now + timedelta(seconds=policies.INQUIRY_AFTER.get()),
    )
    started = PaymentStarted(reference=attempt.reference, bank=bank, amount=attempt.amount)
    settling.record(obligation, [started], [], actor=actor)
    return attempt


def _asked(attempt: Attempt) -> OrderRequest:
    """What the gateway is asked; the same for every try of one transaction, so that it may be repeated."""
    owed = attempt.obligation
    return OrderRequest(
        reference=attempt.reference,
        bank=attempt.bank,
        amount=attempt.amount,
        beneficiary=Beneficiary(owed.beneficiary_bin, owed.beneficiary_account, owed.beneficiary_name),
        validity_seconds=attempt.validity_seconds,
        return_url=attempt.return_url,
        locale=attempt.locale,
    )


def _refuse_wrong(attempt: Attempt, order: Order) -> None:
    """Raises GatewayFailure unless the QR carries exactly the asked amount, account and transaction code (PAY-04)."""
    if order.reference != attempt.reference:
        raise GatewayFailure(FailureCause.GARBLED_ANSWER)
    owed = attempt.obligation
    fault = rules.qr_fault(
        order.qr_payload,
        bin=owed.beneficiary_bin,
        account=owed.beneficiary_account,
        amount=attempt.amount,
        reference=attempt.reference,
    )
    if fault is not None:
        raise GatewayFailure(fault)
    if order.status in (OrderStatus.FAILED, OrderStatus.EXPIRED):
        raise GatewayFailure(FailureCause.REFUSED_BY_BANK)


@transaction.atomic
def _show(attempt_id: UUID, order: Order) -> Attempt:
    """Stores the QR. Raises Conflict PAYMENT_ENDED if the transaction was given up while the bank answered."""
    attempt = locks.attempt(attempt_id)
    if attempt.qr_payload:
        return attempt
    if attempt.state != AttemptState.INITIATED.value:
        raise Conflict(
            "PAYMENT_ENDED",
            _("Giao dịch này đã kết thúc, Ông/Bà vui lòng tạo giao dịch mới"),
            details={"state": attempt.state},
        )
    now = clock.now()
    attempt.order_id = order.order_id[:60]
    attempt.qr_payload = order.qr_payload
    attempt.pay_url = order.pay_url if order.pay_url.startswith(("https://", "http://")) else ""
    attempt.expires_at = min(order.expires_at, now + timedelta(seconds=attempt.validity_seconds))
    attempt.inquire_at = min(now + timedelta(seconds=policies.INQUIRY_AFTER.get()), attempt.expires_at)
    attempt.save(update_fields=["order_id", "qr_payload", "pay_url", "expires_at", "inquire_at"])
    return attempt


@transaction.atomic
def _give_up(attempt_id: UUID, cause: FailureCause, actor: Actor) -> None:
    attempt = locks.attempt(attempt_id)
    if attempt.state == AttemptState.INITIATED.value and not attempt.qr_payload:
        transactions.end(attempt, AttemptEvent.FAILED, cause=cause, actor=actor)


def _unavailable(attempt: Attempt, cause: FailureCause) -> DomainError:
    return DomainError(
        "PAYMENT_QR_UNAVAILABLE",
        _("Chưa tạo được mã QR: %(why)s") % {"why": rules.FAILURE_NAMES[cause]},
        status=503,
        details={
            "transaction": attempt.reference,
            "bank": attempt.bank,
            "state": AttemptState.FAILED_TIMEOUT.value,
            "cause": cause.value,
            "retriable": True,
        },
        what_next=_("Ông/Bà thử lại hoặc chọn ngân hàng khác; chưa có khoản tiền nào bị trừ."),
    )


@transaction.atomic
def payer_returned(reference: str) -> Attempt:
    """The payer's browser came back from the bank: the transaction is processing and inquired at once.

    The return itself proves nothing (only the bank's word does). Repeating it changes nothing. The same limit of time
    holds as for any open transaction, at the latest `processing_limit` after the return (PAY-13).
    """
    pk = Attempt.objects.filter(reference=reference).values_list("pk", flat=True).first()
    attempt = locks.attempt(pk or UUID(int=0))
    if attempt.state == AttemptState.INITIATED.value and attempt.qr_payload:
        now = clock.now()
        attempt.state = rules.after_event(AttemptState.INITIATED, AttemptEvent.PAYER_RETURNED).value
        attempt.returned_at = attempt.inquire_at = now
        attempt.expires_at = now + timedelta(minutes=policies.PROCESSING_LIMIT.get())
        attempt.save(update_fields=["state", "returned_at", "inquire_at", "expires_at"])
    return attempt
