"""What a page shows of a form: sections and fields with value, hint, errors, and whether they are asked at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from motcua.domain.catalogue import forms
from motcua.domain.catalogue.definition import FieldUi, JsonSchema, Section, ServiceDefinition, Widget
from motcua.faces.forms import places
from motcua.faces.forms.choices import IDENTITY_NAMES, Choice
from motcua.faces.forms.parsing import identity_kinds
from motcua.faces.forms.reading import as_typed
from motcua.faces.language import in_language
from motcua.foundation.errors import FieldError
from motcua.foundation.identifiers import IdentityKind, countries

Entered = Mapping[str, Any]

_INPUT_TYPES = {Widget.PHONE: "tel", Widget.EMAIL: "email"}
_INPUT_MODES = {Widget.PHONE: "tel", Widget.EMAIL: "email", Widget.INTEGER: "numeric", Widget.MONEY: "numeric"}


@dataclass(frozen=True)
class FieldView:
    """One field as the page shows it; `value` is the answer as stored, `text` as it stands in the input."""

    name: str
    widget: str
    title: str
    help: str
    value: Any
    text: str
    shown: bool
    required: bool
    errors: Sequence[FieldError]
    choices: Sequence[Choice] = ()
    kinds: Sequence[Choice] = ()
    provinces: Sequence[Choice] = ()
    autocomplete: str = ""
    longest: int | None = None

    @property
    def template(self) -> str:
        """The template of the widget; plain one-line inputs share one."""
        lined = {"text", "phone", "email", "integer", "money", "date"}
        return f"forms/{'line' if self.widget in lined else self.widget}.html"

    @property
    def input_type(self) -> str:
        return _INPUT_TYPES.get(Widget(self.widget), "text")

    @property
    def input_mode(self) -> str:
        return _INPUT_MODES.get(Widget(self.widget), "numeric" if self.widget == Widget.DATE else "")

    @property
    def is_short(self) -> bool:
        """Whether the expected answer is short, so that the width of the input says so."""
        return self.widget in {Widget.DATE, Widget.INTEGER, Widget.MONEY, Widget.PHONE}

    @property
    def number(self) -> str:
        """Of an identity document: its number as entered."""
        return str(self.value.get("number", "")) if isinstance(self.value, Mapping) else ""

    @property
    def is_passport(self) -> bool:
        """Of an identity document: whether the issuing country must be asked."""
        return isinstance(self.value, Mapping) and self.value.get("kind") == IdentityKind.PASSPORT

    def messages(self) -> list[str]:
        """What is wrong with this field, in words."""
        return [str(error.message) for error in self.errors]


@dataclass(frozen=True)
class SectionView:
    """One page of a form: `number` counts from 1."""

    number: int
    title: str
    fields: Sequence[FieldView]

    @property
    def errors(self) -> list[FieldError]:
        """Everything wrong in this section, in reading order."""
        return [error for field in self.fields for error in field.errors]

    @property
    def is_optional(self) -> bool:
        """Whether nothing in this section has to be answered."""
        return not any(field.required for field in self.fields if field.shown)

    @property
    def is_started(self) -> bool:
        """Whether anything is answered."""
        return any(field.value not in (None, "", {}) for field in self.fields)


def sections(service: ServiceDefinition, entered: Entered) -> list[SectionView]:
    """Every section of the form with the errors that a submission now would meet."""
    errors = forms.validate(service, entered)
    return [
        _section(service, number, section, entered, errors)
        for number, section in enumerate(service.form.ui.sections, start=1)
    ]


def section(
    service: ServiceDefinition,
    number: int,
    entered: Entered,
    *,
    errors: Sequence[FieldError] = (),
    provinces: Mapping[str, str] | None = None,
) -> SectionView:
    """Section `number` (from 1) with `errors` at their fields.

    `provinces`: field name → province chosen in a commune's picker before its commune is.
    """
    return _section(service, number, service.form.ui.sections[number - 1], entered, errors, provinces or {})


def section_errors(service: ServiceDefinition, number: int, entered: Entered) -> list[FieldError]:
    """What is wrong with section `number`, leaving the others out."""
    names = set(service.form.ui.sections[number - 1].fields)
    return [error for error in forms.validate(service, entered) if _field_of(error) in names]


def field(service: ServiceDefinition, name: str, entered: Entered) -> FieldView:
    """One field by name, without errors: what changed is shown again while the person types."""
    return _field(service, name, entered, (), {})


def _section(
    service: ServiceDefinition,
    number: int,
    section: Section,
    entered: Entered,
    errors: Sequence[FieldError],
    provinces: Mapping[str, str] | None = None,
) -> SectionView:
    views = [_field(service, name, entered, errors, provinces or {}) for name in section.fields]
    return SectionView(number, in_language(section.title, section.title_en), views)


def _field(
    service: ServiceDefinition, name: str, entered: Entered, errors: Sequence[FieldError], provinces: Mapping[str, str]
) -> FieldView:
    ui = service.form.ui.fields[name]
    schema: JsonSchema = service.form.schema["properties"][name]
    value = entered.get(name)
    chosen_province = provinces.get(name) or places.province_of(value)
    return FieldView(
        name=name,
        widget=ui.widget.value,
        title=in_language(schema.get("title", name), ui.title_en),
        help=in_language(ui.help, ui.help_en),
        value=value,
        text=as_typed(ui.widget, value),
        shown=forms.is_shown(service.form, name, entered),
        required=_is_required(service, name, entered),
        errors=[error for error in errors if _field_of(error) == name],
        choices=_choices(ui, value, chosen_province),
        kinds=_kinds(schema, value) if ui.widget is Widget.IDENTITY else (),
        provinces=places.provinces(chosen_province) if ui.widget is Widget.COMMUNE else (),
        autocomplete=ui.autocomplete or "",
        longest=schema.get("maxLength"),
    )


def _choices(ui: FieldUi, value: Any, province: str) -> list[Choice]:
    match ui.widget:
        case Widget.SELECT | Widget.RADIO:
            return [
                Choice(option.value, in_language(option.title, option.title_en), option.value == value)
                for option in ui.options
            ]
        case Widget.PROVINCE:
            return places.provinces(str(value or ""))
        case Widget.COMMUNE:
            return places.communes(province, str(value or ""))
        case Widget.IDENTITY if isinstance(value, Mapping) and value.get("kind") == IdentityKind.PASSPORT:
            chosen = value.get("issuing_country", "")
            return [Choice(code, name, code == chosen) for code, name in countries(get_language() or "vi").items()]
        case _:
            return []


def _kinds(schema: JsonSchema, value: Any) -> list[Choice]:
    """The kinds of document that the field accepts; the first stands chosen until another is."""
    allowed = identity_kinds(schema)
    chosen = value.get("kind") if isinstance(value, Mapping) else None
    return [Choice(kind, str(IDENTITY_NAMES[IdentityKind(kind)]), kind == (chosen or allowed[0])) for kind in allowed]


def _is_required(service: ServiceDefinition, name: str, entered: Entered) -> bool:
    """Whether a submission without this answer would be refused, given the other answers."""
    without = {key: value for key, value in entered.items() if key != name}
    return any(error.field == f"/{name}" and error.code == "REQUIRED" for error in forms.validate(service, without))


def _field_of(error: FieldError) -> str:
    return error.field.lstrip("/").partition("/")[0]
