"""People who apply: each with an account, a token, a party, a commune and a file already uploaded."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from benchmarks.load import CLIENTS, request

PEOPLE = 8 * CLIENTS
SERVICE = "2.000635.01"  # a copy from the civil status register: a fee with the submission, one file
_COMPONENT = "000.00.00.G15-KQ003040"
_PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass(frozen=True)
class Applicant:
    """One fictitious person, ready to submit."""

    name: str
    secret: str
    file_id: UUID
    commune: str
    locality: str

    def body(self) -> dict[str, Any]:
        """A complete application of this person."""
        return {
            "service": SERVICE,
            "locality": self.locality,
            "form": {
                "applicant_name": self.name,
                "applicant_identity": {"kind": "CITIZEN_ID", "number": "001090999001"},
                "applicant_phone": "0912345678",
                "applicant_commune": self.commune,
                "applicant_address": "Số 12, ngõ 34, tổ dân phố 5",
                "relationship": "AUTHORISED",
                "event_kind": "BIRTH",
                "subject_name": "Nguyễn Văn Bình",
                "subject_birth_date": "1990-05-17",
                "registered_commune": self.commune,
                "copies": 2,
                "purpose": "Bổ sung hồ sơ nhập học",
            },
            "components": [{"component": _COMPONENT, "files": [str(self.file_id)]}],
        }

    def submission(self) -> bytes:
        """The bytes of one submission under a key of its own."""
        return request(
            "POST",
            "/api/v1/dossiers",
            headers={
                "Authorization": f"Bearer {self.secret}",
                "Content-Type": "application/json",
                "Idempotency-Key": uuid4().hex,
            },
            body=json.dumps(self.body(), ensure_ascii=False).encode(),
        )


def make(count: int = PEOPLE) -> list[Applicant]:
    """Makes `count` people on the stage's database, spread over communes of the whole country."""
    from motcua.domain.organisations.models import Unit
    from motcua.domain.organisations.rules import UnitKind
    from motcua.foundation.actor import Actor

    communes = Unit.objects.filter(kind=UnitKind.COMMUNE.value).order_by("pk").values_list("gso_code", "code")
    spread = list(communes)[:: max(1, len(communes) // count)]
    actor = Actor.job("benchmark")
    return [_applicant(number, *spread[number % len(spread)], actor) for number in range(count)]


def _applicant(number: int, gso_code: str, locality: str, actor: Any) -> Applicant:
    from motcua.domain.organisations import services as accounts
    from motcua.domain.people import profiles
    from motcua.domain.people.tokens import install_token
    from motcua.foundation import files

    name = f"Nguyễn Văn Thử {number}"
    account = accounts.open_person_account(name)
    person = profiles.new_person(name, account=account)
    issued = install_token(account.pk, label="benchmark", level=2, days=1, actor=actor, party_id=person.party_id)
    owner = type(actor)("person", str(account.pk))
    stored = files.store([_PAPER], "giấy ủy quyền.pdf", uploader=owner)
    return Applicant(name, issued.secret, stored.pk, gso_code, locality)


def streams(people: list[Applicant]) -> list[Iterator[bytes]]:
    """One endless stream of submissions per client; no person submits through two clients."""
    return [_cycle(people[client::CLIENTS]) for client in range(CLIENTS)]


def _cycle(people: list[Applicant]) -> Iterator[bytes]:
    for person in itertools.cycle(people):
        yield person.submission()
