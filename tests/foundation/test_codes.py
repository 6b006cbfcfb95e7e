"""Codes of dossiers, procedures and services are read in every form that is in use."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation.codes import (
    DossierCode,
    parse_procedure_code,
    parse_service_code,
    procedure_of,
    remittance_form,
)
from motcua.foundation.errors import Invalid

units = st.from_regex(r"[A-Z][0-9]{2}(\.[0-9]{2,3}){0,4}", fullmatch=True)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def test_the_code_that_the_circular_describes() -> None:
    code = DossierCode.build("H42.012.05", date(2026, 6, 4), "01", 1)

    assert str(code) == "H42.012.05-260604-010001"
    assert code.remittance == "H4201205260604010001"


@given(units, days, st.integers(0, 99), st.integers(1, 999_999))
def test_a_built_code_reads_back(unit: str, day: date, system: int, number: int) -> None:
    code = DossierCode.build(unit, day, f"{system:02d}", number)

    assert DossierCode.parse(str(code)) == code
    assert DossierCode.parse(f"  {str(code).lower()} ") == code
    assert code.remittance == remittance_form(str(code).lower())
    assert code.remittance.isalnum()


@given(units, days, st.lists(st.integers(1, 999_999), unique=True, min_size=2, max_size=12))
def test_different_numbers_of_a_day_make_different_codes(unit: str, day: date, numbers: list[int]) -> None:
    codes = [DossierCode.build(unit, day, "01", number) for number in numbers]

    assert len({str(code) for code in codes}) == len({code.remittance for code in codes}) == len(numbers)


def test_the_number_grows_past_four_digits() -> None:
    assert str(DossierCode.build("H26", date(2026, 6, 4), "01", 10_000)) == "H26-260604-0110000"


@pytest.mark.parametrize("written", ["H10.45-230601-0001", "000.00.01.H42-210518-0001", "H56.101-240229-00123"])
def test_provincial_and_old_codes_are_read(written: str) -> None:
    assert str(DossierCode.parse(written)) == written


@pytest.mark.parametrize(
    "written",
    [
        "",
        "H42",
        "H42.012.05-260604-001",
        "H42.012.05-260231-010001",
        "H42.012.05-230229-010001",
        "H42.012.05-260604-010001234",
        "H42.1-260604-010001",
        "000.00.01.H42-210518-0000001",
        "H42.012.05-260604-010001; DROP TABLE",
        "H42.012.05-٢٦٠٦٠٤-010001",
        "<script>",
    ],
)
def test_a_malformed_code_is_refused(written: str) -> None:
    with pytest.raises(Invalid) as refusal:
        DossierCode.parse(written)

    assert refusal.value.code == "DOSSIER_CODE_MALFORMED"


@pytest.mark.parametrize(
    ("unit", "system", "number"),
    [("h42", "01", 1), ("H42.1", "01", 1), ("H42", "1", 1), ("H42", "01", 0), ("H42", "01", 10**6)],
)
def test_a_code_is_not_built_from_wrong_parts(unit: str, system: str, number: int) -> None:
    with pytest.raises(ValueError, match=r"not|range"):
        DossierCode.build(unit, date(2026, 6, 4), system, number)


def test_procedure_and_service_codes_lose_stray_blanks_only() -> None:
    assert parse_procedure_code("\u00a01.004222 ") == "1.004222"
    assert parse_service_code(" 1.004222. 01") == "1.004222.01"
    assert procedure_of("1.004222.01") == "1.004222"


@pytest.mark.parametrize("written", ["", "1004222", "1.04222", "1.004222.01", "KQ.G15.000031", "１.004222"])
def test_what_is_no_procedure_code_is_refused(written: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_procedure_code(written)

    assert refusal.value.code == "PROCEDURE_CODE_MALFORMED"


@pytest.mark.parametrize("written", ["1.004222", "1.004222.1", "C08_XPHCDB"])
def test_what_is_no_service_code_is_refused(written: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_service_code(written)

    assert refusal.value.code == "SERVICE_CODE_MALFORMED"
