"""What a browser sent, as typed JSON answers. Anything that cannot be read stays as typed, for the check to name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from motcua.domain.catalogue.definition import Form, JsonSchema, Widget
from motcua.foundation.errors import Invalid
from motcua.foundation.identifiers import IdentityKind
from motcua.foundation.money import parse_dong

IDENTITY_PARTS = ("kind", "number", "issuing_country", "issued_on", "issued_by", "expires_on")
_DAY = re.compile(r"\s*(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4})\s*", re.ASCII)

Sent = Mapping[str, str]


def answers(form: Form, names: Iterable[str], sent: Sent) -> dict[str, Any]:
    """The answers to the fields `names`; None where the field was sent empty (an answer taken back).

    A field that was not on the page (because a condition hid it) is left out; a box not ticked is False.
    """
    read: dict[str, Any] = {}
    for name in names:
        widget = form.ui.fields[name].widget
        if widget is Widget.CHECKBOX:
            if f"{name}.asked" in sent:
                read[name] = name in sent
        elif widget is Widget.IDENTITY:
            if f"{name}.number" in sent:
                read[name] = _identity(form, name, sent)
        elif name in sent:
            read[name] = _READERS.get(widget, _text)(sent[name])
    return read


def provinces(form: Form, names: Iterable[str], sent: Sent) -> dict[str, str]:
    """Which province was chosen in the picker of each commune field."""
    communes = [name for name in names if form.ui.fields[name].widget is Widget.COMMUNE]
    return {name: sent[f"{name}.province"] for name in communes if sent.get(f"{name}.province")}


def read_date(written: str) -> str | None:
    """`5/6/2026`, `05-06-2026`, `2026-06-05` → `2026-06-05`; anything else as written; None for nothing."""
    match = _DAY.fullmatch(written)
    try:
        return date(int(match[3]), int(match[2]), int(match[1])).isoformat() if match else _text(written)
    except ValueError:
        return written


def _text(written: str) -> str | None:
    return written if written.strip() else None


def _integer(written: str) -> int | str | None:
    compact = written.strip()
    return int(compact) if re.fullmatch(r"-?\d{1,15}", compact, re.ASCII) else _text(written)


def _amount(written: str) -> int | str | None:
    try:
        return parse_dong(written) if written.strip() else None
    except Invalid:
        return written


def _identity(form: Form, name: str, sent: Sent) -> dict[str, str] | None:
    """The parts that were filled in; the kind that stands chosen from the start is no answer by itself."""
    parts = {part: sent.get(f"{name}.{part}", "").strip() for part in IDENTITY_PARTS}
    filled = {part: value for part, value in parts.items() if value}
    return None if filled == {"kind": identity_kinds(form.schema["properties"][name])[0]} else filled or None


def identity_kinds(schema: JsonSchema) -> list[str]:
    """The kinds of document that a field accepts, the usual one first."""
    return schema.get("properties", {}).get("kind", {}).get("enum") or [kind.value for kind in IdentityKind]


_READERS: dict[Widget, Callable[[str], Any]] = {
    Widget.DATE: read_date,
    Widget.INTEGER: _integer,
    Widget.MONEY: _amount,
}
