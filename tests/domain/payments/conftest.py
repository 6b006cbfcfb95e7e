from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.domain.payments.bank import Bank, Clocks, open_bank
from tests.domain.payments.factories import Office, office


@pytest.fixture(autouse=True)
def own_file_store(settings, tmp_path: Path) -> None:
    """Files of a test go to a folder of its own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }


@pytest.fixture
def place(db) -> Office:
    return office()


@pytest.fixture
def bank(live_server, tmp_path: Path) -> Iterator[Bank]:
    """The gateway's simulator, notifying the product served by `live_server`."""
    with open_bank(tmp_path / "bank", live_server.url) as running:
        yield running


@pytest.fixture
def clocks(bank: Bank) -> Iterator[Clocks]:
    """Both sides' clocks, set right again afterwards."""
    moved = Clocks(bank)
    yield moved
    moved.close()
