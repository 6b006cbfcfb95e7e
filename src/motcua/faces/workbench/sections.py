"""Parts of the dossier page: answers in the form's words, components with their versions, later rooms' parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from motcua.domain.catalogue.definition import Form
from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.queries import Detail
from motcua.domain.organisations.access import Acting
from motcua.faces.forms.fields import in_language
from motcua.faces.forms.reading import in_words
from motcua.foundation.registry import Registry

LaterSection = Callable[[Acting, Dossier], dict[str, Any]]
later_sections: Registry[LaterSection] = Registry("section of the dossier page")


def answers(detail: Detail) -> list[dict[str, Any]]:
    """Sections of the form with (label, value) rows, as the applicant filled them in."""
    form, given = detail.definition.form, detail.dossier.form
    return [
        {
            "title": in_language(section.title, section.title_en),
            "rows": [
                {"label": _label(form, name), "value": in_words(form.ui.fields[name], given[name])}
                for name in section.fields
                if name in given
            ],
        }
        for section in form.ui.sections
    ]


def _label(form: Form, name: str) -> str:
    title = form.schema.get("properties", {}).get(name, {}).get("title", name)
    return in_language(title, form.ui.fields[name].title_en)


def components(detail: Detail) -> list[dict[str, Any]]:
    """Every component with its files, newest version first."""
    by_code: dict[str, list[Any]] = {}
    for item in sorted(detail.attachments, key=lambda row: -row.version):
        by_code.setdefault(item.component_code, []).append(item)
    return [
        {"component": component, "files": by_code.get(component.code, [])} for component in detail.definition.components
    ]


def sections_of_later_rooms(acting: Acting, dossier: Dossier) -> list[dict[str, Any]]:
    """What payments, exchange, feedback … show on a dossier: each a template name and its context."""
    return [section(acting, dossier) for _name, section in later_sections.items()]
