"""Pages are tested in both languages."""

from __future__ import annotations

import pytest

from tests.english import compile_catalogues


@pytest.fixture(scope="session", autouse=True)
def english() -> None:
    compile_catalogues()
