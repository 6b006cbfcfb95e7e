"""Typed identity documents of people and organisations, masking, and phone numbers.

A document is validated by the rules of its own kind and of no other: the field has refused foreigners because a
passport was run through the citizen-ID check (domain rule 2.5). Nothing here guesses the kind from the number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from babel import Locale
from babel.core import get_global
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.vn import mst

from motcua.foundation.errors import Invalid
from motcua.foundation.text import normalise_line

VIETNAM = "VN"

# Territories of the locale data that ISO 3166-1 does not assign to a country.
_NOT_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})


class IdentityKind(StrEnum):
    """The kinds of identity document that the product accepts."""

    CITIZEN_ID = "CITIZEN_ID"
    PASSPORT = "PASSPORT"
    RESIDENCE_CARD = "RESIDENCE_CARD"
    ORGANISATION = "ORGANISATION"


@dataclass(frozen=True, slots=True)
class IdentityDocument:
    """A validated document; `number` is in its canonical form, `issuing_country` is ISO 3166-1 alpha-2."""

    kind: IdentityKind
    number: str
    issuing_country: str

    @property
    def masked(self) -> str:
        """The number fit for lists, exports and logs."""
        return mask(self.number)


def parse_identity(kind: str, number: str, issuing_country: str | None = None) -> IdentityDocument:
    """Validates `number` by the rules of `kind` alone and returns its canonical form.

    - CITIZEN_ID: 12 digits. Neither the place code nor the birth year in it is judged: records get corrected, and the
      place codes are those of before the mergers.
    - PASSPORT: 6–9 letters and digits, and the issuing country (ISO 3166-1, alpha-2 or alpha-3), which is required.
    - RESIDENCE_CARD: 6–12 letters and digits, issued by Vietnam.
    - ORGANISATION: tax code (MST) of 10 digits, or 10-3 for a dependent unit, with its check digit.

    Invalid (field `number`, `issuing_country` or `kind`): IDENTITY_KIND_UNKNOWN, IDENTITY_NUMBER_REQUIRED,
    CITIZEN_ID_MALFORMED, PASSPORT_MALFORMED, ISSUING_COUNTRY_REQUIRED, ISSUING_COUNTRY_UNKNOWN,
    RESIDENCE_CARD_MALFORMED, TAX_CODE_MALFORMED, TAX_CODE_CHECK_DIGIT. Sources: domain rules 2.5, 2.6.
    """
    try:
        known = IdentityKind(kind)
    except ValueError:
        raise Invalid("IDENTITY_KIND_UNKNOWN", _("Loại giấy tờ không được hỗ trợ."), field="kind") from None
    compact = re.sub(r"[\s.\-]", "", normalise_line(number)).upper()
    if not compact:
        raise Invalid("IDENTITY_NUMBER_REQUIRED", _("Ông/Bà chưa nhập số giấy tờ."), field="number")
    country = country_code(issuing_country) if issuing_country else None
    return _VALIDATORS[known](compact, country)


def country_code(code: str) -> str:
    """ISO 3166-1 alpha-2 of an alpha-2 or alpha-3 code, any case. Invalid ISSUING_COUNTRY_UNKNOWN."""
    given = normalise_line(code).upper()
    if re.fullmatch(r"[A-Z]{3}", given):
        given = get_global("territory_aliases").get(given, [""])[0]
    if given not in countries():
        raise Invalid("ISSUING_COUNTRY_UNKNOWN", _("Không có quốc gia với mã này."), field="issuing_country")
    return given


def countries(language: str = "vi") -> dict[str, str]:
    """ISO 3166-1 alpha-2 code → the country's name in `language`."""
    names: dict[str, str] = dict(Locale.parse(language).territories)
    return {
        code: name for code, name in names.items() if re.fullmatch(r"[A-Z]{2}", code) and code not in _NOT_COUNTRIES
    }


def mask(number: str) -> str:
    """`001******123`: at most half of a number stays readable, never more than three characters at each end."""
    kept = min(3, len(number) // 4)
    return f"{number[:kept]}{'*' * (len(number) - 2 * kept)}{number[len(number) - kept :]}"


def normalise_phone(written: str) -> str:
    """`84912345678`: international form without plus, from any usual way of writing (Vietnam unless said).

    Invalid PHONE_MALFORMED if no such number can exist, the 11-digit mobile numbers closed in 2018 included.
    """
    try:
        number = phonenumbers.parse(normalise_line(written), VIETNAM)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or number.extension or not phonenumbers.is_valid_number(number):
        raise Invalid(
            "PHONE_MALFORMED",
            _("Số điện thoại chưa đúng. Ông/Bà nhập dạng 0912 345 678 hoặc +84 912 345 678."),
            field="phone",
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).removeprefix("+")


def receives_sms(phone: str) -> bool:
    """Whether a normalised number is a mobile one (a landline or hotline cannot read a message)."""
    kind = phonenumbers.number_type(phonenumbers.parse(f"+{phone}"))
    return kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


def display_phone(phone: str) -> str:
    """A normalised number as people write it: `0912 345 678`, abroad `+82 10-1234-5678`."""
    number = phonenumbers.parse(f"+{phone}")
    national = phonenumbers.region_code_for_number(number) == VIETNAM
    style = phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def _refuse(code: str, message: str | Promise, field: str = "number") -> Invalid:
    return Invalid(code, message, field=field)


def _citizen_id(compact: str, _country: str | None) -> IdentityDocument:
    if not re.fullmatch(r"[0-9]{12}", compact):
        raise _refuse("CITIZEN_ID_MALFORMED", _("Số định danh cá nhân (căn cước) gồm đúng 12 chữ số."))
    return IdentityDocument(IdentityKind.CITIZEN_ID, compact, VIETNAM)


def _passport(compact: str, country: str | None) -> IdentityDocument:
    if not re.fullmatch(r"[A-Z0-9]{6,9}", compact):
        raise _refuse("PASSPORT_MALFORMED", _("Số hộ chiếu gồm 6 đến 9 chữ cái hoặc chữ số."))
    if country is None:
        raise _refuse("ISSUING_COUNTRY_REQUIRED", _("Ông/Bà chọn quốc gia cấp hộ chiếu."), "issuing_country")
    return IdentityDocument(IdentityKind.PASSPORT, compact, country)


def _residence_card(compact: str, _country: str | None) -> IdentityDocument:
    if not re.fullmatch(r"(?=.*[0-9])[A-Z0-9]{6,12}", compact):
        raise _refuse("RESIDENCE_CARD_MALFORMED", _("Số thẻ cư trú gồm 6 đến 12 chữ cái hoặc chữ số."))
    return IdentityDocument(IdentityKind.RESIDENCE_CARD, compact, VIETNAM)


def _organisation(compact: str, _country: str | None) -> IdentityDocument:
    try:
        number = mst.format(mst.validate(compact))
    except InvalidChecksum:
        raise _refuse(
            "TAX_CODE_CHECK_DIGIT", _("Mã số thuế sai chữ số kiểm tra. Ông/Bà xem lại từng chữ số.")
        ) from None
    except ValidationError:
        raise _refuse(
            "TAX_CODE_MALFORMED", _("Mã số thuế gồm 10 chữ số, hoặc 10 chữ số và 3 chữ số của đơn vị phụ thuộc.")
        ) from None
    return IdentityDocument(IdentityKind.ORGANISATION, number, VIETNAM)


_VALIDATORS: dict[IdentityKind, Callable[[str, str | None], IdentityDocument]] = {
    IdentityKind.CITIZEN_ID: _citizen_id,
    IdentityKind.PASSPORT: _passport,
    IdentityKind.RESIDENCE_CARD: _residence_card,
    IdentityKind.ORGANISATION: _organisation,
}
