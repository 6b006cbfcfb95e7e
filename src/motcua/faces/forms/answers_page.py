"""The answers of a form as rows to read: on the check page, on the dossier's page, at the officer's desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from motcua.domain.catalogue import forms
from motcua.domain.catalogue.definition import ServiceDefinition
from motcua.faces.forms.reading import in_words
from motcua.faces.language import in_language


@dataclass(frozen=True)
class AnswerRow:
    """One answer in words; `name` is the field."""

    name: str
    label: str
    value: str


@dataclass(frozen=True)
class AnswerSection:
    """A section's title and its answers; `number` counts from 1."""

    number: int
    title: str
    rows: Sequence[AnswerRow]


def answers_in_words(service: ServiceDefinition, entered: Mapping[str, Any]) -> list[AnswerSection]:
    """Every question that was asked, with its answer (empty where none was given)."""
    shown: list[AnswerSection] = []
    for number, section in enumerate(service.form.ui.sections, start=1):
        names = [name for name in section.fields if forms.is_shown(service.form, name, entered)]
        rows = [_row(service, name, entered) for name in names]
        if rows:
            shown.append(AnswerSection(number, in_language(section.title, section.title_en), rows))
    return shown


def _row(service: ServiceDefinition, name: str, entered: Mapping[str, Any]) -> AnswerRow:
    ui = service.form.ui.fields[name]
    label = in_language(service.form.schema["properties"][name].get("title", name), ui.title_en)
    return AnswerRow(name, label, in_words(ui, entered.get(name)))
