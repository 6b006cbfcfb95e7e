"""What is compared between a dossier's form and a register, and when two values say the same. Pure (IDN-11, F-78)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from motcua.domain.people.rules import Words
from motcua.foundation.text import sort_key


class ComparedField(StrEnum):
    """A fact about a person that both the form and a register may hold."""

    FULL_NAME = "FULL_NAME"
    BIRTH_DATE = "BIRTH_DATE"
    SEX = "SEX"
    IDENTITY_NUMBER = "IDENTITY_NUMBER"
    ISSUED_ON = "ISSUED_ON"
    ISSUED_BY = "ISSUED_BY"
    COMMUNE = "COMMUNE"
    ADDRESS = "ADDRESS"


FIELD_NAMES: Final[dict[ComparedField, Words]] = {
    ComparedField.FULL_NAME: _("Họ và tên"),
    ComparedField.BIRTH_DATE: _("Ngày sinh"),
    ComparedField.SEX: _("Giới tính"),
    ComparedField.IDENTITY_NUMBER: _("Số giấy tờ"),
    ComparedField.ISSUED_ON: _("Ngày cấp giấy tờ"),
    ComparedField.ISSUED_BY: _("Nơi cấp giấy tờ"),
    ComparedField.COMMUNE: _("Xã, phường, đặc khu"),
    ComparedField.ADDRESS: _("Địa chỉ"),
}


class Register(StrEnum):
    """Which register the other value comes from."""

    VNEID = "VNEID"
    POPULATION = "POPULATION"


REGISTER_NAMES: Final[dict[Register, Words]] = {
    Register.VNEID: _("Hệ thống định danh VNeID"),
    Register.POPULATION: _("Cơ sở dữ liệu quốc gia về dân cư"),
}


class Resolution(StrEnum):
    """How a difference ended: the values agree now, or an officer recorded the correction with its evidence."""

    AGREES = "AGREES"
    CORRECTED = "CORRECTED"


RESOLUTION_NAMES: Final[dict[Resolution, Words]] = {
    Resolution.AGREES: _("Dữ liệu đã trùng khớp"),
    Resolution.CORRECTED: _("Đã ghi nhận việc đính chính"),
}

PREFILLED: Final[dict[str, ComparedField]] = {
    "person.full_name": ComparedField.FULL_NAME,
    "person.date_of_birth": ComparedField.BIRTH_DATE,
    "person.sex": ComparedField.SEX,
    "person.identity": ComparedField.IDENTITY_NUMBER,
    "person.identity_issued_on": ComparedField.ISSUED_ON,
    "person.identity_issued_by": ComparedField.ISSUED_BY,
    "person.commune": ComparedField.COMMUNE,
    "person.address": ComparedField.ADDRESS,
}
"""The form fields that are compared, by where their first answer comes from. Phone and e-mail are the person's own."""

_ABBREVIATIONS: Final = {"qlhc": "quản lý hành chính", "ttxh": "trật tự xã hội", "ca": "công an", "cs": "cảnh sát"}
_LETTERS: Final = frozenset({ComparedField.FULL_NAME, ComparedField.ISSUED_BY, ComparedField.ADDRESS})


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact with both its values."""

    compared: ComparedField
    stated: str
    known: str


def value_of(compared: ComparedField, answer: Any) -> str:
    """A form's answer as it is compared and kept; empty where nothing comparable was answered.

    Of an identity document `kind:number`: another kind of document is no difference, see `differs`.
    """
    if isinstance(answer, Mapping):
        kind, number = str(answer.get("kind", "")), str(answer.get("number", ""))
        return f"{kind}:{number}" if kind and number and compared is ComparedField.IDENTITY_NUMBER else ""
    return answer.strip() if isinstance(answer, str) else ""


def differs(compared: ComparedField, stated: str, known: str) -> bool:
    """Whether the two values contradict each other.

    - what one side does not say is no difference;
    - case, blanks, punctuation, composition and the place of a tone mark do not count; a letter or a tone does;
    - usual abbreviations of issuing authorities count as written out;
    - documents of different kinds do not contradict each other.
    """
    if not stated or not known:
        return False
    if compared is ComparedField.IDENTITY_NUMBER and stated.partition(":")[0] != known.partition(":")[0]:
        return False
    if compared in _LETTERS:
        return sort_key(_written_out(stated)) != sort_key(_written_out(known))
    return stated != known


def differences(
    stated: Mapping[ComparedField, str], known: Mapping[ComparedField, str]
) -> tuple[list[Difference], list[ComparedField]]:
    """What contradicts, and what both sides say alike, in the order of `ComparedField`."""
    apart: list[Difference] = []
    alike: list[ComparedField] = []
    for compared in ComparedField:
        mine, theirs = stated.get(compared, ""), known.get(compared, "")
        if not mine or not theirs:
            continue
        if differs(compared, mine, theirs):
            apart.append(Difference(compared, mine, theirs))
        else:
            alike.append(compared)
    return apart, alike


def _written_out(text: str) -> str:
    words = text.replace(",", " ").split()
    return " ".join(_ABBREVIATIONS.get(word.casefold().strip("."), word) for word in words)
