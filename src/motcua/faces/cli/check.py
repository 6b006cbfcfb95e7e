"""`./motcua check`: is everything there that the installation stands on, and does any fault show in its data?

Imported once Django is ready.
"""

from __future__ import annotations

import json
from dataclasses import asdict

import httpx
from django.conf import settings
from rich.markup import escape

from motcua.faces.cli.data_folder import DataFolder
from motcua.faces.cli.reign import running_up
from motcua.faces.cli.steps import console
from motcua.foundation import detectors, readiness
from motcua.foundation.detectors import Finding
from motcua.foundation.readiness import Answer, Ask, NotReady

PARTNERS = {
    "VNeID": ("VNEID_ISSUER", "/.well-known/openid-configuration"),
    "payment gateway": ("BANK_GATEWAY_URL", "/v1/banks"),
    "SMS gateway": ("SMS_GATEWAY_URL", "/api/sms"),
    "population register": ("POPULATION_REGISTER_URL", "/v1/queries"),
}
NEEDS_PROGRAMS = frozenset({"worker", *PARTNERS})


def check(folder: DataFolder | None, *, as_json: bool) -> bool:
    """Prints readiness and findings; whether all is well."""
    answers, findings = _ask(folder)
    fine = not findings and all(answer.ready is not False for answer in answers)
    if as_json:
        found = {"fine": fine, "readiness": [asdict(item) for item in answers]}
        print(json.dumps({**found, "findings": [asdict(item) for item in findings]}, ensure_ascii=False))
    else:
        _show(answers, findings)
    return fine


def _ask(folder: DataFolder | None) -> tuple[list[Answer], list[Finding]]:
    """Asks everything; worker and partners of a demonstration only while it runs."""
    for name, (setting, path) in PARTNERS.items():
        readiness.checks.add(name, _partner(setting, path))
    stopped = folder is not None and not running_up(folder)
    answers = readiness.ask_all(leave_out=NEEDS_PROGRAMS if stopped else frozenset())
    usable = all(answer.ready for answer in answers if answer.name in {"database", "tables"})
    return answers, detectors.run_all() if usable else []


def _partner(setting: str, path: str) -> Ask:
    def ask() -> str:
        address = getattr(settings, setting)
        try:
            answer = httpx.get(address + path, timeout=5, trust_env=not address.startswith("http://127."))
        except httpx.HTTPError as error:
            raise NotReady(f"{address} does not answer ({type(error).__name__})") from None
        if answer.is_server_error:
            raise NotReady(f"{address} answers {answer.status_code}")
        return f"{address} answers"

    return ask


def _show(answers: list[Answer], findings: list[Finding]) -> None:
    marks = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[dim]–[/]"}
    for answer in answers:
        console.print(f"{marks[answer.ready]} {answer.name}: {escape(answer.text)}")
    for finding in findings:
        console.print(
            f"[red]✗[/] {finding.fault} {escape(finding.subject)}: {escape(finding.text)} ({finding.detector})"
        )
    console.print(f"{len(findings)} findings")
