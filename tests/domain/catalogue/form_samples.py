"""Acceptable answers to any e-form, read from its definition alone; a seed names a sample."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from motcua.domain.catalogue.definition import Form, ServiceDefinition, Widget
from motcua.domain.organisations.reference import statistical_codes

TODAY = date(2026, 6, 4)
PHONES = ("0912345678", "+84 987 654 321", "0243 825 4321", "84356789012")
EMAILS = ("an@vidu.vn", "nguyen.van.an+hs@vidu.com.vn")
HOSTILE = "O'Brien; SELECT * FROM <b>hộ khẩu</b> -- 1=1"
LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂBCDĐÊấầẩẫậợựỹ0123456789 '\"<>;&%-./\\"
PROVINCES, COMMUNES = (tuple(sorted(codes)) for codes in statistical_codes())

# One text for each pattern that a form asks for, and further ones by the same shape.
_BY_PATTERN: dict[str, Callable[[random.Random], str]] = {
    r"^([01]\d|2[0-3]):[0-5]\d$": lambda rng: f"{rng.randrange(24):02d}:{rng.randrange(60):02d}",
    r"^\d{4}$": lambda rng: f"{rng.randrange(10**4):04d}",
    r"^\d{12}$": lambda rng: f"{rng.randrange(10**12):012d}",
    r"^\d{10,12}$": lambda rng: f"{rng.randrange(10**10):010d}",
    r"^\d{4}-(0[1-9]|1[0-2])$": lambda rng: f"2026-{rng.randint(1, 12):02d}",
    r"^[A-Z ]+$": lambda rng: "NGUYEN VAN AN",
    r"^[A-Z][A-Z '\-]+$": lambda rng: rng.choice(["KIM MIN-JUN", "O'BRIEN SEAN"]),
    r"^[0-9A-Z]{6,19}$": lambda rng: f"{rng.randrange(10**13):013d}",
    r"^[A-Z0-9]{6,20}$": lambda rng: f"RLHDB{rng.randrange(10**8):08d}",
    r"^[A-Z0-9\-]{4,25}$": lambda rng: f"K15-{rng.randrange(10**6):06d}",
}


def tax_code(body: int) -> str:
    """A valid 10-digit tax code over the nine digits of `body`; bodies without a check digit are moved on."""
    while True:
        digits = f"{body % 10**9:09d}"
        check = 10 - sum(int(d) * w for d, w in zip(digits, (31, 29, 23, 19, 17, 13, 7, 5, 3))) % 11
        if check < 10:
            return f"{digits}{check}"
        body += 1


def identity(kind: str, rng: random.Random) -> dict[str, str]:
    numbers: dict[str, Callable[[], dict[str, str]]] = {
        "CITIZEN_ID": lambda: {"number": f"{rng.randrange(10**12):012d}"},
        "PASSPORT": lambda: {
            "number": f"C{rng.randrange(10**7):07d}",
            "issuing_country": rng.choice(["KR", "US", "VN"]),
        },
        "RESIDENCE_CARD": lambda: {"number": f"AB{rng.randrange(10**7):07d}"},
        "ORGANISATION": lambda: {"number": tax_code(rng.randrange(10**8, 10**9))},
    }
    return {"kind": kind} | numbers[kind]()


def text(schema: dict[str, Any], rng: random.Random) -> str:
    if "pattern" in schema:
        made = _BY_PATTERN[schema["pattern"]](rng)
        assert re.fullmatch(schema["pattern"], made)
        return made
    low, high = schema.get("minLength", 1), schema["maxLength"]
    if rng.random() < 0.15 and low <= len(HOSTILE) <= high:
        return HOSTILE
    length = rng.randint(low, min(high, 40))
    return " ".join("".join(rng.choice(LETTERS) for _ in range(length)).split()).ljust(low, "x")


def value(form: Form, name: str, rng: random.Random) -> Any:
    """An acceptable answer to one field."""
    schema, ui = form.schema["properties"][name], form.ui.fields[name]
    latest = TODAY if schema.get("dateNot") == "future" else TODAY + timedelta(days=900)
    kinds = schema.get("properties", {}).get("kind", {}).get("enum", ["CITIZEN_ID"])
    made: dict[Widget, Callable[[], Any]] = {
        Widget.TEXT: lambda: text(schema, rng),
        Widget.TEXTAREA: lambda: text(schema, rng),
        Widget.SELECT: lambda: rng.choice(schema["enum"]),
        Widget.RADIO: lambda: rng.choice(schema["enum"]),
        Widget.INTEGER: lambda: rng.randint(schema["minimum"], schema.get("maximum", 10**9)),
        Widget.MONEY: lambda: rng.randint(schema["minimum"], schema["maximum"]),
        Widget.DATE: lambda: date.fromordinal(
            rng.randint(date(1930, 1, 1).toordinal(), latest.toordinal())
        ).isoformat(),
        Widget.IDENTITY: lambda: identity(rng.choice(kinds), rng),
        Widget.CHECKBOX: lambda: rng.random() < 0.5,
        Widget.PHONE: lambda: rng.choice(PHONES),
        Widget.EMAIL: lambda: rng.choice(EMAILS),
        Widget.PROVINCE: lambda: rng.choice(PROVINCES),
        Widget.COMMUNE: lambda: rng.choice(COMMUNES),
    }
    return made[ui.widget]()


def answers(service: ServiceDefinition, seed: int = 0) -> dict[str, Any]:
    """Every field answered acceptably; answers that the others make moot included (cleaning drops them)."""
    rng = random.Random(seed)
    return {name: value(service.form, name, rng) for name in service.form.ui.fields}
