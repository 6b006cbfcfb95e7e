"""Compiles the gettext catalogues (.po, committed) into what Django reads (.mo, made here), where they are newer."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parents[2]


def compile_changed(package: Path = PACKAGE) -> list[Path]:
    """The catalogues compiled now. Raises OSError where it may not write and no compiled catalogue is there."""
    done: list[Path] = []
    for source in sorted(package.glob("**/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        _compile(source, target)
        done.append(target)
    return done


def _compile(source: Path, target: Path) -> None:
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parents[1].name)
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    with fresh.open("wb") as file:
        write_mo(file, catalogue)
    fresh.replace(target)
