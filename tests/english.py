"""Compiles the English catalogues before anything asks for them (in an installation `up` and `serve` do)."""

from __future__ import annotations

from django.utils.translation import trans_real

from motcua.faces.cli.translations import compile_changed


def compile_catalogues() -> None:
    """Compiles what changed; a catalogue that was loaded before is read again."""
    if compile_changed():
        trans_real._translations.clear()
        trans_real._default = None
