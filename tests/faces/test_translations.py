"""Vietnamese is the source language of every text a person reads; a complete English catalogue ships beside it."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation import gettext

from tests.translations import PACKAGE, Message, messages, sources

# Vietnamese words that happen to need no diacritics.
WITHOUT_DIACRITICS = {"Nam", "Trang"}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def _said() -> dict[Message, str]:
    return {message: file.name for file in sources() for message in messages(file)}


def _english() -> dict[str, tuple[str, ...]]:
    """Every msgid of every catalogue with its English texts (two where it has a plural)."""
    found: dict[str, tuple[str, ...]] = {}
    for file in PACKAGE.rglob("locale/en/LC_MESSAGES/django.po"):
        with file.open("rb") as source:
            for entry in read_po(source, locale="en"):
                if entry.id:
                    key = entry.id if isinstance(entry.id, str) else entry.id[0]
                    texts = entry.string if isinstance(entry.string, (tuple, list)) else (entry.string,)
                    english = tuple(str(text or "") for text in texts)
                    assert found.get(key, english) == english, f"“{key}” has two translations, one in {file}"
                    found[key] = english
    return found


def _key(message: Message) -> str:
    return message if isinstance(message, str) else message[0]


def test_every_text_has_an_english_one() -> None:
    english = _english()

    missing = {_key(message): where for message, where in _said().items() if not all(english.get(_key(message), ("",)))}

    assert missing == {}


def test_no_text_is_written_in_english_first() -> None:
    said = {_key(message) for message in _said()}

    plain = {text for text in said if _PLACEHOLDER.sub("", text).isascii() and re.search("[a-z]{2}", text)}

    assert plain <= WITHOUT_DIACRITICS


def test_translations_keep_what_is_filled_in() -> None:
    for text, english in _english().items():
        for translated in english:
            assert set(_PLACEHOLDER.findall(translated)) == set(_PLACEHOLDER.findall(text)), text


def test_no_translation_has_lost_its_text() -> None:
    said = {_key(message) for message in _said()}

    assert set(_english()) - said == set()


@pytest.mark.parametrize(("language", "text"), [("vi", "Hồ sơ của tôi"), ("en", "My dossiers")])
def test_the_catalogues_are_in_force(language: str, text: str) -> None:
    with translation.override(language):
        assert gettext("Hồ sơ của tôi") == text
