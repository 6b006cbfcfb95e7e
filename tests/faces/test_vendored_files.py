"""What we ship of others is exactly what they published, and nothing besides."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

import motcua.faces

STATIC = Path(motcua.faces.__file__).parent / "static"
VENDOR = STATIC / "vendor"
PACKAGES: list[dict[str, Any]] = json.loads((VENDOR / "vendor.json").read_text())


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_every_vendored_file_has_the_recorded_checksum(package: dict[str, Any]) -> None:
    folder = VENDOR / package["folder"]
    found = {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }

    assert found == package["files"]
    assert package["version"] in package["folder"]
    assert any(name.startswith("LICENSE") for name in found)


def test_no_vendored_file_stands_outside_a_recorded_package() -> None:
    assert {entry.name for entry in VENDOR.iterdir()} == {"vendor.json", *(package["folder"] for package in PACKAGES)}


def test_our_style_sheets_name_only_files_that_exist() -> None:
    for sheet in (STATIC / "css").glob("*.css"):
        for address in re.findall(r'url\("(\.\.?/[^"]+)"\)', sheet.read_text()):
            assert (sheet.parent / address).resolve().is_file(), (sheet.name, address)
