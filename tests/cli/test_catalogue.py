"""`catalogue import` and `search` as scripts rely on them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from motcua.domain.catalogue import searching
from motcua.domain.catalogue.models import Procedure
from motcua.faces.cli import catalogue
from motcua.faces.cli.outcome import CannotRun, InputMissing
from tests.domain.catalogue import lists

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_index() -> Iterator[None]:
    searching.forget()
    yield
    searching.forget()


def test_an_import_prints_every_refused_row_and_the_sum(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = lists.write_lines(tmp_path / "list.jsonl", [*lists.rows(12), {"code": "1.0133611", "name": "[bold]Mã dài"}])

    assert catalogue.import_list(path)

    said = capsys.readouterr().out
    assert "row 13 1.0133611 PROCEDURE_CODE_MALFORMED" in said
    assert "13 rows: 12 added, 0 revised, 0 unchanged, 1 refused" in said
    assert Procedure.objects.count() == 12


def test_a_list_of_which_nothing_can_be_taken_is_a_finding(tmp_path: Path) -> None:
    assert not catalogue.import_list(lists.write_lines(tmp_path / "list.jsonl", ["{}"]))


def test_a_missing_or_broken_file_is_told_apart(tmp_path: Path) -> None:
    broken = tmp_path / "list.xlsx"
    broken.write_bytes(b"PK..")
    words = lists.write_lines(tmp_path / "queries", ['{"query": 7}'])

    for missing in (catalogue.import_list, catalogue.search_file):
        with pytest.raises(InputMissing):
            missing(tmp_path / "nothing")
    with pytest.raises(CannotRun):
        catalogue.import_list(broken)
    with pytest.raises(CannotRun, match="line 1"):
        catalogue.search_file(words)


def test_a_file_of_queries_is_printed_again_with_codes_and_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = lists.rows(30)
    catalogue.import_list(lists.write_lines(tmp_path / "list.jsonl", rows))
    capsys.readouterr()
    items = [
        {"query": rows[4]["name"], "expected": ["1.000005"], "kind": "exact"},
        {"query": "1.000007"},
        {"query": "zzz qqq"},
    ]

    catalogue.search_file(lists.write_lines(tmp_path / "queries.jsonl", items))

    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [{key: line[key] for key in item} for item, line in zip(items, printed)] == items
    assert printed[0]["codes"][0] == "1.000005"
    assert printed[1]["codes"][0] == "1.000007"
    assert printed[2]["codes"] == []
    assert all(len(line["codes"]) <= 10 and line["ms"] >= 0 for line in printed)


def test_a_query_is_answered_in_words_or_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalogue.import_list(lists.write_lines(tmp_path / "list.jsonl", lists.rows(10)))
    capsys.readouterr()

    catalogue.search("1.000003", as_json=True)
    catalogue.search("1.000003", as_json=False)
    catalogue.search("zzz qqq", as_json=False)

    first, *others = capsys.readouterr().out.splitlines()
    assert json.loads(first)["codes"] == ["1.000003"]
    assert others[0].startswith("1.000003")
    assert "information only" in " ".join(others)
    assert others[-1] == "nothing fits"
