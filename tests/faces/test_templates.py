"""Every template compiles: a wrong tag or filter shows here, not to the first person who opens the page."""

from __future__ import annotations

import pytest
from django.template.loader import get_template

from tests.translations import PACKAGE

TEMPLATES = sorted(str(file).partition("/templates/")[2] for file in PACKAGE.rglob("faces/**/templates/**/*.html"))


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_template_compiles(name: str) -> None:
    assert get_template(name)
