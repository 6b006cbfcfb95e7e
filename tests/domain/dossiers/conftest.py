from __future__ import annotations

from pathlib import Path

import pytest

from tests.domain.dossiers.world import World, small_world


@pytest.fixture(autouse=True)
def own_file_store(settings, tmp_path: Path) -> None:
    """Files of a test go to a folder of its own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }


@pytest.fixture
def world(db) -> World:
    return small_world()
