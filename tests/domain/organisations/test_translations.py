"""Every text of the units', the people's and the catalogue's room that a person reads has its English form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import motcua.domain

VALUES = re.compile(r"%\(\w+\)\w|\{\w+\}")
ROOMS = Path(motcua.domain.__file__).parent


@pytest.mark.parametrize("room", ["organisations", "people", "catalogue"])
def test_every_text_has_an_english_form_with_the_same_values(room: str) -> None:
    with (ROOMS / room / "locale/en/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = {message.id: message.string for message in read_po(file) if message.id}
    texts = {
        str(found[2])
        for found in extract_from_dir(str(ROOMS / room), method_map=[("**.py", "python")], keywords={"_": None})
    }

    assert texts - catalogue.keys() == set()
    assert catalogue.keys() - texts == set()
    for vietnamese, english in catalogue.items():
        assert english
        assert sorted(VALUES.findall(str(vietnamese))) == sorted(VALUES.findall(str(english)))
