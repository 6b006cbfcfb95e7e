"""The rules of payment as tables and pure functions: states, edges, who may pay when, what a credit does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcua.domain.payments import vietqr
from motcua.foundation.codes import remittance_form
from motcua.foundation.errors import Conflict


class ObligationState(StrEnum):
    """State of a financial obligation (nghĩa vụ tài chính); a projection of the ledger (PAY-22).

    PARTIAL is reserved for procedures that allow instalments, REFUNDED for the refund room's return.
    """

    UNPAID = "UNPAID"
    PARTIAL = "PARTIAL"
    PAID = "PAID"
    PAID_OFFLINE = "PAID_OFFLINE"
    CANCELLED = "CANCELLED"
    REFUNDED = "REFUNDED"


OBLIGATION_NAMES: dict[ObligationState, str | Promise] = {
    ObligationState.UNPAID: _("Chưa thanh toán"),
    ObligationState.PARTIAL: _("Đã thanh toán một phần"),
    ObligationState.PAID: _("Đã thanh toán"),
    ObligationState.PAID_OFFLINE: _("Đã thanh toán tại quầy"),
    ObligationState.CANCELLED: _("Đã hủy"),
    ObligationState.REFUNDED: _("Đã hoàn tiền"),
}
SETTLED = frozenset({ObligationState.PAID, ObligationState.PAID_OFFLINE, ObligationState.REFUNDED})


class AttemptState(StrEnum):
    """State of one transaction (giao dịch); exactly these five partition all transactions (PAY-07)."""

    INITIATED = "INITIATED"
    PROCESSING = "PROCESSING"
    SUCCESS = "SUCCESS"
    FAILED_TIMEOUT = "FAILED_TIMEOUT"
    QR_EXPIRED = "QR_EXPIRED"


ATTEMPT_NAMES: dict[AttemptState, str | Promise] = {
    AttemptState.INITIATED: _("Khởi tạo"),
    AttemptState.PROCESSING: _("Đang xử lý"),
    AttemptState.SUCCESS: _("Thành công"),
    AttemptState.FAILED_TIMEOUT: _("Thất bại"),
    AttemptState.QR_EXPIRED: _("Hết thời gian quét mã QR"),
}
OPEN_ATTEMPTS = frozenset({AttemptState.INITIATED, AttemptState.PROCESSING})


class AttemptEvent(StrEnum):
    """What can happen to a transaction."""

    PAYER_RETURNED = "PAYER_RETURNED"  # the payer says it is done; the bank has not confirmed yet
    CREDITED = "CREDITED"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"


_OPEN = tuple(OPEN_ATTEMPTS)
ATTEMPT_EDGES: dict[tuple[AttemptState, AttemptEvent], AttemptState] = {
    (AttemptState.INITIATED, AttemptEvent.PAYER_RETURNED): AttemptState.PROCESSING,
    **{(state, AttemptEvent.CREDITED): AttemptState.SUCCESS for state in _OPEN},
    **{(state, AttemptEvent.FAILED): AttemptState.FAILED_TIMEOUT for state in _OPEN},
    **{(state, AttemptEvent.EXPIRED): AttemptState.QR_EXPIRED for state in _OPEN},
    # Money wins: what arrives after the end is booked all the same (PAY-11).
    (AttemptState.FAILED_TIMEOUT, AttemptEvent.CREDITED): AttemptState.SUCCESS,
    (AttemptState.QR_EXPIRED, AttemptEvent.CREDITED): AttemptState.SUCCESS,
}


def after_event(state: AttemptState, event: AttemptEvent) -> AttemptState:
    """The state that `event` leads to. Conflict (ATTEMPT_TRANSITION) where the table has no edge (PAY-07)."""
    target = ATTEMPT_EDGES.get((state, event))
    if target is None:
        raise Conflict(
            "ATTEMPT_TRANSITION",
            _("Giao dịch đang ở trạng thái không cho phép thao tác này"),
            details={"state": state.value, "event": event.value},
        )
    return target


class FailureCause(StrEnum):
    """Why a transaction failed; counted per bank (PAY-06)."""

    NO_ANSWER = "NO_ANSWER"
    UNREACHABLE = "UNREACHABLE"
    GATEWAY_ERROR = "GATEWAY_ERROR"
    EMPTY_ANSWER = "EMPTY_ANSWER"
    GARBLED_ANSWER = "GARBLED_ANSWER"
    NO_QR = "NO_QR"
    WRONG_QR = "WRONG_QR"
    CANCELLED_BY_PAYER = "CANCELLED_BY_PAYER"
    REFUSED_BY_BANK = "REFUSED_BY_BANK"
    UNKNOWN_AT_BANK = "UNKNOWN_AT_BANK"
    NOT_CONFIRMED = "NOT_CONFIRMED"
    REPLACED = "REPLACED"


FAILURE_NAMES: dict[FailureCause, str | Promise] = {
    FailureCause.NO_ANSWER: _("Quá thời gian chờ ngân hàng trả mã QR"),
    FailureCause.UNREACHABLE: _("Không kết nối được với ngân hàng"),
    FailureCause.GATEWAY_ERROR: _("Hệ thống của ngân hàng báo lỗi"),
    FailureCause.EMPTY_ANSWER: _("Ngân hàng trả lời rỗng"),
    FailureCause.GARBLED_ANSWER: _("Ngân hàng trả lời sai định dạng"),
    FailureCause.NO_QR: _("Ngân hàng không trả mã QR"),
    FailureCause.WRONG_QR: _("Mã QR của ngân hàng sai số tiền, tài khoản hoặc nội dung"),
    FailureCause.CANCELLED_BY_PAYER: _("Người nộp đã hủy giao dịch"),
    FailureCause.REFUSED_BY_BANK: _("Ngân hàng từ chối giao dịch"),
    FailureCause.UNKNOWN_AT_BANK: _("Ngân hàng không có giao dịch này"),
    FailureCause.NOT_CONFIRMED: _("Ngân hàng không xác nhận trong thời hạn"),
    FailureCause.REPLACED: _("Người nộp đã chọn ngân hàng khác"),
}


class PayFunction(StrEnum):
    """What the payer is offered: START a payment, CONTINUE with the open one, or NONE."""

    START = "START"
    CONTINUE = "CONTINUE"
    NONE = "NONE"


def pay_function(state: ObligationState, attempts: Iterable[AttemptState]) -> PayFunction:
    """What an obligation offers; depends on nothing else, never on the dossier's state (PAY-03, DOS-11).

    `attempts` are the states of its transactions, those past their time already counted as expired. Pending money
    (an open transaction) is shown, not doubled.
    """
    if state is not ObligationState.UNPAID:
        return PayFunction.NONE
    return PayFunction.CONTINUE if any(item in OPEN_ATTEMPTS for item in attempts) else PayFunction.START


def payable(state: ObligationState, attempts: Iterable[AttemptState]) -> bool:
    """Whether a new payment may be started."""
    return pay_function(state, attempts) is PayFunction.START


class CreditOutcome(StrEnum):
    """What became of one credit of the bank: never lost, never credited twice (PAY-08)."""

    PAYS = "PAYS"
    REFUND = "REFUND"
    UNMATCHED = "UNMATCHED"


class CreditCause(StrEnum):
    """Why a credit does not pay an obligation."""

    NONE = ""
    UNKNOWN_REFERENCE = "UNKNOWN_REFERENCE"
    WRONG_AMOUNT = "WRONG_AMOUNT"
    ALREADY_PAID = "ALREADY_PAID"
    OBLIGATION_CANCELLED = "OBLIGATION_CANCELLED"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a credit does, and why where it does not pay."""

    outcome: CreditOutcome
    cause: CreditCause = CreditCause.NONE


def judge_credit(amount: int, *, expected: int | None, obligation: ObligationState | None) -> Verdict:
    """What a credit of `amount` đồng does to the obligation its reference names; both None where it names nothing.

    - The amount must be exact: a different one is nobody's until a person decides.
    - An open obligation is paid, however late the money came (PAY-11).
    - Anything more is owed back.
    """
    if expected is None or obligation is None:
        return Verdict(CreditOutcome.UNMATCHED, CreditCause.UNKNOWN_REFERENCE)
    if amount != expected:
        return Verdict(CreditOutcome.UNMATCHED, CreditCause.WRONG_AMOUNT)
    if obligation is ObligationState.UNPAID:
        return Verdict(CreditOutcome.PAYS)
    if obligation is ObligationState.CANCELLED:
        return Verdict(CreditOutcome.REFUND, CreditCause.OBLIGATION_CANCELLED)
    return Verdict(CreditOutcome.REFUND, CreditCause.ALREADY_PAID)


REFERENCE_LENGTH = 25  # what VietQR carries as bill number and as transfer content
_SUFFIX_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that can be misread
_SUFFIX_LENGTH = 2


def reference(dossier_code: str, number: int) -> str:
    """Transaction code: the dossier code as a transfer leaves it, then which transaction of the dossier it is.

    `number`: 1, 2, 3 … within the dossier. Of a dossier code longer than 23 letters and digits the end is kept: date
    and running number tell dossiers apart.
    """
    suffix = ""
    while number or len(suffix) < _SUFFIX_LENGTH:
        number, digit = divmod(number, len(_SUFFIX_ALPHABET))
        suffix = _SUFFIX_ALPHABET[digit] + suffix
    return remittance_form(dossier_code)[-(REFERENCE_LENGTH - len(suffix)) :] + suffix


def qr_fault(payload: str, *, bin: str, account: str, amount: int, reference: str) -> FailureCause | None:
    """What is wrong with the gateway's QR, None if it carries exactly what was asked (PAY-04)."""
    if not payload:
        return FailureCause.NO_QR
    try:
        read = vietqr.decode(payload)
    except vietqr.QRMalformed:
        return FailureCause.WRONG_QR
    carried = (read.bin, read.account, read.amount, read.reference, read.purpose)
    return None if carried == (bin, account, amount, reference, reference) else FailureCause.WRONG_QR


class OfflineMethod(StrEnum):
    """How an obligation was paid outside the platform (SUB-14)."""

    CASH = "CASH"
    BANK_TRANSFER = "BANK_TRANSFER"
    CARD_AT_COUNTER = "CARD_AT_COUNTER"
    POST_OFFICE = "POST_OFFICE"


OFFLINE_NAMES: dict[OfflineMethod, str | Promise] = {
    OfflineMethod.CASH: _("Tiền mặt tại quầy"),
    OfflineMethod.BANK_TRANSFER: _("Chuyển khoản"),
    OfflineMethod.CARD_AT_COUNTER: _("Thẻ tại quầy"),
    OfflineMethod.POST_OFFICE: _("Bưu điện thu hộ"),
}


class AccountKind(StrEnum):
    """Accounts of the ledger. Debit is positive, credit negative."""

    GATEWAY_CLEARING = "GATEWAY_CLEARING"  # what a gateway has taken and owes us
    OFFLINE_CLEARING = "OFFLINE_CLEARING"  # what a unit has taken at its desk
    BENEFICIARY = "BENEFICIARY"  # what belongs to a collecting unit
    REFUNDS_PAYABLE = "REFUNDS_PAYABLE"  # what is owed back to payers
    UNMATCHED = "UNMATCHED"  # what nobody's obligation explains yet


class PostingKind(StrEnum):
    """Why money moved in the ledger."""

    COLLECTION = "COLLECTION"
    OFFLINE_COLLECTION = "OFFLINE_COLLECTION"
    SURPLUS = "SURPLUS"
    UNMATCHED = "UNMATCHED"
    REVERSAL = "REVERSAL"


COLLECTIONS = (PostingKind.COLLECTION, PostingKind.OFFLINE_COLLECTION)


def projected_state(collection: PostingKind | None, *, cancelled: bool) -> ObligationState:
    """The state an obligation must have, read off the ledger and its cancellation alone (PAY-22)."""
    if collection is PostingKind.COLLECTION:
        return ObligationState.PAID
    if collection is PostingKind.OFFLINE_COLLECTION:
        return ObligationState.PAID_OFFLINE
    return ObligationState.CANCELLED if cancelled else ObligationState.UNPAID


FORM_SYMBOL = re.compile(r"EBL0[12]")
_LETTERS = "ABCDEGHKLMNPQRSTUVXY"
SERIES_LETTERS = re.compile(rf"[{_LETTERS}]{{2}}")
LARGEST_RECEIPT_NUMBER = 99_999_999


def receipt_symbol(letters: str, year: int) -> str:
    """Ký hiệu biên lai of a year, e.g. `26TAA`: two digits of the year, T, two letters (TT 91/2026/TT-BTC, annex)."""
    if not SERIES_LETTERS.fullmatch(letters):
        raise ValueError(f"not the letters of a receipt series: {letters}")
    return f"{year % 100:02d}T{letters}"


def receipt_number(number: int) -> str:
    """A receipt's number as printed: eight digits at most, from 1 on 1 January (NĐ 254/2026/NĐ-CP Đ23)."""
    if not 1 <= number <= LARGEST_RECEIPT_NUMBER:
        raise ValueError(f"receipt number out of range: {number}")
    return f"{number:08d}"
