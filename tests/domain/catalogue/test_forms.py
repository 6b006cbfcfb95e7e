"""E-forms: one definition, one verdict; all errors at once; text is text."""

import unicodedata
from random import Random
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.domain.catalogue import forms
from motcua.foundation.identifiers import parse_identity
from tests.domain.catalogue.demo import SERVICES
from tests.domain.catalogue.form_samples import HOSTILE, TODAY, answers

FEW = settings(max_examples=10, deadline=None)
COPY = SERVICES["2.000635.01"]
GOOD: dict[str, Any] = {
    "applicant_name": "Nguyễn Văn An",
    "applicant_identity": {"kind": "CITIZEN_ID", "number": "001090999001"},
    "applicant_phone": "0912 345 678",
    "applicant_commune": "00004",
    "applicant_address": "Số 5, phố Đội Cấn",
    "relationship": "SELF",
    "event_kind": "BIRTH",
    "subject_name": "Nguyễn Văn An",
    "subject_birth_date": "1990-02-28",
    "registered_commune": "00004",
    "copies": 3,
    "purpose": "Bổ sung hồ sơ xin việc",
}


def codes(service: Any, entered: object) -> dict[str, str]:
    return {error.field: error.code for error in forms.validate(service, entered, today=TODAY)}


@pytest.mark.parametrize("code", SERVICES)
def test_a_fully_and_rightly_answered_form_is_accepted(code: str) -> None:
    service = SERVICES[code]

    @FEW
    @given(st.integers(0, 10**6))
    def accepted(seed: int) -> None:
        entered = answers(service, seed)
        checked = forms.check(service, entered, today=TODAY)

        assert checked.errors == []
        assert forms.check(service, checked.data, today=TODAY) == checked
        assert forms.clean(service.form, checked.data) == checked.data

    accepted()


@pytest.mark.parametrize("code", SERVICES)
def test_each_required_answer_left_out_is_named_and_nothing_else(code: str) -> None:
    service = SERVICES[code]

    @FEW
    @given(st.integers(0, 10**6), st.randoms())
    def named(seed: int, rng: Random) -> None:
        cleaned = forms.clean(service.form, answers(service, seed))
        missing = rng.choice([name for name in service.form.schema["required"] if name in cleaned])
        conditional_on = {
            name for name, ui in service.form.ui.fields.items() if ui.shown_when and missing in str(ui.shown_when)
        }

        found = codes(service, {name: value for name, value in cleaned.items() if name != missing})

        assert found.pop(f"/{missing}") == "REQUIRED"
        assert set(found) <= {f"/{name}" for name in conditional_on}

    named()


def test_four_mistakes_are_told_at_once_each_with_field_code_and_remedy() -> None:
    entered = GOOD | {
        "applicant_phone": "12",
        "copies": 0,
        "subject_birth_date": "1990-02-30",
        "relationship": "FRIEND",
    }

    errors = forms.validate(COPY, entered, today=TODAY)

    assert {error.field: error.code for error in errors} == {
        "/applicant_phone": "PHONE_MALFORMED",
        "/relationship": "NOT_IN_LIST",
        "/subject_birth_date": "DATE_MALFORMED",
        "/copies": "TOO_SMALL",
    }
    assert [error.field for error in errors] == [
        "/applicant_phone", "/relationship", "/subject_birth_date", "/copies",
    ]  # in the order of the form  # fmt: skip
    assert str(errors[3].message) == "“Số lượng bản sao” không được nhỏ hơn 1."
    assert "09" in str(errors[0].message)


def test_messages_follow_the_readers_language() -> None:
    errors = forms.validate(COPY, GOOD | {"copies": ""}, today=TODAY)

    assert str(errors[0].message) == "Ông/Bà chưa điền mục “Số lượng bản sao”."
    with translation.override("en"):
        assert "Number of copies" in str(errors[0].message)


def test_an_unknown_field_is_refused_not_lost_and_not_kept_in_silence() -> None:
    assert codes(COPY, GOOD | {"is_admin": True}) == {"/is_admin": "UNKNOWN_FIELD"}


@pytest.mark.parametrize("entered", [None, [], "text", 7, [GOOD]])
def test_what_is_no_form_is_refused(entered: object) -> None:
    assert codes(COPY, entered) == {"": "WRONG_TYPE"}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("copies", "3", "WRONG_TYPE"),
        ("copies", 2.5, "WRONG_TYPE"),
        ("copies", True, "WRONG_TYPE"),
        ("copies", 10**400, "TOO_LARGE"),
        ("applicant_name", ["x"], "WRONG_TYPE"),
        ("applicant_name", "x" * 101, "TOO_LONG"),
        ("applicant_email", "an@", "EMAIL_MALFORMED"),
        ("applicant_commune", "99999", "COMMUNE_UNKNOWN"),
        ("applicant_commune", 4, "WRONG_TYPE"),
        ("subject_birth_date", "2026-06-05", "DATE_IN_FUTURE"),
        ("subject_birth_date", "28/02/1990", "DATE_MALFORMED"),
        ("applicant_identity", "001090999001", "WRONG_TYPE"),
    ],
)
def test_one_wrong_answer_gets_one_exact_error(field: str, value: object, code: str) -> None:
    assert codes(COPY, GOOD | {field: value}) == {f"/{field}": code}


@pytest.mark.requirement("FRM-06")
def test_the_validator_of_one_document_type_is_never_applied_to_another() -> None:
    service = SERVICES["3.000333.01"]
    passport = {"kind": "PASSPORT", "number": "C1234567X", "issuing_country": "KOR", "expires_on": "2031-01-31"}
    foreigner = _criminal_record(passport) | {"nationality": "Hàn Quốc"}
    citizen = _criminal_record({"kind": "CITIZEN_ID", "number": "00109099900"})

    accepted = forms.check(service, foreigner, today=TODAY)

    assert accepted.errors == []
    assert accepted.data["subject_identity"] == passport | {"issuing_country": "KR"}
    assert codes(service, citizen) == {"/subject_identity/number": "CITIZEN_ID_MALFORMED"}
    crossed = _criminal_record({"kind": "CITIZEN_ID", "number": "C1234567X"})
    assert codes(service, crossed) == {"/subject_identity/number": "CITIZEN_ID_MALFORMED"}
    stray = _criminal_record({"kind": "PASSPORT", "number": "001090999001", "issuing_country": "KR"})
    assert codes(service, stray) == {"/subject_identity/number": "PASSPORT_MALFORMED"}
    organisation = _criminal_record({"kind": "ORGANISATION", "number": "0100109106"})
    assert codes(service, organisation) == {"/subject_identity/kind": "IDENTITY_KIND_NOT_ACCEPTED"}


def test_a_tax_code_with_a_wrong_check_digit_is_refused() -> None:
    service = SERVICES["2.000033.01"]
    entered = {"trader_identity": {"kind": "ORGANISATION", "number": "0100233480"}}

    assert codes(service, entered)["/trader_identity/number"] == "TAX_CODE_CHECK_DIGIT"
    entered["trader_identity"]["number"] = "0100233488"
    assert "/trader_identity/number" not in codes(service, entered)


def test_a_passport_needs_its_country() -> None:
    entered = _criminal_record({"kind": "PASSPORT", "number": "C1234567"})

    assert codes(SERVICES["3.000333.01"], entered) == {"/subject_identity/issuing_country": "ISSUING_COUNTRY_REQUIRED"}


@given(st.text(max_size=40))
def test_an_identity_number_gets_the_same_verdict_here_as_in_the_foundation(number: str) -> None:
    entered = GOOD | {"applicant_identity": {"kind": "CITIZEN_ID", "number": number}}

    accepted = not forms.validate(COPY, entered, today=TODAY)

    try:
        parse_identity("CITIZEN_ID", number)
    except Exception:
        assert not accepted
    else:
        assert accepted or len(number) > 30


def test_legitimate_text_that_looks_like_code_is_kept_literally() -> None:
    checked = forms.check(COPY, GOOD | {"purpose": HOSTILE, "applicant_name": HOSTILE}, today=TODAY)

    assert checked.errors == []
    assert checked.data["purpose"] == HOSTILE
    assert checked.data["applicant_name"] == HOSTILE


def test_decomposed_and_invisible_characters_are_kept_composed_and_visible() -> None:
    entered = GOOD | {"applicant_name": "  " + unicodedata.normalize("NFD", "Trần Thị Hường") + "\u200e\x00 "}

    checked = forms.check(COPY, entered, today=TODAY)

    assert checked.errors == []
    assert checked.data["applicant_name"] == "Trần Thị Hường"


def test_blank_answers_are_no_answers() -> None:
    checked = forms.check(COPY, GOOD | {"applicant_name": " \u200b ", "applicant_email": ""}, today=TODAY)

    assert [(error.field, error.code) for error in checked.errors] == [("/applicant_name", "REQUIRED")]
    assert "applicant_email" not in checked.data


def test_an_answer_that_another_answer_makes_moot_is_not_kept() -> None:
    service = SERVICES["1.004873.01"]
    entered = {"marital_status": "NEVER", "end_document": "12/2020/QĐ-TA", "purpose": "LOAN", "partner_name": "Lê Bình"}

    data = forms.clean(service.form, entered)

    assert data == {"marital_status": "NEVER", "purpose": "LOAN"}
    assert not forms.is_shown(service.form, "end_document", data)
    assert "/end_document" in codes(service, entered | {"marital_status": "DIVORCED", "end_document": ""})


def test_line_breaks_stay_where_a_text_may_have_lines() -> None:
    service = SERVICES["1.004873.01"]
    lines = "2001–2010: Hà Nội\r\n2010–nay: Đồng Nai"

    assert forms.clean(service.form, {"residence_periods": lines})["residence_periods"] == lines.replace("\r\n", "\n")


def _criminal_record(identity: dict[str, str]) -> dict[str, Any]:
    return {
        "subject_name": "KIM MIN JUN",
        "subject_birth_date": "1988-05-09",
        "subject_identity": identity,
        "subject_phone": "0912345678",
        "subject_commune": "00004",
        "subject_address": "Số 1",
        "sex": "MALE",
        "nationality": "Việt Nam",
        "birth_place": "Seoul",
        "residence_history": "2015–2026: Hà Nội, kỹ sư",
        "certificate_kind": "NO1",
        "purpose": "Xin giấy phép lao động",
        "filed_by": "SELF",
        "fee_group": "STANDARD",
        "truth": True,
    }
