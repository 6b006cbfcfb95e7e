"""One person, one profile: a later document is linked to an earlier one after an officer saw both (IDN-13).

Where both documents had made profiles of their own, everything of the later one goes over to the earlier one. Two
different people are never joined: names, birth dates and citizen numbers must not contradict each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.access import Acting, Place, require
from motcua.domain.organisations.models import Account
from motcua.domain.organisations.services import close_person_account
from motcua.domain.people import profiles
from motcua.domain.people.differences.models import IdentityDifference
from motcua.domain.people.models import (
    IdentityDocument,
    Person,
    ProviderIdentity,
    Representation,
    StaffIdentity,
)
from motcua.domain.people.rules import Precision, Source
from motcua.foundation import audit, clock
from motcua.foundation.errors import AccessDenied, Conflict, Invalid, NotFound
from motcua.foundation.identifiers import IdentityDocument as Document
from motcua.foundation.identifiers import IdentityKind
from motcua.foundation.registry import Registry
from motcua.foundation.text import fold

RIGHT = "dossier.create_at_counter"
EVIDENCE_LETTERS = 10

Move = Callable[[UUID, UUID], int]
moves: Registry[Move] = Registry("what goes over when two profiles of one person become one")
"""Later rooms add how their rows go from one party to another; each answers how many went."""


@dataclass(frozen=True, slots=True)
class Linking:
    """What the officer saw: a document that is known, another of the same person, and what proves it."""

    known: Document
    other: Document
    full_name: str
    evidence: str
    documents_seen: bool


@transaction.atomic
def link_document(acting: Acting, order: Linking) -> Person:
    """Links another document to the person of a known one; dossiers of both are then one person's.

    - needs `dossier.create_at_counter` at the officer's own unit; the officer saw both documents and says what proves
      that they are one person's;
    - an unknown document and a wrong name get the same answer;
    - a document verified for somebody who contradicts (name, birth date, citizen number) is somebody else's.

    Raises AccessDenied, Invalid, NotFound (PERSON_UNKNOWN), Conflict (DOCUMENT_OF_ANOTHER).
    """
    unit_id = Account.objects.filter(pk=acting.account_id).values_list("unit_id", flat=True).first()
    if unit_id is None:
        raise AccessDenied("NOT_AT_A_DESK", _("Tài khoản này không thuộc bộ phận một cửa nào."))
    actor = require(acting, RIGHT, Place(unit_id))
    _check(order)
    for document in sorted((order.known, order.other), key=lambda one: (one.kind, one.issuing_country, one.number)):
        profiles.lock_document(document)
    person = _person_of(order)
    owner = profiles.owner_of(order.other)
    taken: dict[str, int] = {}
    if owner is None:
        profiles.keep_document(person.party, order.other, source=Source.COUNTER)
    elif owner != person.pk:
        taken = _join(person, Person.objects.select_related("account", "party").get(pk=owner))
    details = {"kinds": [order.known.kind.value, order.other.kind.value], "evidence_given": True, **taken}
    audit.record(actor, "person.link_document", ("person", str(person.pk)), details=details)
    return person


def _check(order: Linking) -> None:
    if IdentityKind.ORGANISATION in (order.known.kind, order.other.kind):
        raise Invalid("DOCUMENT_NOT_PERSONAL", _("Phải nhập giấy tờ tùy thân của người nộp."), field="kind")
    if order.known == order.other:
        raise Invalid("DOCUMENT_TWICE", _("Hai giấy tờ phải khác nhau."), field="new_number")
    if not order.documents_seen:
        raise Invalid("IDENTITY_NOT_CHECKED", _("Phải kiểm tra bản gốc cả hai giấy tờ."), field="documents_seen")
    if sum(character.isalpha() for character in order.evidence) < EVIDENCE_LETTERS:
        words = _("Ghi rõ căn cứ cho thấy hai giấy tờ là của một người, ít nhất mười chữ cái.")
        raise Invalid("EVIDENCE_REQUIRED", words, field="evidence")


def _person_of(order: Linking) -> Person:
    owner = profiles.owner_of(order.known)
    person = Person.objects.select_for_update(of=("self",)).select_related("party", "account").filter(pk=owner).first()
    if person is None or fold(person.full_name) != fold(order.full_name):
        raise NotFound("PERSON_UNKNOWN", _("Chưa có người với giấy tờ và họ tên này trên Cổng."), field="number")
    return person


def _join(person: Person, other: Person) -> dict[str, int]:
    """Everything of `other` goes over to `person`; `other` stays as an empty profile with a closed account."""
    if _contradict(person, other):
        raise Conflict("DOCUMENT_OF_ANOTHER", _("Giấy tờ này đã được xác minh là của người khác."), field="new_number")
    if person.account is None:
        account, other.account = other.account, None
        other.technical_id = None
        other.save(update_fields=["account", "technical_id"])
        person.account = account
        person.save(update_fields=["account"])
    elif other.account is not None:
        close_person_account(other.account)
    Person.objects.filter(pk=other.pk).update(technical_id=None, updated_at=clock.now())
    ProviderIdentity.objects.filter(person=other).update(person=person)
    StaffIdentity.objects.filter(person=other).update(person=person)
    IdentityDocument.objects.filter(party_id=other.pk).update(party_id=person.pk)
    IdentityDifference.objects.filter(person=other).update(person=person)
    _join_representations(person, other)
    return {name: move(other.pk, person.pk) for name, move in moves.items()}


def _contradict(one: Person, two: Person) -> bool:
    """Whether the two cannot be one person."""
    if fold(one.full_name) != fold(two.full_name):
        return True
    whole = [who for who in (one, two) if who.birth_date is not None and who.birth_date_precision == Precision.DAY]
    if len(whole) == 2 and one.birth_date != two.birth_date:
        return True
    numbers = IdentityDocument.objects.filter(
        party_id__in=[one.pk, two.pk], kind=IdentityKind.CITIZEN_ID.value, replaced_at__isnull=True
    )
    if len(set(numbers.values_list("number", flat=True))) > 1:
        return True
    return StaffIdentity.objects.filter(person__in=[one, two]).count() > 1


def _join_representations(person: Person, other: Person) -> None:
    """Mandates go over too; where both hold one of the same organisation, the person's own stays."""
    held = Representation.objects.filter(person=person, revoked_at__isnull=True).values("organisation_id")
    double = Representation.objects.filter(person=other, revoked_at__isnull=True, organisation_id__in=held)
    double.update(revoked_at=clock.now())
    Representation.objects.filter(person=other).update(person=person)
