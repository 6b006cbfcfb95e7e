"""Amounts are whole đồng, read and written the Vietnamese way."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation.errors import Invalid
from motcua.foundation.money import MAX_AMOUNT, amount_in_words, format_dong, number_in_words, parse_dong, payable

amounts = st.one_of(st.integers(0, MAX_AMOUNT), st.integers(0, 15).flatmap(lambda n: st.integers(0, 10**n)))


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (0, "0 đồng"),
        (8_000, "8.000 đồng"),
        (9_445_357_967, "9.445.357.967 đồng"),
        (-100_000, "−100.000 đồng"),
    ],
)
def test_amounts_are_written_with_dots_between_thousands(amount: int, written: str) -> None:
    assert format_dong(amount) == written


@given(amounts)
def test_what_is_written_reads_back(amount: int) -> None:
    written = format_dong(amount)

    assert parse_dong(written) == amount
    assert parse_dong(written.replace(".", " ").replace(" đồng", "đ")) == amount
    assert parse_dong(str(amount)) == amount


@pytest.mark.parametrize(
    "written", ["100.000", "100000", "100 000 đ", " 100.000₫ ", "100.000 VNĐ", "100.000 vnd", "100.000 đồng"]
)
def test_usual_ways_of_writing_are_read(written: str) -> None:
    assert parse_dong(written) == 100_000


@pytest.mark.parametrize(
    "written",
    ["", "đồng", "-5", "1,5", "1.5", "12.34", "1.000,50", "1,000", "1.0000", "0x10", "1e6", "١٠٠", "5 5", "9" * 5000],
)
def test_a_doubtful_amount_is_refused_not_guessed(written: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_dong(written)

    assert refusal.value.code == "AMOUNT_MALFORMED"


def test_an_amount_beyond_the_maximum_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        parse_dong(str(MAX_AMOUNT + 1))

    assert refusal.value.code == "AMOUNT_TOO_LARGE"
    assert parse_dong(str(MAX_AMOUNT)) == MAX_AMOUNT


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (0, "AMOUNT_NOT_POSITIVE"),
        (-1, "AMOUNT_NOT_POSITIVE"),
        (1.0, "AMOUNT_NOT_WHOLE"),
        (Decimal(5), "AMOUNT_NOT_WHOLE"),
        (True, "AMOUNT_NOT_WHOLE"),
        ("100", "AMOUNT_NOT_WHOLE"),
        (MAX_AMOUNT + 1, "AMOUNT_TOO_LARGE"),
    ],
)
def test_only_a_positive_whole_amount_can_be_paid(amount: Any, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        payable(amount)

    assert refusal.value.code == code


def test_a_payable_amount_passes_unchanged() -> None:
    assert payable(8_000) == 8_000


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (1, "Một đồng"),
        (5, "Năm đồng"),
        (10, "Mười đồng"),
        (11, "Mười một đồng"),
        (14, "Mười bốn đồng"),
        (15, "Mười lăm đồng"),
        (20, "Hai mươi đồng"),
        (21, "Hai mươi mốt đồng"),
        (24, "Hai mươi tư đồng"),
        (25, "Hai mươi lăm đồng"),
        (100, "Một trăm đồng"),
        (101, "Một trăm linh một đồng"),
        (104, "Một trăm linh bốn đồng"),
        (105, "Một trăm linh năm đồng"),
        (110, "Một trăm mười đồng"),
        (515, "Năm trăm mười lăm đồng"),
        (991, "Chín trăm chín mươi mốt đồng"),
        (1_000, "Một nghìn đồng"),
        (8_000, "Tám nghìn đồng"),
        (10_005, "Mười nghìn không trăm linh năm đồng"),
        (1_000_005, "Một triệu không trăm linh năm đồng"),
        (1_050_000, "Một triệu không trăm năm mươi nghìn đồng"),
        (21_000_000, "Hai mươi mốt triệu đồng"),
        (1_000_000_000, "Một tỷ đồng"),
        (
            9_445_357_967,
            "Chín tỷ bốn trăm bốn mươi lăm triệu ba trăm năm mươi bảy nghìn chín trăm sáu mươi bảy đồng",
        ),
        (10**12, "Một nghìn tỷ đồng"),
        (10**12 + 5 * 10**9, "Một nghìn không trăm linh năm tỷ đồng"),
        (10**15, "Một triệu tỷ đồng"),
    ],
)
def test_amounts_are_spelled_out_for_receipts(amount: int, words: str) -> None:
    assert amount_in_words(amount) == words


def test_the_southern_word_for_an_empty_tens_place() -> None:
    assert amount_in_words(1_000_005, zero_tens="lẻ") == "Một triệu không trăm lẻ năm đồng"


UNITS = {"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7}
UNITS |= {"tám": 8, "chín": 9}


def read_words(words: str) -> int:
    """An independent reader of spelled-out numbers."""
    total = section = group = 0
    digit = 0
    for word in words.split():
        if word in UNITS:
            digit = UNITS[word]
            group += digit
        elif word == "mười":
            group, digit = group + 10, 0
        elif word == "mươi":
            group += digit * 9
        elif word == "trăm":
            group = group * 100
        elif word in ("nghìn", "triệu"):
            section, group = section + group * {"nghìn": 10**3, "triệu": 10**6}[word], 0
        elif word == "tỷ":
            total, section, group = total + (section + group) * 10**9, 0, 0
        else:
            assert word == "linh"
    return total + section + group


@given(amounts)
def test_words_read_back_as_the_same_number(amount: int) -> None:
    words = number_in_words(amount)

    assert read_words(words) == amount
    assert "  " not in words


@pytest.mark.parametrize(
    ("amount", "code"), [(-1, "AMOUNT_NEGATIVE"), (1.5, "AMOUNT_NOT_WHOLE"), (10**16, "AMOUNT_TOO_LARGE")]
)
def test_what_cannot_be_spelled_is_refused(amount: Any, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        amount_in_words(amount)

    assert refusal.value.code == code
