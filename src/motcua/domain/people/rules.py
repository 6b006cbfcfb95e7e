"""Pure rules of identity: causes of a failed sign-on, partial dates, sessions, levels of assurance."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class PartyKind(StrEnum):
    """What a party to a dossier is."""

    PERSON = "PERSON"
    ORGANISATION = "ORGANISATION"


class Sex(StrEnum):
    """Sex as the population register writes it."""

    MALE = "MALE"
    FEMALE = "FEMALE"
    OTHER = "OTHER"


class Precision(StrEnum):
    """How much of a birth date is known."""

    DAY = "DAY"
    MONTH = "MONTH"
    YEAR = "YEAR"


class Source(StrEnum):
    """Where a fact about somebody comes from."""

    VNEID = "VNEID"
    COUNTER = "COUNTER"
    SELF = "SELF"
    DEMONSTRATION = "DEMONSTRATION"


class RepresentationRole(StrEnum):
    """In which role a person acts for an organisation."""

    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE"
    DELEGATE = "DELEGATE"


class OrganisationKind(StrEnum):
    """Kinds of organisation that VNeID tells apart."""

    ENTERPRISE = "ENTERPRISE"
    OTHER = "OTHER"


class Audience(StrEnum):
    """Which door a person signs on at."""

    CITIZEN = "CITIZEN"
    STAFF = "STAFF"


class AssuranceLevel(IntEnum):
    """Level of the electronic identification account (NĐ 69/2024/NĐ-CP)."""

    ONE = 1
    TWO = 2


class Cause(StrEnum):
    """Why a sign-on failed (IDN-02)."""

    VNEID_UNAVAILABLE = "VNEID_UNAVAILABLE"
    TIMEOUT = "TIMEOUT"
    CANCELLED = "CANCELLED"
    LEVEL_TOO_LOW = "LEVEL_TOO_LOW"
    NO_ACCOUNT = "NO_ACCOUNT"
    ACCOUNT_LOCKED = "ACCOUNT_LOCKED"
    CLAIMS_MISSING = "CLAIMS_MISSING"
    IDENTITY_CONFLICT = "IDENTITY_CONFLICT"
    REPLAYED = "REPLAYED"
    STATE_MISMATCH = "STATE_MISMATCH"
    NONCE_MISMATCH = "NONCE_MISMATCH"
    SIGNATURE_INVALID = "SIGNATURE_INVALID"


@dataclass(frozen=True, slots=True)
class CauseWords:
    """What a person reads: what happened and what to do; whether the page offers to request an account."""

    what: Words
    what_next: Words
    status: int = 401
    offers_request: bool = False


_AGAIN: Final = _("Ông/Bà bấm “Đăng nhập” để thực hiện lại từ đầu.")

CAUSES: Final[dict[Cause, CauseWords]] = {
    Cause.VNEID_UNAVAILABLE: CauseWords(
        _("Hệ thống định danh VNeID đang gián đoạn nên chưa đăng nhập được."),
        _("Ông/Bà thử lại sau ít phút; phiên đang mở của Ông/Bà vẫn dùng được."),
        status=503,
    ),
    Cause.TIMEOUT: CauseWords(_("Lượt đăng nhập đã quá thời gian chờ."), _AGAIN),
    Cause.CANCELLED: CauseWords(
        _("Ông/Bà đã hủy đăng nhập trên VNeID."), _("Khi cần, Ông/Bà bấm “Đăng nhập” để thực hiện lại.")
    ),
    Cause.LEVEL_TOO_LOW: CauseWords(
        _("Việc này cần tài khoản định danh điện tử mức độ 2."),
        _("Ông/Bà đến cơ quan Công an cấp xã nơi gần nhất để nâng mức độ 2, rồi đăng nhập lại."),
        status=403,
    ),
    Cause.NO_ACCOUNT: CauseWords(
        _("Danh tính của Ông/Bà chưa được liên kết với tài khoản cán bộ nào."),
        _("Ông/Bà gửi yêu cầu cấp tài khoản tới quản trị đơn vị của mình."),
        status=403,
        offers_request=True,
    ),
    Cause.ACCOUNT_LOCKED: CauseWords(
        _("Tài khoản của Ông/Bà đang bị khóa."),
        _(
            "Nếu tài khoản VNeID bị khóa, Ông/Bà gọi tổng đài 1900.0368; "
            "nếu là tài khoản cán bộ, liên hệ quản trị đơn vị."
        ),
        status=403,
    ),
    Cause.CLAIMS_MISSING: CauseWords(
        _("VNeID chưa cung cấp đủ họ tên và số giấy tờ của Ông/Bà."),
        _("Ông/Bà cập nhật thông tin trên ứng dụng VNeID rồi đăng nhập lại, hoặc nộp hồ sơ tại bộ phận một cửa."),
        status=403,
    ),
    Cause.IDENTITY_CONFLICT: CauseWords(
        _("Số giấy tờ VNeID cung cấp đang thuộc về hồ sơ cá nhân khác trên hệ thống."),
        _("Ông/Bà gọi tổng đài 1800.1096 và đọc mã hỗ trợ để được xác minh."),
        status=403,
    ),
    Cause.REPLAYED: CauseWords(_("Lượt đăng nhập này đã được dùng."), _AGAIN),
    Cause.STATE_MISMATCH: CauseWords(_("Không nhận ra lượt đăng nhập này."), _AGAIN),
    Cause.NONCE_MISMATCH: CauseWords(_("Thông tin xác thực không khớp với lượt đăng nhập."), _AGAIN),
    Cause.SIGNATURE_INVALID: CauseWords(_("Không xác minh được thông tin xác thực từ VNeID."), _AGAIN),
}
"""Every cause in words; a cause without words does not exist."""

PROVIDER_ERRORS: Final[dict[str, Cause]] = {
    "access_denied": Cause.CANCELLED,
    "account_locked": Cause.ACCOUNT_LOCKED,
    "temporarily_unavailable": Cause.VNEID_UNAVAILABLE,
    "server_error": Cause.VNEID_UNAVAILABLE,
}
"""Error codes of the provider's answer; any other is our own misconfiguration and reads VNEID_UNAVAILABLE."""


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A birth date as far as it is known: the first day of the month or year stands in for what is not."""

    day: date
    precision: Precision


def parse_birth_date(written: str) -> PartialDate | None:
    """`12/03/1985`, `03/1985` or `1985`; None for anything else, impossible days included."""
    match = re.fullmatch(r"(?:(?:(\d{1,2})/)?(\d{1,2})/)?(\d{4})", written.strip())
    if match is None:
        return None
    day, month, year = match.groups()
    precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
    try:
        return PartialDate(date(int(year), int(month or 1), int(day or 1)), precision)
    except ValueError:
        return None


def birth_date_words(known: PartialDate) -> str:
    """The date as far as it is known: `12/03/1985`, `03/1985`, `1985`."""
    formats = {Precision.DAY: "%d/%m/%Y", Precision.MONTH: "%m/%Y", Precision.YEAR: "%Y"}
    return known.day.strftime(formats[known.precision])


@dataclass(frozen=True, slots=True)
class AddressParts:
    """An address as forms ask for it: the street part, and the names of commune and province where it names both."""

    street: str
    commune: str = ""
    province: str = ""


_COMMUNE_KINDS: Final = ("xã ", "phường ", "đặc khu ")
_PROVINCE_KINDS: Final = ("tỉnh ", "thành phố ")


def split_address(address: str) -> AddressParts:
    """`Số 12 phố Đội Cấn, phường Ba Đình, thành phố Hà Nội` in three; an address of another shape is all street."""
    parts = [part.strip() for part in address.split(",")]
    if len(parts) >= 2:
        commune, province = parts[-2], parts[-1]
        if commune.lower().startswith(_COMMUNE_KINDS) and province.lower().startswith(_PROVINCE_KINDS):
            return AddressParts(", ".join(parts[:-2]), commune, province)
    return AddressParts(address.strip())


class SessionState(StrEnum):
    """Where a session stands (SES-01)."""

    ACTIVE = "ACTIVE"
    WARN = "WARN"
    ENDED = "ENDED"


class SessionEnd(StrEnum):
    """Who ended a session before its time."""

    OWNER = "OWNER"
    LIMIT = "LIMIT"
    SIGN_OUT = "SIGN_OUT"


def session_state(last_seen: datetime, now: datetime, idle: timedelta, warning: timedelta) -> SessionState:
    """Only idle time ends a session: from `idle` on it has ended, in the last `warning` before it people are warned."""
    silent = now - last_seen
    if silent >= idle:
        return SessionState.ENDED
    return SessionState.WARN if silent >= idle - warning else SessionState.ACTIVE


def safe_next(target: str, default: str = "/") -> str:
    """`target` if it is a path of this site, else `default`: a sign-on never sends anybody elsewhere.

    Refuses absolute and scheme-relative addresses, back slashes (browsers read them as slashes) and control characters.
    """
    if not target.startswith("/") or target.startswith("//") or "\\" in target or len(target) > 2000:
        return default
    if any(ord(character) < 0x20 or ord(character) == 0x7F for character in target):
        return default
    try:
        parts = urlsplit(target)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else target
