"""What is committed holds no secret and names nobody (SEC-06)."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOREIGN = ("src/motcua/faces/static/vendor/", "requirements.lock", "requirements-dev.lock")

SECRETS = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s+[A-Za-z0-9+/]"),
    "cloud key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "token of a code host": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|glpat-[A-Za-z0-9_-]{20,})"),
    "chat or payment token": re.compile(r"\b(?:xox[abprs]-[A-Za-z0-9-]{10,}|sk_live_[A-Za-z0-9]{16,})"),
    "signed web token": re.compile(r"\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{15,}"),
    "access token of ours": re.compile(r"\bmotcua_[A-Za-z0-9_-]{43}\b"),
    "generated secret of ours": re.compile(r"\bdemo-[A-Za-z0-9_-]{24,}"),
    "password in an address": re.compile(
        r"\b[a-z]+://[^\s:/@{}<>\"']+:(?!password@|secret@)[^\s:/@{}<>\"'%]{6,}@[a-z0-9]"
    ),
}
CITIZEN_ID = re.compile(r"(?<![\w.-])(0(?!00)\d{2})\d{3}(\d{6})(?![\w.-])")
"""Province 001…096, century and sex, year, then the serial number, which real registers count up from 000001."""
FICTITIOUS_SERIAL = re.compile(r"999\d{3}")
PHONE = re.compile(r"(?<![\w.-])(?:\+?84|0)([35789]\d{8})(?![\w.-])")
FICTITIOUS_PHONE = re.compile(r"900000\d{3}|912345678|987654321")
EMAIL = re.compile(r"[\w.+-]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
FICTITIOUS_DOMAIN = re.compile(r"(?:^|\.)(?:example|test|invalid|localhost|vidu)(?:\.[a-z]+)*$|^users\.noreply\.")


def tracked() -> Iterator[tuple[str, str]]:
    """Every text file that git keeps and we wrote: its path and content."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in listed.decode().split("\0"):
        if name and not name.startswith(FOREIGN) and (ROOT / name).is_file():
            try:
                yield name, (ROOT / name).read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def secrets_in(text: str) -> list[str]:
    return [kind for kind, pattern in SECRETS.items() if pattern.search(text)]


def people_in(text: str) -> list[str]:
    """Numbers and addresses that could be somebody's."""
    ids = [match[0] for match in CITIZEN_ID.finditer(text) if not FICTITIOUS_SERIAL.fullmatch(match[2])]
    return [identity for identity in ids if 1 <= int(identity[:3]) <= 96]


def reachable_in(text: str) -> list[str]:
    """Telephones and mail boxes that could belong to somebody."""
    phones = [match[0] for match in PHONE.finditer(text) if not FICTITIOUS_PHONE.fullmatch(match[1])]
    return phones + [match[0] for match in EMAIL.finditer(text) if not FICTITIOUS_DOMAIN.search(match[1].lower())]


@pytest.mark.requirement("SEC-06")
def test_no_secret_and_nobody_s_data_are_committed() -> None:
    files = dict(tracked())
    assert len(files) > 500

    assert {name: found for name, text in files.items() if (found := secrets_in(text))} == {}
    assert {name: found for name, text in files.items() if (found := people_in(text))} == {}
    made = {name: text for name, text in files.items() if "demonstration" in name or "simulators" in name}
    assert len(made) > 50
    assert {name: found for name, text in made.items() if (found := reachable_in(text))} == {}


def test_the_scan_finds_what_it_looks_for() -> None:
    key = "-----BEGIN " + "PRIVATE KEY-----\nMIIEvQ"
    assert secrets_in(key) == ["private key"]
    assert secrets_in("AKIA" + "ABCDEFGHIJKLMNOP") == ["cloud key"]
    assert secrets_in("motcua_" + "a" * 43) == ["access token of ours"]
    assert secrets_in("postgresql://motcua:" + "hunter2hunter@db.example.vn/x") == ["password in an address"]
    assert secrets_in("postgresql://user:password@host:port/name") == []
    assert people_in("số 0010850" + "12345 cấp") == ["0010850" + "12345"]
    assert people_in("số 001085999001") == []
    assert reachable_in("gọi 0903" + "123456") == ["0903" + "123456"]
    assert reachable_in("an@gmail" + ".com, an@example.vn") == ["an@gmail" + ".com"]
