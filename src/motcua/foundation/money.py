"""Đồng: integers only, as people read them in figures and in words.

The đồng has no minor unit; an amount is an `int` everywhere (design: Money). `1.234.567 đồng` is the written form.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from motcua.foundation.errors import Invalid
from motcua.foundation.text import normalise_line

MAX_AMOUNT = 10**15
"""The largest amount that is accepted and spelled out: one million tỷ."""

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_BILLION = 10**9
_WRITTEN = re.compile(r"(?P<figure>[0-9]{1,3}(?:[. ][0-9]{3}){1,9}|[0-9]{1,30}) ?(?:đồng|đ|₫|vnđ|vnd)?")


def format_dong(amount: int) -> str:
    """`9.445.357.967 đồng`. A negative amount (a refund in a balance) carries a minus sign."""
    return f"{format_figure(amount)} đồng"


def format_figure(amount: int) -> str:
    """`9.445.357.967`: dots between thousands, no unit."""
    return f"{_whole(amount):,}".replace(",", ".").replace("-", "−")


def parse_dong(written: str) -> int:
    """Reads `9.445.357.967 đồng`, `9445357967`, `1 000 đ`, `100.000₫`, `100.000 VNĐ`.

    Anything with a fraction, a sign or broken groups of three is refused rather than guessed:
    Invalid AMOUNT_MALFORMED; above `MAX_AMOUNT`: AMOUNT_TOO_LARGE.
    """
    match = _WRITTEN.fullmatch(normalise_line(written).lower())
    if match is None:
        raise Invalid(
            "AMOUNT_MALFORMED", _("Số tiền chưa đúng. Ông/Bà nhập số nguyên đồng, ví dụ 100.000 đồng."), field="amount"
        )
    return _not_above_maximum(int(re.sub(r"[. ]", "", match["figure"])))


def payable(amount: int) -> int:
    """The same amount if it is one that can be asked or paid: a whole number of đồng above zero.

    Invalid AMOUNT_NOT_WHOLE (float, bool, text), AMOUNT_NOT_POSITIVE, AMOUNT_TOO_LARGE.
    """
    if _whole(amount) <= 0:
        raise Invalid("AMOUNT_NOT_POSITIVE", _("Số tiền phải nộp phải lớn hơn 0 đồng."), field="amount")
    return _not_above_maximum(amount)


def amount_in_words(amount: int, *, zero_tens: str = "linh") -> str:
    """The "bằng chữ" line of a receipt: `Một triệu không trăm linh năm đồng`.

    `zero_tens` is the word for an empty tens place: `linh` (north) or `lẻ` (south). 0 … `MAX_AMOUNT`, else
    Invalid AMOUNT_NOT_WHOLE, AMOUNT_NEGATIVE or AMOUNT_TOO_LARGE.
    """
    words = number_in_words(_not_above_maximum(_whole(amount)), zero_tens=zero_tens)
    return f"{words[0].upper()}{words[1:]} đồng"


def number_in_words(number: int, *, zero_tens: str = "linh") -> str:
    """A whole number in Vietnamese words, small letters. Invalid AMOUNT_NEGATIVE below zero."""
    if number < 0:
        raise Invalid("AMOUNT_NEGATIVE", _("Số tiền không được là số âm."), field="amount")
    if number == 0:
        return _DIGITS[0]
    return " ".join(_read(number, leading=True, zero_tens=zero_tens))


def _read(number: int, *, leading: bool, zero_tens: str) -> list[str]:
    """Words of `number` > 0; unless `leading`, an empty hundreds place is read out ("không trăm")."""
    billions, rest = divmod(number, _BILLION)
    words: list[str] = []
    if billions:
        words += [*_read(billions, leading=leading, zero_tens=zero_tens), "tỷ"]
        leading = False
    for unit, name in ((10**6, "triệu"), (10**3, "nghìn"), (1, "")):
        group, rest = divmod(rest, unit)
        if group:
            words += _read_group(group, leading=leading, zero_tens=zero_tens) + ([name] if name else [])
            leading = False
    return words


def _read_group(group: int, *, leading: bool, zero_tens: str) -> list[str]:
    hundreds, rest = divmod(group, 100)
    tens, unit = divmod(rest, 10)
    words: list[str] = []
    if hundreds or not leading:
        words += [_DIGITS[hundreds], "trăm"]
    if tens >= 2:
        words += [_DIGITS[tens], "mươi"]
    elif tens == 1:
        words.append("mười")
    elif unit and words:
        words.append(zero_tens)
    if unit:
        words.append(_unit_word(unit, tens))
    return words


def _unit_word(unit: int, tens: int) -> str:
    """Units change their sound after the tens: mốt and tư from twenty on, lăm from ten on."""
    if unit == 5 and tens >= 1:
        return "lăm"
    if tens >= 2:
        return {1: "mốt", 4: "tư"}.get(unit, _DIGITS[unit])
    return _DIGITS[unit]


def _whole(amount: object) -> int:
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise Invalid("AMOUNT_NOT_WHOLE", _("Số tiền phải là số nguyên đồng."), field="amount")
    return amount


def _not_above_maximum(amount: int) -> int:
    if amount > MAX_AMOUNT:
        raise Invalid("AMOUNT_TOO_LARGE", _("Số tiền vượt quá mức hệ thống tiếp nhận."), field="amount")
    return amount
