"""Identity numbers are judged in one place, by the rules of their own kind (IDN-06, F-72).

A second validator is how foreigners were refused: a passport met the rule of the citizen number. The scan reads every
string of the product that could be a pattern of such a number, every check of a length that such a number has, and
every use of a library that validates them.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import motcua

ROOT = Path(motcua.__file__).parent
THE_PLACE = "foundation/identifiers.py"
LENGTHS = {9, 10, 12, 13}
PATTERN = re.compile(r"(\\d|\[0-9\]|\[A-Z0-9\]|\[A-Za-z0-9\]|\[0-9A-Z\])\{(?:9|12|6,9|6,12|9,12|10|10,13)\}")
LIBRARIES = ("stdnum",)
ELSEWHERE = {
    "domain/people/models.py": "the database's own refusal of a number in the wrong kind's column",
    "domain/messaging/rules.py": "keeps numbers out of text messages; refuses no person",
}
"""Where such a pattern stands for another purpose, and which: no entry may judge what a person enters."""

OTHER_NUMBERS = {"licence_number"}
"""Fields of forms whose number of such a length identifies no person: a driving licence has 12 digits."""


def suspects(source: str) -> Iterator[str]:
    """What in a module could validate an identity number: patterns, checks of a length, libraries."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=str(text)) if PATTERN.search(text) and "^84" not in text:
                yield f"line {node.lineno}: pattern {text}"
            case ast.Compare(
                left=ast.Call(func=ast.Name(id="len")),
                ops=[ast.Eq() | ast.NotEq()],
                comparators=[ast.Constant(value=int(number))],
            ) if number in LENGTHS:
                yield f"line {node.lineno}: a length of {number}"
            case ast.Import(names=names) if any(name.name.split(".")[0] in LIBRARIES for name in names):
                yield f"line {node.lineno}: {names[0].name}"
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in LIBRARIES:
                yield f"line {node.lineno}: {module}"
            case _:
                pass


def _modules() -> Iterator[tuple[str, str]]:
    for file in sorted(ROOT.rglob("*.py")):
        name = file.relative_to(ROOT).as_posix()
        if not name.startswith("simulators/") and "/migrations/" not in name:
            yield name, file.read_text(encoding="utf-8")


def test_no_other_validator_of_identity_numbers_exists() -> None:
    found = {name: list(suspects(source)) for name, source in _modules()}

    assert found[THE_PLACE], "the scan does not see the one validator there is"
    others = {name: seen for name, seen in found.items() if seen and name not in {THE_PLACE, *ELSEWHERE}}
    assert others == {}
    assert [name for name in ELSEWHERE if not found[name]] == []


@pytest.mark.parametrize(
    "second",
    [
        'import re\nok = re.fullmatch(r"[0-9]{12}", number)',
        'import re\nok = re.match(r"^\\d{9,12}$", number)',
        "ok = len(number) == 12 and number.isdigit()",
        "from stdnum.vn import mst",
        "import stdnum.vn.mst",
    ],
)
def test_the_scan_sees_a_second_validator(second: str) -> None:
    assert list(suspects(second))


def test_no_form_of_the_catalogue_has_a_pattern_of_its_own_for_identity_numbers() -> None:
    files = [file for file in (ROOT / "domain/catalogue").rglob("*.json") if "locale" not in file.parts]
    patterns = [
        f"{file.name}: {name} {text}"
        for file in files
        for name, text in _patterns(json.loads(file.read_text(encoding="utf-8")))
        if PATTERN.search(text) and name not in OTHER_NUMBERS
    ]

    assert patterns == []


def _patterns(thing: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Every pattern with the name of the field that it judges."""
    if isinstance(thing, dict):
        for key, value in thing.items():
            if key == "pattern" and isinstance(value, str):
                yield name, value
            yield from _patterns(value, key)
    elif isinstance(thing, list):
        for item in thing:
            yield from _patterns(item, name)
