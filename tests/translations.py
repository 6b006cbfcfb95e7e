"""What the source says to people: every msgid of Python and templates, and every translation that is committed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

import motcua

PACKAGE = Path(motcua.__file__).parent
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
}

_OWN_CATALOGUE = {("faces", "portal"), ("faces", "workbench"), ("faces", "administration"), ("faces", "api")}

Message = str | tuple[str, str]


def package_of(file: Path) -> Path:
    """The folder whose catalogue translates `file`: a domain room, a face or the foundation; faces share theirs."""
    parts = file.relative_to(PACKAGE).parts
    if len(parts) > 2 and (parts[0] == "domain" or parts[:2] in _OWN_CATALOGUE):
        return PACKAGE.joinpath(*parts[:2])
    return PACKAGE / "foundation" if parts[0] == "foundation" else PACKAGE / "faces"


def sources() -> Iterator[Path]:
    """Python and templates of the product; the simulators speak Vietnamese only."""
    for file in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("templates/**/*.html")]):
        if "simulators" not in file.parts:
            yield file


def messages(file: Path) -> Iterator[Message]:
    """The msgids of one file, plural forms as pairs."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".html":
        text = templatize(text, origin=str(file))
    for _line, message, _comments, _context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
        yield message if isinstance(message, str) else (message[0], message[1])


def catalogue(package: Path) -> Catalog:
    """The English catalogue of a package; empty where it has none."""
    file = package / "locale" / "en" / "LC_MESSAGES" / "django.po"
    if not file.exists():
        return Catalog(locale="en")
    with file.open("rb") as source:
        return read_po(source, locale="en")


def english(package: Path) -> dict[Message, Message]:
    """What the package's catalogue says in English, by msgid; entries without English are left out."""
    found = {_message(entry.id): _message(entry.string) for entry in catalogue(package) if entry.id and not entry.fuzzy}
    return {vietnamese: text for vietnamese, text in found.items() if all(forms(text))}


def forms(message: Message) -> tuple[str, ...]:
    """The singular, and the plural where there is one."""
    return (message,) if isinstance(message, str) else message


def _message(value: str | list[str] | tuple[str, ...]) -> Message:
    return value if isinstance(value, str) else (value[0], value[1])
