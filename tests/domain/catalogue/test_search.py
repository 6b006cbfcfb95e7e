"""Search: codes before words, diacritics and word order do not matter, everyday words find the legal term."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.domain.catalogue.search import LONGEST_QUERY, Entry, Index
from motcua.foundation.text import fold
from tests.domain.catalogue import lists
from tests.domain.catalogue.demo import PROCEDURES

INDEX = Index(
    Entry(
        procedure.code,
        procedure.name,
        tuple(procedure.text().keywords),
        (procedure.field.name, *procedure.text().life_events),
        procedure.aliases,
    )
    for procedure in PROCEDURES.values()
)


def codes(text: str, limit: int = 10) -> list[str]:
    return [hit.code for hit in INDEX.search(text, limit)]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("1.004222", "1.004222"),
        (" 1.004222 ", "1.004222"),
        ("1004222", "1.004222"),
        ("1,004222", "1.004222"),
        ("１.００４２２２", "1.004222"),
        ("mã thủ tục 1.004222 nộp ở đâu", "1.004222"),
        ("2.000635.01", "2.000635"),
        ("1.001612.000.00.00.H18", "1.001612"),
        ("C08_XPHCDB", "9.000001"),
        ("c08 xphcdb", "9.000001"),
    ],
)
def test_a_code_in_any_dress_finds_its_procedure_first(query: str, code: str) -> None:
    hit = INDEX.search(query)[0]

    assert (hit.code, hit.why) == (code, "code")


def test_the_beginning_of_a_code_lists_what_begins_so_before_anything_found_by_words() -> None:
    hits = INDEX.search("1.0041")

    assert hits
    assert all(hit.code.startswith("1.0041") for hit in hits if hit.why == "prefix")
    assert hits[0].why == "prefix"


@pytest.mark.parametrize(
    "query", ["", " ", "?!", "\x00", "1.", "9.9", "99999999999", "'; DROP TABLE x; --", "<b></b>", "😀"]
)
def test_what_says_nothing_finds_nothing(query: str) -> None:
    assert codes(query) == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("đăng ký tạm trú", "1.004194"),
        ("trú tạm ký đăng", "1.004194"),
        ("dk tam tru can j z", "1.004194"),
        ("giấy độc thân", "1.004873"),
        ("xin giay chua ket hon", "1.004873"),
        ("mở tiệm tạp hoá", "1.001612"),
        ("mo quan an", "1.001612"),
        ("nhập hộ khẩu cho vợ", "1.004222"),
        ("sang tên sổ đỏ", "1.013831"),
        ("đổi bằng lái xe hết hạn", "3.000347"),
        ("mất bằng lái", "3.000348"),
        ("phạt nguội", "9.000001"),
        ("lí lịch tư pháp", "3.000333"),
        ("ly lich tu phpa", "3.000333"),
        ("hộ chiếu", "1.001456"),
        ("làm passport", "1.001456"),
        ("rút bhxh một lần", "1.014173"),
        ("bảo hiểm thất nghiệp", "1.014748"),
        ("xây nhà", "1.013225"),
        ("chứng thực chữ ký", "2.000884"),
        ("sao y bản chính", "2.000815"),
        ("bố tôi qua đời", "1.000656"),
        ("lấy chồng người Hàn Quốc có yếu tố nước ngoài", "2.000806"),
        ("work permit", "1.014199"),
    ],
)
def test_everyday_words_find_the_procedure(query: str, code: str) -> None:
    assert code in codes(query, 3)


@given(st.sampled_from(sorted(PROCEDURES)))
def test_every_procedure_is_found_by_its_own_name_with_or_without_diacritics(code: str) -> None:
    name = PROCEDURES[code].name

    assert codes(name) == codes(fold(name)) == codes(name.upper()) == codes(unicodedata.normalize("NFD", name))
    assert codes(name)[0] == code


@given(st.text(max_size=400), st.integers(1, 20))
def test_any_text_is_a_query_with_at_most_so_many_different_answers(text: str, limit: int) -> None:
    found = codes(text, limit)

    assert len(found) == len(set(found)) <= limit


@given(st.text(alphabet="aăâđeêôơưnhgtrc1. ", max_size=60))
@settings(max_examples=50)
def test_the_same_query_has_the_same_answer(text: str) -> None:
    assert INDEX.search(text) == INDEX.search(text)


def test_a_query_is_read_up_to_a_length() -> None:
    long = "đăng ký tạm trú " * 5000

    assert codes(long) == codes(long[:LONGEST_QUERY])


def test_an_empty_catalogue_answers_nothing() -> None:
    assert Index([]).search("đăng ký 1.004222") == []


def test_a_whole_catalogue_is_built_and_searched_in_time() -> None:
    entries = [Entry(row["code"], row["name"], (), (row["sector"],)) for row in lists.rows(5775)]
    queries = [row["name"] for row in lists.rows(40, seed=9)] + ["gia hạn giấy phép ở vùng biển", "cap lai the nha bao"]

    started = time.process_time()
    index = Index(entries)
    built = time.process_time() - started
    started = time.process_time()
    for query in queries:
        assert index.search(query)
    each = (time.process_time() - started) / len(queries)

    assert built < 5
    assert each < 0.020
