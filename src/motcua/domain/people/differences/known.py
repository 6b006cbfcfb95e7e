"""What VNeID said of people, as it is compared with what they state."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from motcua.domain.people.differences.rules import ComparedField
from motcua.domain.people.models import IdentityDocument, Person
from motcua.domain.people.rules import Precision, Source
from motcua.foundation.identifiers import IdentityKind


@dataclass(frozen=True, slots=True)
class Known:
    """A person and the facts a register states of them."""

    person_id: UUID
    values: Mapping[ComparedField, str]


def known_by_vneid(account_ids: Collection[UUID]) -> dict[UUID, Known]:
    """What VNeID stated of the people behind these accounts, by account; two statements.

    Only people who signed on through VNeID: a profile that a desk opened says nothing of VNeID's data.
    """
    people = list(
        Person.objects.filter(account_id__in=account_ids, provider_identities__isnull=False).distinct().order_by("pk")
    )
    documents: dict[UUID, IdentityDocument] = {}
    current = IdentityDocument.objects.filter(
        party_id__in=[person.pk for person in people], source=Source.VNEID.value, replaced_at__isnull=True
    )
    for document in current.order_by("pk"):
        if document.kind == IdentityKind.CITIZEN_ID or document.party_id not in documents:
            documents[document.party_id] = document
    return {
        person.account_id: Known(person.pk, _values(person, documents.get(person.pk)))
        for person in people
        if person.account_id is not None
    }


def _values(person: Person, document: IdentityDocument | None) -> dict[ComparedField, str]:
    whole = person.birth_date is not None and person.birth_date_precision == Precision.DAY
    values = {
        ComparedField.FULL_NAME: person.full_name,
        ComparedField.BIRTH_DATE: person.birth_date.isoformat() if person.birth_date and whole else "",
        ComparedField.SEX: person.sex or "",
        ComparedField.COMMUNE: person.commune_code,
        ComparedField.ADDRESS: person.street,
    }
    if document is not None:
        values[ComparedField.IDENTITY_NUMBER] = f"{document.kind}:{document.number}"
        values[ComparedField.ISSUED_ON] = document.issued_on.isoformat() if document.issued_on else ""
        values[ComparedField.ISSUED_BY] = document.issued_by
    return values
