"""The rule tables of payment: who may pay when, where a transaction may go, what a credit does."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.domain.payments import rules, vietqr
from motcua.domain.payments.rules import (
    AttemptEvent,
    AttemptState,
    CreditCause,
    CreditOutcome,
    FailureCause,
    ObligationState,
    PayFunction,
    Verdict,
)
from motcua.foundation.codes import remittance_form
from motcua.foundation.errors import Conflict

ENDED = [AttemptState.SUCCESS, AttemptState.FAILED_TIMEOUT, AttemptState.QR_EXPIRED]


@pytest.mark.parametrize(
    ("state", "attempts", "offered"),
    [
        (ObligationState.UNPAID, [], PayFunction.START),
        (ObligationState.UNPAID, [AttemptState.INITIATED], PayFunction.CONTINUE),
        (ObligationState.UNPAID, [AttemptState.PROCESSING], PayFunction.CONTINUE),
        (ObligationState.UNPAID, [AttemptState.FAILED_TIMEOUT], PayFunction.START),
        (ObligationState.UNPAID, [AttemptState.QR_EXPIRED], PayFunction.START),
        (ObligationState.UNPAID, [AttemptState.QR_EXPIRED, AttemptState.INITIATED], PayFunction.CONTINUE),
        (ObligationState.PAID, [AttemptState.SUCCESS], PayFunction.NONE),
        (ObligationState.PAID, [AttemptState.SUCCESS, AttemptState.INITIATED], PayFunction.NONE),
        (ObligationState.PAID_OFFLINE, [], PayFunction.NONE),
        (ObligationState.CANCELLED, [], PayFunction.NONE),
        (ObligationState.CANCELLED, [AttemptState.QR_EXPIRED], PayFunction.NONE),
        (ObligationState.REFUNDED, [AttemptState.SUCCESS], PayFunction.NONE),
    ],
)
def test_payment_is_offered_exactly_while_money_is_owed_and_none_is_pending(state, attempts, offered):
    assert rules.pay_function(state, attempts) is offered
    assert rules.payable(state, attempts) is (offered is PayFunction.START)


def test_only_the_edges_of_the_table_can_be_taken():
    for state, event in product(AttemptState, AttemptEvent):
        if (state, event) in rules.ATTEMPT_EDGES:
            assert rules.after_event(state, event) is rules.ATTEMPT_EDGES[state, event]
        else:
            with pytest.raises(Conflict, match="ATTEMPT_TRANSITION"):
                rules.after_event(state, event)


def test_a_success_is_never_undone_by_a_transition():
    assert not [edge for edge in rules.ATTEMPT_EDGES if edge[0] is AttemptState.SUCCESS]


def test_money_ends_every_transaction_in_success():
    for state in set(AttemptState) - {AttemptState.SUCCESS}:
        assert rules.after_event(state, AttemptEvent.CREDITED) is AttemptState.SUCCESS


@pytest.mark.parametrize(
    ("amount", "expected", "obligation", "verdict"),
    [
        (8000, 8000, ObligationState.UNPAID, Verdict(CreditOutcome.PAYS)),
        (7999, 8000, ObligationState.UNPAID, Verdict(CreditOutcome.UNMATCHED, CreditCause.WRONG_AMOUNT)),
        (8001, 8000, ObligationState.UNPAID, Verdict(CreditOutcome.UNMATCHED, CreditCause.WRONG_AMOUNT)),
        (8000, None, None, Verdict(CreditOutcome.UNMATCHED, CreditCause.UNKNOWN_REFERENCE)),
        (8000, 8000, ObligationState.PAID, Verdict(CreditOutcome.REFUND, CreditCause.ALREADY_PAID)),
        (8000, 8000, ObligationState.PAID_OFFLINE, Verdict(CreditOutcome.REFUND, CreditCause.ALREADY_PAID)),
        (8000, 8000, ObligationState.REFUNDED, Verdict(CreditOutcome.REFUND, CreditCause.ALREADY_PAID)),
        (8000, 8000, ObligationState.CANCELLED, Verdict(CreditOutcome.REFUND, CreditCause.OBLIGATION_CANCELLED)),
    ],
)
def test_a_credit_pays_once_and_is_otherwise_kept_for_somebody(amount, expected, obligation, verdict):
    assert rules.judge_credit(amount, expected=expected, obligation=obligation) == verdict


def test_a_transaction_code_carries_the_dossier_code_and_fits_a_transfer():
    assert rules.reference("H42.012.05-260604-010001", 1) == "H4201205260604010001AB"
    assert rules.reference("H26.900.004.01-260604-010001", 33) == "H2690000401260604010001BB"


CODES = st.from_regex(r"[A-Z][0-9]{2}(\.[0-9]{2,3}){0,4}-[0-9]{6}-[0-9]{4,8}", fullmatch=True)


@given(CODES, st.integers(1, 1_023))
def test_every_transaction_code_is_short_enough_and_keeps_day_and_number(code: str, number: int):
    reference = rules.reference(code, number)

    assert 6 <= len(reference) <= 25
    assert reference.isascii()
    assert reference.isalnum()
    assert reference.upper() == reference
    assert reference[:-2].endswith("".join(code.split("-")[-2:]))
    if len(remittance_form(code)) <= 23:
        assert reference[:-2] == remittance_form(code)


@given(CODES, st.sets(st.integers(1, 40_000), min_size=2, max_size=20))
def test_the_transactions_of_a_dossier_have_different_codes(code: str, numbers: set[int]):
    assert len({rules.reference(code, number) for number in numbers}) == len(numbers)


WANTED = {"bin": "970436", "account": "0123456789", "amount": 8000, "reference": "H4201205260604010001AB2C"}


def qr(**changed: object) -> str:
    fields = {**WANTED, "purpose": WANTED["reference"], **changed}
    return vietqr.encode(vietqr.VietQR(**fields))


def test_the_right_qr_has_no_fault():
    assert rules.qr_fault(qr(), **WANTED) is None


@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        ("", FailureCause.NO_QR),
        ("garbled", FailureCause.WRONG_QR),
        (qr()[:-1] + "0", FailureCause.WRONG_QR),
        (qr(amount=8001), FailureCause.WRONG_QR),
        (qr(amount=None), FailureCause.WRONG_QR),
        (qr(account="9123456789"), FailureCause.WRONG_QR),
        (qr(bin="970418"), FailureCause.WRONG_QR),
        (qr(reference="H4201205260604010001AB2D"), FailureCause.WRONG_QR),
        (qr(purpose="other"), FailureCause.WRONG_QR),
    ],
)
def test_a_qr_that_is_not_what_was_asked_is_refused(payload: str, fault: FailureCause):
    assert rules.qr_fault(payload, **WANTED) is fault


def test_receipt_symbols_follow_the_circular():
    assert rules.receipt_symbol("AA", 2026) == "26TAA"
    assert rules.receipt_symbol("XY", 2030) == "30TXY"
    for letters in ("A", "AAA", "IA", "aa", "A1", "JF", ""):
        with pytest.raises(ValueError):
            rules.receipt_symbol(letters, 2026)


def test_receipt_numbers_have_eight_digits():
    assert rules.receipt_number(1) == "00000001"
    assert rules.receipt_number(99_999_999) == "99999999"
    for number in (0, -1, 100_000_000):
        with pytest.raises(ValueError):
            rules.receipt_number(number)


def test_every_state_and_cause_has_words():
    assert set(rules.ATTEMPT_NAMES) == set(AttemptState)
    assert set(rules.OBLIGATION_NAMES) == set(ObligationState)
    assert set(rules.FAILURE_NAMES) == set(FailureCause)
    assert set(rules.OFFLINE_NAMES) == set(rules.OfflineMethod)
