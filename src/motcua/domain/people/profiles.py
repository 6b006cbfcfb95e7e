"""Commands on parties: profiles from verified claims, persons met at the counter, links of officers.

One person is one profile: it is found again by the provider's subject or by a verified document, and two different
persons are never merged.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations import services as accounts
from motcua.domain.organisations.access import Acting, require
from motcua.domain.organisations.models import Account
from motcua.domain.organisations.queries import commune_code_of
from motcua.domain.organisations.rules import AccountKind
from motcua.domain.people.claims import Claims, OrganisationClaims
from motcua.domain.people.models import (
    IdentityDocument,
    Organisation,
    Party,
    Person,
    ProviderIdentity,
    Representation,
    StaffIdentity,
)
from motcua.domain.people.refusals import SignOnRefused
from motcua.domain.people.rules import Cause, OrganisationKind, PartyKind, RepresentationRole, Source, split_address
from motcua.foundation import audit, clock
from motcua.foundation.actor import Actor
from motcua.foundation.errors import Conflict, Invalid, NotFound
from motcua.foundation.identifiers import IdentityDocument as Document
from motcua.foundation.identifiers import IdentityKind
from motcua.foundation.text import name_sort_key, normalise_line, sort_key


def new_person(full_name: str, *, account: Account | None = None) -> Person:
    """Makes a person's party and profile. Raises Invalid (NAME_REQUIRED)."""
    name = normalise_line(full_name)
    if not name:
        raise Invalid("NAME_REQUIRED", _("Phải nhập họ và tên."), field="full_name")
    party = Party.objects.create(kind=PartyKind.PERSON.value, display_name=name, sort_key=name_sort_key(name))
    return Person.objects.create(party=party, full_name=name, account=account)


def _lock(*words: str) -> None:
    """One at a time for the same identity: two first sign-ons of a person must not make two profiles."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", ["\x1f".join(words)])


def lock_document(document: Document) -> None:
    """One at a time for the same document, until the transaction ends."""
    _lock(document.kind.value, document.issuing_country, document.number)


def owner_of(document: Document) -> UUID | None:
    """The party that a verified document belongs to, also where a newer one replaced it."""
    return (
        IdentityDocument.objects.filter(
            kind=document.kind.value,
            number=document.number,
            issuing_country=document.issuing_country,
            verified_at__isnull=False,
        )
        .values_list("party_id", flat=True)
        .first()
    )


def person_of(issuer: str, subject: str, claims: Claims) -> Person:
    """The person behind a sign-on, made at the first one, with the profile as the provider states it now.

    Runs in the caller's transaction. Raises SignOnRefused (IDENTITY_CONFLICT) where the subject and a document, or two
    documents, belong to different persons.
    """
    for document in sorted(claims.documents, key=lambda one: one.kind):
        _lock(document.kind.value, document.issuing_country, document.number)
    known = ProviderIdentity.objects.select_related("person__party").filter(issuer=issuer, subject=subject).first()
    owners = {owner for owner in map(owner_of, claims.documents) if owner is not None}
    if known is not None:
        owners.add(known.person_id)
    if len(owners) > 1:
        raise SignOnRefused(Cause.IDENTITY_CONFLICT)
    person = (
        Person.objects.select_related("party", "account").get(pk=owners.pop())
        if owners
        else new_person(claims.full_name)
    )
    if person.account is None:
        person.account = accounts.open_person_account(claims.full_name)
    _update_profile(person, claims)
    kept = [keep_document(person.party, document, source=Source.VNEID) for document in claims.documents]
    _note_issue(kept[0], claims)
    ProviderIdentity.objects.update_or_create(
        issuer=issuer, subject=subject, defaults={"person": person, "last_seen_at": clock.now()}
    )
    return person


def _update_profile(person: Person, claims: Claims) -> None:
    """Takes over what the provider states; what it does not state stays as it was."""
    stated = {
        "full_name": claims.full_name,
        "nationality": claims.nationality,
        "sex": claims.sex and claims.sex.value,
        "phone": claims.phone,
        "email": claims.email,
        "permanent_address": claims.permanent_address,
        "current_address": claims.current_address,
        "native_place": claims.native_place,
        "technical_id": claims.technical_id,
    }
    for name, value in stated.items():
        if value:
            setattr(person, name, value)
    if claims.permanent_address:
        parts = split_address(claims.permanent_address)
        person.street = parts.street
        person.commune_code = commune_code_of(parts.commune, parts.province)
    if claims.birth_date is not None:
        person.birth_date = claims.birth_date.day
        person.birth_date_precision = claims.birth_date.precision.value
    person.updated_at = clock.now()
    person.save()
    if person.party.display_name != claims.full_name:
        Party.objects.filter(pk=person.pk).update(
            display_name=claims.full_name, sort_key=name_sort_key(claims.full_name)
        )
        Account.objects.filter(pk=person.account_id).update(display_name=claims.full_name)
        person.party.display_name = claims.full_name


def keep_document(party: Party, document: Document, *, source: Source) -> IdentityDocument:
    """Notes a verified document of a party; another number of the same kind becomes its predecessor.

    Raises Conflict (DOCUMENT_OF_ANOTHER) where it is verified for somebody else.
    """
    owner = owner_of(document)
    if owner is not None and owner != party.pk:
        raise Conflict("DOCUMENT_OF_ANOTHER", _("Giấy tờ này đã được xác minh là của người khác."), field="number")
    now = clock.now()
    same_kind = party.documents.filter(kind=document.kind.value, replaced_at__isnull=True)
    same_kind.exclude(number=document.number).update(replaced_at=now)
    kept, made = IdentityDocument.objects.get_or_create(
        party=party,
        kind=document.kind.value,
        number=document.number,
        issuing_country=document.issuing_country,
        defaults={"source": source.value, "verified_at": now},
    )
    if not made:
        IdentityDocument.objects.filter(pk=kept.pk).update(replaced_at=None, verified_at=now, source=source.value)
    return kept


def _note_issue(kept: IdentityDocument, claims: Claims) -> None:
    """Takes over when and by whom the document was issued, as far as the provider says."""
    stated = {"issued_on": claims.issued_on, "issued_by": claims.issued_by}
    known = {name: value for name, value in stated.items() if value}
    if known:
        IdentityDocument.objects.filter(pk=kept.pk).update(**known)


def organisation_of(claims: OrganisationClaims, person: Person) -> Organisation:
    """The organisation of an organisation account, with its user as a representative in the role the provider states.

    Whom a legal representative took the delegation from here stays without it, whatever the provider says, until they
    delegate anew (IDN-08). Runs in the caller's transaction.
    """
    organisation = keep_organisation(
        claims.code,
        claims.name,
        kind=claims.kind,
        address=claims.address,
        legal_representative=claims.legal_representative,
        source=Source.VNEID,
    )
    ever = Representation.objects.filter(organisation=organisation, person=person)
    last = ever.order_by("-pk").first()
    if last is not None and last.revoked_by_id is not None and claims.role is RepresentationRole.DELEGATE:
        return organisation
    current = ever.filter(revoked_at__isnull=True)
    if not current.filter(role=claims.role.value).exists():
        current.update(revoked_at=clock.now())
        Representation.objects.create(
            organisation=organisation, person=person, role=claims.role.value, source=Source.VNEID.value
        )
    return organisation


def keep_organisation(
    code: str,
    name: str,
    *,
    kind: OrganisationKind,
    source: Source,
    address: str = "",
    legal_representative: str = "",
) -> Organisation:
    """The organisation with a canonical code, made if new; stated facts replace what was known."""
    _lock("ORGANISATION", code)
    display = normalise_line(name)
    organisation = Organisation.objects.select_related("party").filter(code=code).first()
    if organisation is None:
        party = Party.objects.create(
            kind=PartyKind.ORGANISATION.value, display_name=display, sort_key=sort_key(display)
        )
        organisation = Organisation(party=party, code=code)
        keep_document(party, Document(IdentityKind.ORGANISATION, code, "VN"), source=source)
    elif organisation.party.display_name != display:
        Party.objects.filter(pk=organisation.pk).update(display_name=display, sort_key=sort_key(display))
    organisation.name = display
    organisation.kind = kind.value
    organisation.address = address or organisation.address
    organisation.legal_representative = legal_representative or organisation.legal_representative
    organisation.updated_at = clock.now()
    organisation.save()
    return organisation


@transaction.atomic
def register_at_counter(full_name: str, document: Document, *, actor: Actor, phone: str = "") -> Person:
    """The person an officer serves at the counter, identified by a document; needs no account.

    At a later sign-on with the same document the person finds this profile and its dossiers again. The calling service
    has checked the officer's right. Raises Invalid (NAME_REQUIRED).
    """
    _lock(document.kind.value, document.issuing_country, document.number)
    owner = owner_of(document)
    if owner is not None:
        return Person.objects.select_related("party").get(pk=owner)
    person = new_person(full_name)
    if phone:
        person.phone = phone
        person.save(update_fields=["phone"])
    keep_document(person.party, document, source=Source.COUNTER)
    audit.record(actor, "person.register", ("person", str(person.pk)), details={"document": document.kind.value})
    return person


@transaction.atomic
def link_staff(acting: Acting, account_id: UUID, person_id: UUID) -> StaffIdentity:
    """Links an officer's account to the person who may sign on to it.

    - needs `account.create` over the account (the administrator of its unit);
    - one officer account per person and one person per officer account.

    Raises AccessDenied, NotFound, Invalid (NOT_A_STAFF_ACCOUNT), Conflict (STAFF_LINKED).
    """
    account = Account.objects.filter(pk=account_id).first()
    person = Person.objects.filter(pk=person_id).first()
    if account is None or person is None:
        raise NotFound("ACCOUNT_NOT_FOUND", _("Không tìm thấy tài khoản hoặc danh tính."))
    actor = require(acting, "account.create", account)
    if account.kind != AccountKind.STAFF:
        raise Invalid("NOT_A_STAFF_ACCOUNT", _("Chỉ liên kết danh tính với tài khoản cán bộ."), field="account")
    return install_staff_link(account, person, actor=actor)


def install_staff_link(account: Account, person: Person, *, actor: Actor) -> StaffIdentity:
    """Links an officer's account and a person; the caller has checked the right. Raises Conflict (STAFF_LINKED)."""
    taken = StaffIdentity.objects.filter(account=account) | StaffIdentity.objects.filter(person=person)
    if taken.exists():
        raise Conflict("STAFF_LINKED", _("Tài khoản hoặc danh tính này đã được liên kết."))
    link = StaffIdentity.objects.create(account=account, person=person, linked_by=actor.id)
    audit.record(actor, "account.link_identity", ("account", str(account.pk)), details={"person": str(person.pk)})
    return link
