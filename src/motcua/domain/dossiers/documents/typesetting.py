"""Official papers as PDF by Typst: content in, bytes out; nothing a person typed is markup."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import typst

from motcua.foundation.date_words import official_date


@dataclass(frozen=True)
class Paper:
    """Everything that stands on one paper."""

    unit: str
    title: str
    code: str
    day: date
    place: str
    facts: tuple[tuple[str, str], ...]
    number: str = ""
    subtitle: str = ""
    items_title: str = ""
    items: tuple[str, ...] = ()
    paragraphs: tuple[str, ...] = ()
    left_signature: str = ""
    right_signature: str = ""
    signer: str = ""
    footer: str = field(default="")


@cache
def _template() -> bytes:
    return (Path(__file__).parent / "official.typ").read_bytes()


def typeset(paper: Paper) -> bytes:
    """The paper as one PDF."""
    content = {name.replace("_", "-"): value for name, value in asdict(paper).items()}
    content["place-and-day"] = f"{paper.place}, {official_date(paper.day)}"
    content["day"] = paper.day.isoformat()
    return typst.compile(_template(), sys_inputs={"content": json.dumps(content, ensure_ascii=False)})
