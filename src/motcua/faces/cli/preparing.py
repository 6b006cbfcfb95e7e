"""Everything between a running database and running programs: tables, data, translations, static files."""

from __future__ import annotations

from motcua.faces.cli import loading, migrating, static_files, translations
from motcua.faces.cli.steps import errors, step


def prepare(*, empty: bool) -> None:
    """Brings the installation to the state of this version; safe to repeat and to interrupt."""
    with step("Tables") as notes:
        notes.append(f"{migrating.migrate()} migrations applied")
    for what, load in loading.due(empty=empty):
        with step(what):
            load()
    with step("Statistics"):
        migrating.analyse()
    with step("Translations") as notes:
        try:
            notes.append(f"{len(translations.compile_changed())} compiled")
        except OSError as error:
            errors.print(f"motcua: the English texts cannot be compiled here ({error.strerror}); Vietnamese is shown")
    with step("Static files") as notes:
        notes.append("collected" if static_files.collect_changed() else "unchanged")
