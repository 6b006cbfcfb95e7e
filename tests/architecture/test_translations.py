"""Every text a person reads is written in Vietnamese and has its English form, in the catalogue of its own package."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from tests.architecture.source import dotted, product_modules
from tests.translations import PACKAGE, Message, catalogue, english, forms, messages, package_of, sources

ERRORS = {"DomainError", "Invalid", "Conflict", "NotFound", "AccessDenied", "Unauthenticated"}
MARKED = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)
WITHOUT_MARKS = {"Nam", "Trang"}
VALUE = re.compile(r"%\(\w+\)[sd]|\{\w+\}|</?\w+[^>]*>")
TRANSLATED = re.compile(
    r"\{%\s*blocktranslate.*?endblocktranslate\s*%\}|\{%\s*comment.*?endcomment\s*%\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL
)


def _used() -> dict[Path, dict[Message, str]]:
    """Per package: each msgid of its sources with one place where it stands."""
    used: dict[Path, dict[Message, str]] = defaultdict(dict)
    for file in sources():
        for message in messages(file):
            used[package_of(file)].setdefault(message, str(file.relative_to(PACKAGE)))
    return used


USED = _used()
PACKAGES = sorted(USED | {file.parents[3]: {} for file in PACKAGE.rglob("locale/en/LC_MESSAGES/django.po")})
SHARED = PACKAGE / "faces"


def _name(package: Path) -> str:
    return str(package.relative_to(PACKAGE))


def test_the_sources_of_the_product_are_read() -> None:
    assert {"faces", "faces/portal", "faces/workbench", "domain/dossiers", "foundation"} <= {_name(p) for p in PACKAGES}
    assert sum(len(texts) for texts in USED.values()) > 500


@pytest.mark.parametrize("package", PACKAGES, ids=_name)
def test_every_text_has_its_english_form(package: Path) -> None:
    translated = english(package) | (english(SHARED) if SHARED in package.parents else {})

    missing = [f"{place}: {text}" for text, place in USED[package].items() if text not in translated]

    assert missing == []


@pytest.mark.parametrize("package", PACKAGES, ids=_name)
def test_no_english_text_outlives_its_vietnamese(package: Path) -> None:
    in_use = set(USED[package])
    if package == SHARED:  # what several faces say is translated once, for all of them
        in_use.update(*(USED[face] for face in PACKAGES if SHARED in face.parents))

    assert [str(text) for text in english(package) if text not in in_use] == []


@pytest.mark.parametrize("package", PACKAGES, ids=_name)
def test_an_english_text_names_the_same_values(package: Path) -> None:
    for vietnamese, text in english(package).items():
        expected = sorted(VALUE.findall(forms(vietnamese)[-1]))
        for form in forms(text):
            assert sorted(VALUE.findall(form)) == expected, vietnamese
            assert form != forms(vietnamese)[0], f"not translated: {vietnamese}"


def test_a_vietnamese_text_has_one_english_form_everywhere() -> None:
    said: dict[Message, dict[Message, str]] = defaultdict(dict)
    for package in PACKAGES:
        for vietnamese, text in english(package).items():
            said[vietnamese][text] = _name(package)

    assert {str(text): found for text, found in said.items() if len(found) > 1} == {}


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.po")), ids=lambda file: _name(file.parents[3]))
def test_no_catalogue_says_a_text_twice_or_leaves_one_to_be_checked(file: Path) -> None:
    entries = list(catalogue(file.parents[3]))

    assert len(re.findall(r"^msgid ", file.read_text(encoding="utf-8"), re.MULTILINE)) == len(entries)
    assert [entry.id for entry in entries if entry.id and entry.fuzzy] == []


def test_every_text_is_written_in_vietnamese() -> None:
    foreign = [
        f"{place}: {text}"
        for texts in USED.values()
        for text, place in texts.items()
        if not MARKED.search(forms(text)[0]) and forms(text)[0] not in WITHOUT_MARKS
    ]

    assert foreign == []


def test_the_message_of_every_error_can_be_translated() -> None:
    bare = [
        f"{module.at(call)}: {ast.unparse(text)}"
        for module in product_modules()
        for name, call in module.calls()
        if name.rsplit(".", 1)[-1] in ERRORS | {"FieldError"}
        for text in _texts(call)
        if _says_words(text)
    ]

    assert bare == []


def _says_words(text: ast.expr) -> bool:
    """A literal, or a formatted literal with words of its own."""
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    literals = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return any(letter.isalpha() for literal in literals for letter in literal)


def _texts(call: ast.Call) -> list[ast.expr]:
    """The arguments of an error that a person reads: its message, and what to do next."""
    position = 2 if dotted(call.func).endswith("FieldError") else 1
    told = [keyword.value for keyword in call.keywords if keyword.arg in {"message", "what_next"}]
    return [*call.args[position : position + 1], *told]


def test_no_page_says_vietnamese_outside_a_translation() -> None:
    bare = [
        f"{file.relative_to(PACKAGE)}: {line.strip()[:80]}"
        for file in sources()
        if file.suffix == ".html"
        for line in TRANSLATED.sub("", file.read_text(encoding="utf-8")).splitlines()
        if MARKED.search(line) and 'lang="vi"' not in line
    ]

    assert bare == []
