"""Gettext catalogues are compiled where they are newer, whole or not at all."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

from motcua.faces.cli.translations import compile_changed

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Hồ sơ"\nmsgstr "Dossier"\n'


def test_only_changed_catalogues_are_compiled(tmp_path: Path) -> None:
    source = tmp_path / "room" / "locale" / "en" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO)

    first, second = compile_changed(tmp_path), compile_changed(tmp_path)
    source.write_text(PO.replace("Dossier", "File"))
    os.utime(source, (first[0].stat().st_mtime + 5,) * 2)
    third = compile_changed(tmp_path)

    assert (len(first), len(second), len(third)) == (1, 0, 1)
    with first[0].open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Hồ sơ") == "File"
    assert [path.name for path in source.parent.iterdir() if path.name.startswith(".")] == []
