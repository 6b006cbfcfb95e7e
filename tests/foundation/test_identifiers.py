"""Each kind of identity document is judged by its own rules and by no other's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation.errors import Invalid
from motcua.foundation.identifiers import (
    IdentityKind,
    countries,
    country_code,
    display_phone,
    mask,
    normalise_phone,
    parse_identity,
    receives_sms,
)

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


@pytest.mark.parametrize(
    ("kind", "written", "country", "number", "issuer"),
    [
        ("CITIZEN_ID", " 001 099 999123 ", None, "001099999123", "VN"),
        ("PASSPORT", "c1234567", "VNM", "C1234567", "VN"),
        ("PASSPORT", "M1234A5B9", "kr", "M1234A5B9", "KR"),
        ("PASSPORT", "123456", "USA", "123456", "US"),
        ("RESIDENCE_CARD", "tt0012345", None, "TT0012345", "VN"),
        ("ORGANISATION", "0100233488", None, "0100233488", "VN"),
        ("ORGANISATION", "0314409058-002", None, "0314409058-002", "VN"),
        ("ORGANISATION", "0314409058002", None, "0314409058-002", "VN"),
        ("ORGANISATION", "0100047516", None, "0100047516", "VN"),
    ],
)
def test_a_document_is_stored_in_its_canonical_form(
    kind: str, written: str, country: str | None, number: str, issuer: str
) -> None:
    document = parse_identity(kind, written, country)

    assert (document.kind, document.number, document.issuing_country) == (IdentityKind(kind), number, issuer)


@pytest.mark.parametrize(
    ("kind", "written", "country", "code", "field"),
    [
        ("CITIZEN_ID", "C1234567", None, "CITIZEN_ID_MALFORMED", "number"),
        ("CITIZEN_ID", "123456789", None, "CITIZEN_ID_MALFORMED", "number"),
        ("CITIZEN_ID", "٠٠١٠٩٩٩٩٩١٢٣", None, "CITIZEN_ID_MALFORMED", "number"),
        ("CITIZEN_ID", "001099999123' OR 1=1", None, "CITIZEN_ID_MALFORMED", "number"),
        ("PASSPORT", "001099999123", "VN", "PASSPORT_MALFORMED", "number"),
        ("PASSPORT", "12345", "VN", "PASSPORT_MALFORMED", "number"),
        ("PASSPORT", "<b>C123</b>", "VN", "PASSPORT_MALFORMED", "number"),
        ("PASSPORT", "C1234567", None, "ISSUING_COUNTRY_REQUIRED", "issuing_country"),
        ("PASSPORT", "C1234567", "ZZ", "ISSUING_COUNTRY_UNKNOWN", "issuing_country"),
        ("PASSPORT", "C1234567", "XYZ", "ISSUING_COUNTRY_UNKNOWN", "issuing_country"),
        ("PASSPORT", "C1234567", "EU", "ISSUING_COUNTRY_UNKNOWN", "issuing_country"),
        ("RESIDENCE_CARD", "12345", None, "RESIDENCE_CARD_MALFORMED", "number"),
        ("RESIDENCE_CARD", "ABCDEFG", None, "RESIDENCE_CARD_MALFORMED", "number"),
        ("ORGANISATION", "0100233480", None, "TAX_CODE_CHECK_DIGIT", "number"),
        ("ORGANISATION", "0314409058-000", None, "TAX_CODE_MALFORMED", "number"),
        ("ORGANISATION", "001099999123", None, "TAX_CODE_MALFORMED", "number"),
        ("ORGANISATION", "01002334", None, "TAX_CODE_MALFORMED", "number"),
        ("CITIZEN_ID", " \u200e ", None, "IDENTITY_NUMBER_REQUIRED", "number"),
        ("DRIVING_LICENCE", "123456789", None, "IDENTITY_KIND_UNKNOWN", "kind"),
    ],
)
def test_a_wrong_document_is_refused_with_code_field_and_words(
    kind: str, written: str, country: str | None, code: str, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_identity(kind, written, country)

    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert str(refusal.value.message).endswith(".")


@given(st.integers(1, 9_999_999), st.integers(1, 99))
def test_a_tax_code_body_whose_check_digit_would_be_ten_is_never_valid(serial: int, prefix: int) -> None:
    body = f"{prefix:02d}{serial:07d}"
    remainder = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True)) % 11
    accepted = {digit for digit in "0123456789" if _accepts_tax_code(body + digit)}

    assert accepted == (set() if remainder == 0 else {str(10 - remainder)})


def _accepts_tax_code(number: str) -> bool:
    try:
        parse_identity("ORGANISATION", number)
    except Invalid:
        return False
    return True


def test_every_country_of_the_list_is_accepted_as_issuer() -> None:
    assert len(countries()) == 249  # ISO 3166-1
    assert countries()["KR"] == "Hàn Quốc"
    assert countries("en")["VN"] == "Vietnam"
    assert {country_code(code) for code in countries()} == set(countries())


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("001099999123", "001******123"),
        ("C1234567", "C1****67"),
        ("84912345678", "84*******78"),
        ("123456", "1****6"),
        ("12", "**"),
        ("", ""),
    ],
)
def test_numbers_are_masked_for_lists_and_logs(number: str, shown: str) -> None:
    assert mask(number) == shown


@given(st.text(alphabet="0123456789ABC", max_size=40))
def test_at_most_half_of_a_number_stays_readable(number: str) -> None:
    assert len(mask(number)) == len(number)
    assert mask(number).count("*") * 2 >= len(number)


def test_a_document_shows_itself_masked() -> None:
    assert parse_identity("CITIZEN_ID", "001099999123").masked == "001******123"


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("0912345678", "84912345678"),
        ("0912 345 678", "84912345678"),
        ("+84 912.345.678", "84912345678"),
        ("0084912345678", "84912345678"),
        ("84912345678", "84912345678"),
        ("024 3822 1234", "842438221234"),
        ("+82 10 1234 5678", "821012345678"),
    ],
)
def test_phone_numbers_are_stored_in_international_form(written: str, phone: str) -> None:
    assert normalise_phone(written) == phone
    assert normalise_phone(phone if phone.startswith("84") else f"+{phone}") == phone


@pytest.mark.parametrize("written", ["", "abc", "0123", "01689123456", "09123456789", "+84", "0912345678 x12", "113"])
def test_a_number_that_cannot_exist_is_refused(written: str) -> None:
    with pytest.raises(Invalid) as refusal:
        normalise_phone(written)

    assert (refusal.value.code, refusal.value.field) == ("PHONE_MALFORMED", "phone")


def test_only_mobile_numbers_receive_messages() -> None:
    assert receives_sms("84912345678")
    assert not receives_sms("842438221234")


def test_phones_are_shown_as_people_write_them() -> None:
    assert display_phone("84912345678") == "0912 345 678"
    assert display_phone("821012345678").startswith("+82 ")
