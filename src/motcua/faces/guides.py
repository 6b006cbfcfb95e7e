"""Which guide helps with which error of identity (IDN-15): the page of an error links its guides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SIGN_ON, ORGANISATION, FOREIGNER, COUNTER = "dang-nhap", "to-chuc", "nguoi-nuoc-ngoai", "nop-truc-tiep"

TITLES: Final[dict[str, str | Promise]] = {
    SIGN_ON: _("Hướng dẫn đăng nhập bằng VNeID"),
    ORGANISATION: _("Hướng dẫn dành cho tổ chức, doanh nghiệp"),
    FOREIGNER: _("Hướng dẫn dành cho người nước ngoài"),
    COUNTER: _("Hướng dẫn nộp hồ sơ trực tiếp tại bộ phận một cửa"),
}

_OF_ERROR: Final[dict[str, tuple[str, ...]]] = {
    # sign-on
    "VNEID_UNAVAILABLE": (SIGN_ON, COUNTER),
    "TIMEOUT": (SIGN_ON, COUNTER),
    "CANCELLED": (SIGN_ON, COUNTER),
    "LEVEL_TOO_LOW": (SIGN_ON, FOREIGNER, COUNTER),
    "NO_ACCOUNT": (SIGN_ON,),
    "ACCOUNT_LOCKED": (SIGN_ON, COUNTER),
    "CLAIMS_MISSING": (SIGN_ON, FOREIGNER, COUNTER),
    "IDENTITY_CONFLICT": (SIGN_ON, FOREIGNER, COUNTER),
    "REPLAYED": (SIGN_ON,),
    "STATE_MISMATCH": (SIGN_ON,),
    "NONCE_MISMATCH": (SIGN_ON,),
    "SIGNATURE_INVALID": (SIGN_ON,),
    # capacity, organisations
    "ORG_ACCOUNT_MISSING": (ORGANISATION, COUNTER),
    "CAPACITY_ENDED": (ORGANISATION,),
    "CAPACITY_REFUSED": (ORGANISATION,),
    "OTHER_CAPACITY": (ORGANISATION,),
    "OUT_OF_MANDATE": (ORGANISATION,),
    "NOT_LEGAL_REPRESENTATIVE": (ORGANISATION,),
    "DELEGATE_UNKNOWN": (ORGANISATION, FOREIGNER),
    "AUDIENCE": (ORGANISATION, FOREIGNER, COUNTER),
    "NO_PARTY": (SIGN_ON, COUNTER),
    # documents
    "DOCUMENT_OF_ANOTHER": (FOREIGNER, COUNTER),
    "PASSPORT_MALFORMED": (FOREIGNER,),
    "ISSUING_COUNTRY_REQUIRED": (FOREIGNER,),
    "RESIDENCE_CARD_MALFORMED": (FOREIGNER,),
}


CAPACITY_ERRORS: Final = frozenset(
    {"CAPACITY_ENDED", "CAPACITY_REFUSED", "OTHER_CAPACITY", "ORG_ACCOUNT_MISSING", "NOT_LEGAL_REPRESENTATIVE"}
)
"""Errors that another capacity may mend: their page offers the choice."""


@dataclass(frozen=True, slots=True)
class GuideLink:
    """A guide as a link."""

    href: str
    title: str


def address(name: str) -> str:
    """Where a guide stands."""
    return f"/tro-giup/{name}"


def guides_for(codes: Sequence[str]) -> list[GuideLink]:
    """The guides that help with these error codes, each once, in the order of the first code that names it."""
    names = dict.fromkeys(name for code in codes for name in _OF_ERROR.get(code, ()))
    return [GuideLink(address(name), str(TITLES[name])) for name in names]


def guided_codes() -> Sequence[str]:
    """Every error code that has a guide."""
    return list(_OF_ERROR)
