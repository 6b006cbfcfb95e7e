"""One person's later document is linked to an earlier one; two people are never joined (IDN-13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from motcua.domain.organisations.models import Account
from motcua.domain.people import linking, profiles
from motcua.domain.people.linking import Linking
from motcua.domain.people.models import IdentityDocument, Person, ProviderIdentity, Representation
from motcua.domain.people.rules import Source
from motcua.foundation.identifiers import IdentityDocument as Document
from motcua.foundation.identifiers import IdentityKind, parse_identity
from motcua.foundation.models import AuditEntry
from tests.domain.refusals import refused

from ..organisations import factories as units
from . import factories as make

pytestmark = pytest.mark.django_db

PASSPORT = parse_identity(IdentityKind.PASSPORT, "X9990009", "GBR")
CARD = parse_identity(IdentityKind.RESIDENCE_CARD, "TT999001")
NAME = "SMITH John Michael"
ORDER = Linking(PASSPORT, CARD, NAME, "Thẻ tạm trú ghi số hộ chiếu cũ", True)


@pytest.fixture
def officer() -> Account:
    return units.holder("RECEPTION", units.commune())


def known(document: Document, name: str = NAME, *, account: bool = False) -> Person:
    person = profiles.new_person(name, account=make.open_person_account(name) if account else None)
    profiles.keep_document(person.party, document, source=Source.COUNTER)
    return person


def test_a_document_nobody_has_becomes_the_person_s(officer: Account) -> None:
    person = known(PASSPORT)

    assert linking.link_document(officer, ORDER).pk == person.pk

    assert profiles.owner_of(CARD) == profiles.owner_of(PASSPORT) == person.pk
    row = AuditEntry.objects.get(action="person.link_document")
    assert (row.actor_id, row.subject_id) == (str(officer.pk), str(person.pk))
    assert "X9990009" not in str(row.details)


def test_everything_of_the_second_profile_goes_over_and_its_account_ends(officer: Account) -> None:
    first, second = known(PASSPORT, account=True), known(CARD, "Smith John MICHAEL", account=True)
    ProviderIdentity.objects.create(issuer="https://vneid.example", subject="s-2", person=second)
    shared, own = make.organisation(), make.organisation("0100233488", "An Khang")
    for organisation, who in ((shared, first), (shared, second), (own, second)):
        make.representative(organisation, who)

    linking.link_document(officer, ORDER)

    personal = IdentityDocument.objects.exclude(kind="ORGANISATION")
    assert list(personal.values_list("party_id", flat=True).distinct()) == [first.pk]
    assert ProviderIdentity.objects.get().person_id == first.pk
    held = Representation.objects.filter(revoked_at__isnull=True)
    assert {(row.organisation_id, row.person_id) for row in held} == {(shared.pk, first.pk), (own.pk, first.pk)}
    assert [Account.objects.get(pk=who.account_id).is_active for who in (first, second)] == [True, False]


def test_a_profile_without_account_takes_the_other_s(officer: Account) -> None:
    first, second = known(PASSPORT), known(CARD, account=True)
    Person.objects.filter(pk=second.pk).update(technical_id="TECH-1")

    linking.link_document(officer, ORDER)

    assert Person.objects.get(pk=first.pk).account_id == second.account_id
    assert Person.objects.get(pk=second.pk).technical_id is None


def test_linking_again_changes_nothing(officer: Account) -> None:
    known(PASSPORT)
    linking.link_document(officer, ORDER)
    linking.link_document(officer, ORDER)

    assert IdentityDocument.objects.filter(verified_at__isnull=False).count() == 2


def _other_name(second: Person) -> None:
    Person.objects.filter(pk=second.pk).update(full_name="JONES Mary")


def _other_birth_date(second: Person) -> None:
    Person.objects.filter(pk=second.pk).update(birth_date=date(1990, 1, 2), birth_date_precision="DAY")


@pytest.mark.parametrize("change", [_other_name, _other_birth_date])
def test_another_person_s_document_is_refused(officer: Account, change: Any) -> None:
    first, second = known(PASSPORT), known(CARD)
    Person.objects.filter(pk=first.pk).update(birth_date=date(1988, 1, 21), birth_date_precision="DAY")
    change(second)

    assert refused(lambda: linking.link_document(officer, ORDER)).code == "DOCUMENT_OF_ANOTHER"
    assert (profiles.owner_of(PASSPORT), profiles.owner_of(CARD)) == (first.pk, second.pk)


def test_two_citizen_numbers_are_two_people(officer: Account) -> None:
    first, second = make.person("Lê Văn An", number="001085999811"), make.person("Lê Văn An", number="001085999812")
    numbers = [parse_identity(IdentityKind.CITIZEN_ID, f"00108599981{digit}") for digit in (1, 2)]
    order = replace(ORDER, known=numbers[0], other=numbers[1], full_name="Lê Văn An")

    assert refused(lambda: linking.link_document(officer, order)).code == "DOCUMENT_OF_ANOTHER"
    assert {profiles.owner_of(number) for number in numbers} == {first.pk, second.pk}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"documents_seen": False}, "IDENTITY_NOT_CHECKED"),
        ({"evidence": "123 456 789"}, "EVIDENCE_REQUIRED"),
        ({"other": PASSPORT}, "DOCUMENT_TWICE"),
        ({"other": parse_identity(IdentityKind.ORGANISATION, "0100109106")}, "DOCUMENT_NOT_PERSONAL"),
        ({"full_name": "Ai Đó"}, "PERSON_UNKNOWN"),
        ({"known": parse_identity(IdentityKind.PASSPORT, "Z1234567", "GBR")}, "PERSON_UNKNOWN"),
    ],
)
def test_what_is_not_proved_is_not_linked(officer: Account, change: dict[str, Any], code: str) -> None:
    known(PASSPORT)

    assert refused(lambda: linking.link_document(officer, replace(ORDER, **change))).code == code
    assert profiles.owner_of(CARD) is None


def test_only_who_receives_at_a_desk_links(officer: Account) -> None:
    known(PASSPORT)
    processor, citizen = units.holder("PROCESSOR", units.commune()), units.person()

    for who in (processor, citizen):
        assert refused(lambda who=who: linking.link_document(who, ORDER)).status == 403
    assert profiles.owner_of(CARD) is None
