"""What may be asked of the population register, and for what: tables and pure functions (IDN-12)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _

from motcua.domain.people.differences.rules import ComparedField
from motcua.domain.people.rules import Precision, Sex, Words, parse_birth_date, split_address


class PopulationField(StrEnum):
    """A fact that the register holds of a person."""

    FULL_NAME = "FULL_NAME"
    BIRTH_DATE = "BIRTH_DATE"
    SEX = "SEX"
    ISSUED_ON = "ISSUED_ON"
    ISSUED_BY = "ISSUED_BY"
    PERMANENT_ADDRESS = "PERMANENT_ADDRESS"
    CURRENT_ADDRESS = "CURRENT_ADDRESS"
    HOUSEHOLD_HEAD = "HOUSEHOLD_HEAD"
    MARITAL_STATUS = "MARITAL_STATUS"


POPULATION_FIELDS: Final[dict[PopulationField, Words]] = {
    PopulationField.FULL_NAME: _("Họ và tên"),
    PopulationField.BIRTH_DATE: _("Ngày sinh"),
    PopulationField.SEX: _("Giới tính"),
    PopulationField.ISSUED_ON: _("Ngày cấp giấy tờ"),
    PopulationField.ISSUED_BY: _("Nơi cấp giấy tờ"),
    PopulationField.PERMANENT_ADDRESS: _("Nơi thường trú"),
    PopulationField.CURRENT_ADDRESS: _("Nơi ở hiện nay"),
    PopulationField.HOUSEHOLD_HEAD: _("Chủ hộ"),
    PopulationField.MARITAL_STATUS: _("Tình trạng hôn nhân"),
}


class Purpose(StrEnum):
    """What an officer asks for."""

    VERIFY_IDENTITY = "VERIFY_IDENTITY"
    VERIFY_RESIDENCE = "VERIFY_RESIDENCE"
    VERIFY_MARITAL_STATUS = "VERIFY_MARITAL_STATUS"
    SETTLE_DIFFERENCE = "SETTLE_DIFFERENCE"


@dataclass(frozen=True, slots=True)
class PurposeRule:
    """A purpose in words and the only facts that may be asked for it."""

    words: Words
    fields: tuple[PopulationField, ...]


_IDENTITY: Final = (
    PopulationField.FULL_NAME,
    PopulationField.BIRTH_DATE,
    PopulationField.SEX,
    PopulationField.ISSUED_ON,
    PopulationField.ISSUED_BY,
)
PURPOSES: Final[dict[Purpose, PurposeRule]] = {
    Purpose.VERIFY_IDENTITY: PurposeRule(_("Xác thực nhân thân người nộp hồ sơ"), _IDENTITY),
    Purpose.VERIFY_RESIDENCE: PurposeRule(
        _("Kiểm tra nơi cư trú"),
        (
            PopulationField.FULL_NAME,
            PopulationField.PERMANENT_ADDRESS,
            PopulationField.CURRENT_ADDRESS,
            PopulationField.HOUSEHOLD_HEAD,
        ),
    ),
    Purpose.VERIFY_MARITAL_STATUS: PurposeRule(
        _("Kiểm tra tình trạng hôn nhân"),
        (PopulationField.FULL_NAME, PopulationField.BIRTH_DATE, PopulationField.MARITAL_STATUS),
    ),
    Purpose.SETTLE_DIFFERENCE: PurposeRule(
        _("Đối chiếu sai khác dữ liệu"), (*_IDENTITY, PopulationField.PERMANENT_ADDRESS)
    ),
}
"""The field limitation: a fact outside its purpose's row cannot be asked."""


class QueryOutcome(StrEnum):
    """What came of a question; the row has none while it is being asked."""

    FOUND = "FOUND"
    NOT_FOUND = "NOT_FOUND"
    REFUSED = "REFUSED"
    UNAVAILABLE = "UNAVAILABLE"


OUTCOME_NAMES: Final[dict[QueryOutcome, Words]] = {
    QueryOutcome.FOUND: _("Có dữ liệu"),
    QueryOutcome.NOT_FOUND: _("Không tìm thấy"),
    QueryOutcome.REFUSED: _("Bị từ chối"),
    QueryOutcome.UNAVAILABLE: _("Không có phản hồi"),
}

MARITAL_WORDS: Final[dict[str, Words]] = {
    "1": _("Chưa kết hôn"),
    "2": _("Đang có vợ hoặc chồng"),
    "3": _("Đã ly hôn"),
    "4": _("Vợ hoặc chồng đã chết"),
}

_FEWEST_WORDS: Final = 3


def outside_purpose(purpose: Purpose, fields: Collection[PopulationField]) -> list[PopulationField]:
    """The asked facts that this purpose does not cover, in the order of `PopulationField`."""
    return [field for field in PopulationField if field in fields and field not in PURPOSES[purpose].fields]


def is_substantive(reason: str, fewest_letters: int) -> bool:
    """Whether a reason says something: enough letters, and at least three different words."""
    words = {word.casefold() for word in reason.split() if any(letter.isalpha() for letter in word)}
    return sum(letter.isalpha() for letter in reason) >= fewest_letters and len(words) >= _FEWEST_WORDS


def comparable(told: Mapping[PopulationField, str], sexes: Mapping[str, Sex]) -> dict[ComparedField, str]:
    """What the register told, as it is compared with a form; a date known only in part is left out.

    The commune is left to the caller, who can look its name up.
    """
    values = {
        ComparedField.FULL_NAME: told.get(PopulationField.FULL_NAME, ""),
        ComparedField.BIRTH_DATE: _day(told.get(PopulationField.BIRTH_DATE, "")),
        ComparedField.SEX: sexes.get(told.get(PopulationField.SEX, ""), ""),
        ComparedField.ISSUED_ON: _day(told.get(PopulationField.ISSUED_ON, "")),
        ComparedField.ISSUED_BY: told.get(PopulationField.ISSUED_BY, ""),
        ComparedField.ADDRESS: split_address(told.get(PopulationField.PERMANENT_ADDRESS, "")).street,
    }
    return {compared: str(value) for compared, value in values.items() if value}


def _day(written: str) -> str:
    known = parse_birth_date(written)
    return known.day.isoformat() if known and known.precision is Precision.DAY else ""
