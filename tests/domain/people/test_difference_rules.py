"""When two values of one fact contradict each other (IDN-11)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.domain.people.differences.rules import ComparedField, differences, differs, value_of

NAMES = st.lists(
    st.sampled_from(["Nguyễn", "Trần", "Hoà", "Hòa", "Thị", "Niê", "Y", "Đức", "Quý", "Thuỷ", "O'Brien"]), min_size=1
).map(" ".join)
LETTERS = [ComparedField.FULL_NAME, ComparedField.ISSUED_BY, ComparedField.ADDRESS]
VALUES = st.dictionaries(st.sampled_from(ComparedField), st.text(max_size=12), max_size=8)


@given(NAMES, st.sampled_from(LETTERS))
def test_how_a_text_is_written_is_no_difference(name: str, compared: ComparedField) -> None:
    for other in (name.upper(), unicodedata.normalize("NFD", name), f"  {name.replace(' ', '   ')},"):
        assert not differs(compared, name, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nguyễn Văn An", "Nguyễn Văn Ân"),
        ("Nguyễn Văn An", "Nguyễn Văn Án"),
        ("Nguyễn Văn An", "Nguyễn An"),
        ("Nguyễn Văn An", "An Nguyễn Văn"),
        ("Đỗ Thị Hà", "Dỗ Thị Hà"),
    ],
)
def test_a_letter_a_tone_a_word_or_their_order_is(one: str, other: str) -> None:
    assert differs(ComparedField.FULL_NAME, one, other)


def test_the_place_of_a_tone_mark_and_usual_abbreviations_are_not() -> None:
    assert not differs(ComparedField.FULL_NAME, "Lê Thị Hoà", "Lê Thị Hòa")
    short, long = "Cục CS QLHC về TTXH", "Cục Cảnh sát quản lý hành chính về trật tự xã hội"
    assert not differs(ComparedField.ISSUED_BY, short, long)
    assert differs(ComparedField.ISSUED_BY, short, "Bộ Công an")


def test_another_kind_of_document_does_not_contradict_and_another_number_does() -> None:
    number = ComparedField.IDENTITY_NUMBER
    assert value_of(number, {"kind": "CITIZEN_ID", "number": "001085999001"}) == "CITIZEN_ID:001085999001"
    assert not differs(number, "CITIZEN_ID:001085999001", "PASSPORT:C1234567")
    assert differs(number, "CITIZEN_ID:001085999001", "CITIZEN_ID:001085999002")


def test_an_answer_of_another_shape_is_nothing_to_compare() -> None:
    for odd in (None, 12, True, ["2021-05-10"], {"kind": "CITIZEN_ID"}, {}):
        assert value_of(ComparedField.ISSUED_ON, odd) == ""


@given(VALUES, VALUES)
def test_every_fact_that_both_state_is_either_apart_or_alike(
    stated: dict[ComparedField, str], known: dict[ComparedField, str]
) -> None:
    apart, alike = differences(stated, known)

    both = {item for item in ComparedField if stated.get(item) and known.get(item)}
    assert {item.compared for item in apart} | set(alike) == both
    assert not {item.compared for item in apart} & set(alike)
    assert {item.compared for item in differences(known, stated)[0]} == {item.compared for item in apart}
    assert differences(stated, stated)[0] == []
