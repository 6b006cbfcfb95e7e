"""Vietnamese text is stored, searched and sorted as people expect, whatever form it arrives in."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation.text import fold, name_sort_key, normalise, normalise_line, sort_key, to_ascii

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]
vietnamese = st.text(alphabet=st.sampled_from(ALPHABET + ALPHABET.upper() + " ếềểễệứừửữựặằẳẵắộồổỗốýỳỷỹỵ.-0123456789"))
anything = st.one_of(vietnamese, st.text())


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@given(anything)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert normalise_line(normalise_line(text)) == normalise_line(text)
    assert fold(fold(text)) == fold(text)
    assert to_ascii(to_ascii(text)) == to_ascii(text)


@given(vietnamese)
def test_decomposed_text_is_the_same_text(text: str) -> None:
    assert normalise(nfd(text)) == normalise(text) == unicodedata.normalize("NFC", text)
    assert fold(nfd(text)) == fold(text)
    assert sort_key(nfd(text)) == sort_key(text)
    assert to_ascii(nfd(text)) == to_ascii(text)


@given(anything)
def test_what_is_stored_holds_nothing_invisible_and_can_be_encoded(text: str) -> None:
    stored = normalise(text)

    assert {unicodedata.category(char) for char in stored.replace("\n", "").replace("\t", "")} & {
        "Cc",
        "Cf",
        "Cs",
    } == set()
    assert stored.encode().decode() == stored


@given(anything)
def test_keys_and_fallbacks_stay_within_their_letters(text: str) -> None:
    assert all(" " <= char <= "~" for char in to_ascii(text))
    assert not any("\u0300" <= char <= "\u036f" or char in "đĐ" for char in fold(text))
    assert "  " not in fold(text)


def test_marks_seen_in_the_official_catalogue_are_stripped() -> None:
    assert normalise("k\u200eý hộ tịch") == "ký hộ tịch"
    assert normalise("\ufeffKhai\u200b sinh\u00ad") == "Khai sinh"
    assert normalise("một\r\nhai\rba\x00") == "một\nhai\nba"
    assert normalise_line("  Đăng\u00a0ký \n kết hôn\t") == "Đăng ký kết hôn"


def test_a_decomposed_letter_split_by_an_invisible_mark_is_composed() -> None:
    assert normalise("a\u200b\u0301") == "á"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Đăng ký KHAI SINH", "dang ky khai sinh"),
        ("  Thanh   Hoá ", "thanh hoa"),
        ("Thanh Hóa", "thanh hoa"),
        ("THUỶ LỢI", "thuy loi"),
        ("thủy lợi", "thuy loi"),
        ("Ðà Nẵng", "da nang"),
        ("nghĩa vụ <b>tài chính</b>", "nghia vu <b>tai chinh</b>"),
    ],
)
def test_search_ignores_diacritics_case_and_tone_placement(written: str, key: str) -> None:
    assert fold(written) == key


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Hồ sơ của Ông/Bà đã được tiếp nhận", "Ho so cua Ong/Ba da duoc tiep nhan"),
        ("“Đơn” – 8.000₫…", '"Don" - 8.000d...'),
        ("dòng một\ndòng hai", "dong mot dong hai"),
        ("山田", "??"),
    ],
)
def test_devices_without_diacritics_get_ascii(text: str, plain: str) -> None:
    assert to_ascii(text) == plain


@pytest.mark.parametrize("around", ["{}", "x{}", "{}y"])
def test_letters_sort_in_the_order_of_the_alphabet(around: str) -> None:
    words = [around.format(letter) for letter in ALPHABET]

    assert sorted(reversed(words), key=sort_key) == words


@pytest.mark.parametrize("letter", ["a", "ă", "â", "e", "ê", "o", "ô", "ơ", "u", "ư", "y", "i"])
def test_tones_sort_ngang_huyen_hoi_nga_sac_nang(letter: str) -> None:
    syllables = [unicodedata.normalize("NFC", f"t{letter}{tone}n") for tone in TONES]

    assert sorted(reversed(syllables), key=sort_key) == syllables


def test_letters_weigh_more_than_tones_and_a_syllable_more_than_the_next() -> None:
    in_order = ["la", "la hét", "là", "lá", "lá cờ", "lan", "lăn", "lân", "lận đận", "len"]

    assert sorted(reversed(in_order), key=sort_key) == in_order


def test_numbers_sort_by_value_and_before_letters() -> None:
    in_order = ["2", "10", "Phường 2", "Phường 10", "Phường Ba Đình"]

    assert sorted(reversed(in_order), key=sort_key) == in_order


@given(vietnamese)
def test_case_and_punctuation_do_not_count_in_sorting(text: str) -> None:
    assert sort_key(text.upper()) == sort_key(text.lower())
    assert sort_key(f"({text}!)") == sort_key(text)


def test_keys_compare_as_bytes_as_they_do_as_text() -> None:
    words = [f"{first}{second}" for first in ALPHABET for second in ("", "n", "ng", "ẳ")]

    assert sorted(words, key=sort_key) == sorted(words, key=lambda word: sort_key(word).encode())


def test_people_sort_by_given_name_then_middle_then_family_name() -> None:
    in_order = ["An", "Lê An", "Vũ An", "Đỗ Văn An", "Nguyễn Văn An", "Trần Vân An", "Lê Thị Ân", "Phạm Bình"]

    assert sorted(reversed(in_order), key=name_sort_key) == in_order


def test_a_one_word_name_sorts_among_the_given_names() -> None:
    assert sorted(["Nguyễn Văn Cường", "Y", "Bình"], key=name_sort_key) == ["Bình", "Nguyễn Văn Cường", "Y"]


@pytest.mark.parametrize("empty", ["", "   ", "\u200e", "…"])
def test_empty_text_has_an_empty_key(empty: str) -> None:
    assert sort_key(empty) == name_sort_key(empty) == ""
