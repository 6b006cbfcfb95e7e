"""An answer as a person wrote it, and as others read it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.domain.catalogue.definition import FieldUi, Widget
from motcua.faces.forms import places
from motcua.faces.forms.choices import IDENTITY_NAMES
from motcua.faces.language import in_language
from motcua.foundation.date_words import short_date
from motcua.foundation.errors import Invalid
from motcua.foundation.identifiers import IdentityKind, countries, display_phone, normalise_phone
from motcua.foundation.money import format_dong, format_figure


def as_typed(widget: Widget, value: Any) -> str:
    """The answer as it stands in its input: a date as dd/mm/yyyy, a phone number with blanks, anything odd as it is."""
    if value is None or isinstance(value, Mapping):
        return ""
    match widget:
        case Widget.DATE:
            return _date(value)
        case Widget.PHONE:
            return _phone(value)
        case Widget.MONEY if type(value) is int:
            return format_figure(value)
        case _:
            return str(value)


def in_words(ui: FieldUi, value: Any) -> str:
    """The answer as a reader sees it: the option's title, the place's name, the document with its kind."""
    if value is None or value == "":
        return ""
    match ui.widget:
        case Widget.SELECT | Widget.RADIO:
            titles = {option.value: in_language(option.title, option.title_en) for option in ui.options}
            return titles.get(str(value), str(value))
        case Widget.CHECKBOX:
            return _("Có") if value is True else _("Không")
        case Widget.PROVINCE | Widget.COMMUNE:
            return places.name_of(str(value))
        case Widget.IDENTITY if isinstance(value, Mapping):
            return _identity(value)
        case Widget.MONEY if type(value) is int:
            return format_dong(value)
        case _:
            return as_typed(ui.widget, value)


def _date(value: Any) -> str:
    try:
        return short_date(date.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def _phone(value: Any) -> str:
    try:
        return display_phone(normalise_phone(str(value)))
    except Invalid:
        return str(value)


def _identity(value: Mapping[str, Any]) -> str:
    kind, number = str(value.get("kind", "")), str(value.get("number", ""))
    name = IDENTITY_NAMES[IdentityKind(kind)] if kind in set(IdentityKind) else kind
    country = countries(get_language() or "vi").get(str(value.get("issuing_country", "")), "")
    return f"{name}: {number}" + (f" ({country})" if country and kind == IdentityKind.PASSPORT else "")
