"""E-forms: one definition gives one verdict, whoever asks (FRM-01).

`check` is the door: it cleans what was entered, then judges it, all errors at once, each with a JSON pointer,
a machine code and a Vietnamese sentence that says how to mend it (FRM-10). Nothing here stores or refuses
text for what it looks like: quotes, angle brackets and SQL-like words are text (FRM-08).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any

import jsonschema_rs
import msgspec
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language

from motcua.domain.catalogue import conditions, form_messages
from motcua.domain.catalogue.definition import FieldUi, Form, JsonSchema, ServiceDefinition, Widget
from motcua.domain.catalogue.form_types import validator
from motcua.foundation import clock, identifiers
from motcua.foundation.errors import FieldError, Invalid
from motcua.foundation.text import normalise, normalise_line


@dataclass(frozen=True)
class Checked:
    """What was entered, cleaned, and everything that is wrong with it (nothing: it may be submitted)."""

    data: dict[str, Any]
    errors: list[FieldError]


def check(service: ServiceDefinition, entered: object, *, today: date | None = None) -> Checked:
    """Cleans and judges the data of a form; `today` (Vietnam) decides dates that may not lie ahead or behind."""
    if not isinstance(entered, Mapping):
        code, message = form_messages.NOT_A_FORM
        return Checked({}, [FieldError("", code, message)])
    data = clean(service.form, entered)
    return Checked(data, _errors(service.form, data, today or clock.today()))


def validate(service: ServiceDefinition, entered: object, *, today: date | None = None) -> list[FieldError]:
    """All errors of what was entered; empty where it is good. The same verdict as `check`."""
    return check(service, entered, today=today).errors


def is_shown(form: Form, name: str, data: Mapping[str, Any]) -> bool:
    """Whether field `name` is asked for, given the other answers."""
    return conditions.holds(form.ui.fields[name].shown_when, data)


def clean(form: Form, entered: Mapping[Any, Any]) -> dict[str, Any]:
    """What was entered as it is to be kept. Idempotent.

    - Text in NFC without invisible characters, blanks at the ends gone (POR-17); an empty answer is no answer.
    - Valid phone and document numbers in their canonical form; invalid ones as entered, so that they can be shown.
    - Answers to questions that the other answers make moot are dropped.
    - Unknown fields stay, to be refused by the check rather than lost in silence (FRM-01).
    """
    data: dict[str, Any] = {}
    for name, value in entered.items():
        kept = _clean_value(form.ui.fields.get(name), value)
        if kept is not None:
            data[str(name)] = kept
    while moot := [name for name in data if name in form.ui.fields and not is_shown(form, name, data)]:
        for name in moot:
            del data[name]
    return data


def _clean_value(ui: FieldUi | None, value: Any) -> Any:
    if isinstance(value, str):
        text = normalise(value).strip() if ui and ui.widget is Widget.TEXTAREA else normalise_line(value)
        return _canonical_phone(text) if ui and ui.widget is Widget.PHONE else text or None
    if ui and ui.widget is Widget.IDENTITY and isinstance(value, Mapping):
        parts = {
            key: normalise_line(part) if isinstance(part, str) else part for key, part in value.items() if part != ""
        }
        # The kind alone is a choice left standing, not an answer.
        return _canonical_identity(parts) if parts.keys() - {"kind"} else None
    return value


def _canonical_phone(text: str) -> str | None:
    try:
        return identifiers.normalise_phone(text) if text else None
    except Invalid:
        return text


def _canonical_identity(parts: dict[str, Any]) -> dict[str, Any]:
    try:
        document = _parse_identity(parts)
    except Invalid:
        return parts
    known = {"kind": document.kind.value, "number": document.number}
    if document.kind is identifiers.IdentityKind.PASSPORT:
        known["issuing_country"] = document.issuing_country
    return parts | known


def _parse_identity(parts: Mapping[str, Any]) -> identifiers.IdentityDocument:
    country = parts.get("issuing_country")
    return identifiers.parse_identity(
        str(parts.get("kind", "")), str(parts.get("number", "")), str(country) if country else None
    )


@lru_cache(maxsize=1024)
def _compiled(schema: bytes) -> jsonschema_rs.Draft202012Validator:
    return validator(msgspec.json.decode(schema))


def _errors(form: Form, data: dict[str, Any], today: date) -> list[FieldError]:
    found = list(_schema_errors(form, data))
    wrong = {error.field.split("/")[1] for error in found if error.field}
    found += [*_identity_errors(form, data, wrong), *_date_errors(form, data, wrong, today)]
    order = {name: n for n, name in enumerate(name for section in form.ui.sections for name in section.fields)}
    return sorted(found, key=lambda error: order.get(error.field.partition("/")[2].partition("/")[0], len(order)))


def _schema_errors(form: Form, data: dict[str, Any]) -> Iterator[FieldError]:
    said: set[tuple[str, str]] = set()
    for error in _compiled(msgspec.json.encode(form.schema)).iter_errors(data):
        for field in _fields_of(error):
            code, message = _say(form, error, field)
            if (field, code) not in said:
                said.add((field, code))
                yield FieldError(field, code, message)


def _fields_of(error: jsonschema_rs.ValidationError) -> list[str]:
    """JSON pointers of what the error is about: a missing or surplus property is named itself."""
    path = "".join(f"/{_escape(str(part))}" for part in error.instance_path)
    kind: Any = error.kind
    if kind.name == "required":
        return [f"{path}/{_escape(kind.property)}"]
    if kind.name in ("additionalProperties", "unevaluatedProperties"):
        return [f"{path}/{_escape(name)}" for name in kind.unexpected]
    return [path]


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _say(form: Form, error: jsonschema_rs.ValidationError, field: str) -> form_messages.Said:
    kind: Any = error.kind
    name = field.partition("/")[2]
    title = _title(form, name.partition("/")[0])
    if kind.name in ("additionalProperties", "unevaluatedProperties"):
        return form_messages.fill(form_messages.UNKNOWN_FIELD, title)
    if kind.name == "enum" and name.endswith("/kind"):
        return form_messages.fill(form_messages.KIND_NOT_ACCEPTED, title)
    return form_messages.of_error(kind, title, _help(form, name))


def _title(form: Form, name: str) -> str | Promise:
    schema: JsonSchema = form.schema.get("properties", {}).get(name, {})
    ui = form.ui.fields.get(name)
    return _in_language(schema.get("title") or name, ui.title_en if ui else "")


def _help(form: Form, name: str) -> str | Promise:
    ui = form.ui.fields.get(name)
    return _in_language(ui.help, ui.help_en) if ui else ""


def _in_language(vietnamese: str, english: str) -> str | Promise:
    return _lazily(partial(_pick, vietnamese, english)) if english else vietnamese


def _pick(vietnamese: str, english: str) -> str:
    return english if (get_language() or "vi").startswith("en") else vietnamese


def _lazily(choose: Any) -> Promise:
    return lazy(choose, str)()


def _identity_errors(form: Form, data: Mapping[str, Any], wrong: Iterable[str]) -> Iterator[FieldError]:
    """Each document is judged by the rules of its own kind and of no other (FRM-06)."""
    for name, ui in form.ui.fields.items():
        if ui.widget is not Widget.IDENTITY or name not in data or name in wrong:
            continue
        try:
            _parse_identity(data[name])
        except Invalid as refusal:
            yield FieldError(f"/{name}/{refusal.field}", refusal.code, refusal.message)


def _date_errors(form: Form, data: Mapping[str, Any], wrong: Iterable[str], today: date) -> Iterator[FieldError]:
    """The keyword `dateNot` of a date field: "future" or "past", against today."""
    for name, schema in form.schema.get("properties", {}).items():
        refused = schema.get("dateNot")
        if refused is None or name not in data or name in wrong:
            continue
        entered = date.fromisoformat(data[name])
        if refused == "future" and entered > today:
            code, message = form_messages.fill(form_messages.DATE_IN_FUTURE, _title(form, name))
        elif refused == "past" and entered < today:
            code, message = form_messages.fill(form_messages.DATE_IN_PAST, _title(form, name))
        else:
            continue
        yield FieldError(f"/{name}", code, message)
