"""Reads of profiles and of failed sign-ons; each with a fixed number of SQL statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count

from motcua.domain.organisations.models import Account
from motcua.domain.people.models import IdentityDocument, Organisation, Party, Person, SignOnFailure
from motcua.domain.people.principal import Principal
from motcua.domain.people.rules import Cause, PartialDate, Precision, birth_date_words
from motcua.foundation.identifiers import IdentityKind, display_phone, mask


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A current document of a party."""

    kind: IdentityKind
    number: str
    issuing_country: str
    issued_on: date | None = None
    issued_by: str = ""

    @property
    def masked(self) -> str:
        """The number for lists."""
        return mask(self.number)


@dataclass(frozen=True, slots=True)
class ProfileView:
    """A person's own profile, as pages show it and forms are filled from it."""

    full_name: str
    birth_date: str
    sex: str
    nationality: str
    phone: str
    phone_words: str
    email: str
    permanent_address: str
    current_address: str
    native_place: str
    documents: Sequence[DocumentView]


_ORDER = [IdentityKind.CITIZEN_ID, IdentityKind.RESIDENCE_CARD, IdentityKind.PASSPORT, IdentityKind.ORGANISATION]


def documents_of(party_id: UUID) -> list[DocumentView]:
    """The current documents of a party, the strongest first; 1 statement."""
    rows = IdentityDocument.objects.filter(party_id=party_id, replaced_at__isnull=True)
    views = [
        DocumentView(IdentityKind(row.kind), row.number, row.issuing_country, row.issued_on, row.issued_by)
        for row in rows
    ]
    return sorted(views, key=lambda view: _ORDER.index(view.kind))


def own_profile(principal: Principal) -> ProfileView | None:
    """The profile of the person behind the principal, None for systems; 2 statements. Only ever one's own."""
    person = Person.objects.filter(pk=principal.person_id).first() if principal.person_id else None
    if person is None:
        return None
    known = PartialDate(person.birth_date, Precision(person.birth_date_precision)) if person.birth_date else None
    return ProfileView(
        full_name=person.full_name,
        birth_date=birth_date_words(known) if known else "",
        sex=person.sex or "",
        nationality=person.nationality,
        phone=person.phone,
        phone_words=display_phone(person.phone) if person.phone else "",
        email=person.email,
        permanent_address=person.permanent_address,
        current_address=person.current_address,
        native_place=person.native_place,
        documents=documents_of(person.pk),
    )


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation a person acts for."""

    party_id: UUID
    code: str
    name: str
    address: str
    legal_representative: str


def own_organisation(principal: Principal) -> OrganisationView | None:
    """The organisation the principal acts for, or None; 1 statement."""
    if not principal.acts_for_organisation:
        return None
    found = Organisation.objects.filter(pk=principal.party_id).first()
    if found is None:
        return None
    return OrganisationView(found.party_id, found.code, found.name, found.address, found.legal_representative)


def names_of_accounts(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of people's accounts; one statement."""
    return dict(Account.objects.filter(pk__in=set(ids)).values_list("pk", "display_name"))


def who_is(account_id: UUID) -> tuple[str, UUID | None]:
    """Name of an account and its person's own party (None for officers and systems); one statement."""
    rows = Account.objects.filter(pk=account_id).values_list("display_name", "person__party_id")
    return rows.first() or ("", None)


def names_of_parties(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of parties; one statement."""
    return dict(Party.objects.filter(pk__in=set(ids)).values_list("pk", "display_name"))


def sign_on_failures(since: datetime, until: datetime) -> dict[Cause, int]:
    """Failed sign-ons by cause in [since, until), every cause listed; 1 statement (IDN-02)."""
    rows = SignOnFailure.objects.filter(occurred_at__gte=since, occurred_at__lt=until)
    counted = dict(rows.values_list("cause").annotate(Count("pk")))
    return {cause: counted.get(cause.value, 0) for cause in Cause}
