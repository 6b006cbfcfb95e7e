"""First answers of a form, taken from what the signed-in person and organisation are known to be (POR-08)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from motcua.domain.catalogue.definition import Form


def first_answers(form: Form, known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Answers for every field whose `prefill` names something known (`person.full_name`); the others stay empty."""
    answers: dict[str, Any] = {}
    for name, ui in form.ui.fields.items():
        whose, _dot, what = (ui.prefill or "").partition(".")
        value = known.get(whose, {}).get(what)
        if value not in (None, "", {}):
            answers[name] = value
    return answers
