"""Who applies: what a dossier keeps of its owner, and what forms are filled with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from motcua.domain.people.models import Organisation, Person
from motcua.domain.people.principal import Principal
from motcua.domain.people.queries import DocumentView, documents_of
from motcua.domain.people.rules import PartyKind, Precision
from motcua.foundation.errors import NotFound
from motcua.foundation.identifiers import IdentityKind, countries, display_phone

CITIZEN, ORGANISATION, FOREIGNER = "CITIZEN", "ORGANISATION", "FOREIGNER"
VIETNAM = "VN"


@dataclass(frozen=True, slots=True)
class Applicant:
    """The owner of a dossier to be: name, phone that is told (84…, may be empty), and the audience it counts among."""

    party_id: UUID
    name: str
    phone: str
    email: str
    audience: str


_APPLICANT = """
SELECT party.display_name, party.kind, COALESCE(acting.phone, ''), COALESCE(acting.email, ''),
       COALESCE(acting.nationality, ''),
       EXISTS (SELECT FROM people_identity_document AS document
               WHERE document.party_id = acting.party_id AND document.kind = %(citizen_id)s
                 AND document.replaced_at IS NULL),
       acting.party_id IS NOT NULL
FROM people_party AS party LEFT JOIN people_person AS acting ON acting.party_id = %(person)s
WHERE party.id = %(party)s
"""


def applicant_of(party_id: UUID, person_id: UUID | None = None) -> Applicant:
    """Who applies for `party_id`; an organisation is told through the person who acts for it (`person_id`).

    A person counts as a foreigner who is not Vietnamese by nationality, or who states none and has no citizen number.
    One statement. Raises NotFound (PARTY_NOT_FOUND).
    """
    wanted = {"party": party_id, "person": person_id or party_id, "citizen_id": IdentityKind.CITIZEN_ID.value}
    with connection.cursor() as cursor:
        cursor.execute(_APPLICANT, wanted)
        row = cursor.fetchone()
    if row is None:
        raise NotFound("PARTY_NOT_FOUND", _("Không tìm thấy người nộp hồ sơ."))
    name, kind, phone, email, nationality, has_citizen_id, known = row
    if kind == PartyKind.ORGANISATION:
        return Applicant(party_id, name, phone, email, ORGANISATION)
    foreign = nationality != VIETNAM if nationality else known and not has_citizen_id
    return Applicant(party_id, name, phone, email, FOREIGNER if foreign else CITIZEN)


def known_of(principal: Principal, language: str = "vi") -> Mapping[str, Mapping[str, Any]]:
    """First answers for forms by `person.*` and `organisation.*`; what is not known is absent; at most 4 statements.

    A birth date known only by month or year is left out: a form asks for the whole date.
    """
    known: dict[str, Mapping[str, Any]] = {}
    person = Person.objects.filter(pk=principal.person_id).first() if principal.person_id else None
    if person is not None:
        known["person"] = _present(_of_person(person, documents_of(person.pk), language))
    if principal.acts_for_organisation and principal.party_id is not None:
        organisation = Organisation.objects.get(pk=principal.party_id)
        known["organisation"] = _present(_of_organisation(organisation))
    return known


def _of_person(person: Person, documents: list[DocumentView], language: str) -> dict[str, Any]:
    whole = person.birth_date is not None and person.birth_date_precision == Precision.DAY
    return {
        "full_name": person.full_name,
        "date_of_birth": person.birth_date.isoformat() if person.birth_date and whole else None,
        "sex": person.sex,
        "nationality": countries(language).get(person.nationality),
        "identity": _identity(documents[0]) if documents else None,
        **_issue(documents[:1]),
        "phone": display_phone(person.phone) if person.phone else None,
        "email": person.email,
        "commune": person.commune_code,
        "address": person.street,
    }


def _of_organisation(organisation: Organisation) -> dict[str, Any]:
    return {
        "name": organisation.name,
        "identity": {"kind": IdentityKind.ORGANISATION.value, "number": organisation.code},
        "representative_name": organisation.legal_representative,
        "address": organisation.address,
    }


def _identity(document: DocumentView) -> dict[str, str]:
    stated = {"kind": document.kind.value, "number": document.number}
    return stated | ({"issuing_country": document.issuing_country} if document.kind is IdentityKind.PASSPORT else {})


def _issue(documents: list[DocumentView]) -> dict[str, Any]:
    """When and by whom the document was issued that the form is filled with."""
    return {
        name: value
        for document in documents
        for name, value in (
            ("identity_issued_on", document.issued_on.isoformat() if document.issued_on else None),
            ("identity_issued_by", document.issued_by),
        )
    }


def _present(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
