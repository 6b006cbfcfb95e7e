"""Valid people, organisations and principals in one line."""

from __future__ import annotations

from itertools import count

from motcua.domain.organisations.models import Unit
from motcua.domain.organisations.rules import AccountKind
from motcua.domain.organisations.services import install_account, open_person_account
from motcua.domain.people import profiles
from motcua.domain.people.mandates import mandate_of
from motcua.domain.people.models import Organisation, Person, Representation
from motcua.domain.people.principal import Principal
from motcua.domain.people.rules import OrganisationKind, RepresentationRole, Source
from motcua.domain.people.signon import principal_of
from motcua.foundation.actor import Actor
from motcua.foundation.identifiers import IdentityKind, parse_identity

_serials = count(1)


def citizen_number() -> str:
    return f"0010859{next(_serials):05d}"


def person(name: str = "Nguyễn Văn An", *, number: str | None = None) -> Person:
    """A citizen with an account and a verified citizen number."""
    made = profiles.new_person(name, account=open_person_account(name))
    document = parse_identity(IdentityKind.CITIZEN_ID, number or citizen_number())
    profiles.keep_document(made.party, document, source=Source.VNEID)
    return made


def organisation(code: str = "0100109106", name: str = "Công ty TNHH Hoa Sen") -> Organisation:
    return profiles.keep_organisation(code, name, kind=OrganisationKind.ENTERPRISE, source=Source.VNEID)


def representative(of: Organisation, who: Person) -> Representation:
    return Representation.objects.create(
        organisation=of,
        person=who,
        role=RepresentationRole.LEGAL_REPRESENTATIVE.value,
        source=Source.VNEID.value,
    )


def citizen(name: str = "Nguyễn Văn An", *, level: int = 2) -> Principal:
    """A citizen's principal in the own capacity."""
    who = person(name)
    assert who.account is not None
    return principal_of(who.account, who, None, level)


def acting_for(of: Organisation, who: Person, *, level: int = 2) -> Principal:
    """The principal of a person acting for an organisation."""
    assert who.account is not None
    representative(of, who)
    return principal_of(who.account, who, of, level, mandate_of(of.pk, who.pk))


def officer(at: Unit, name: str = "Cán bộ") -> Principal:
    """The principal of an officer of a unit, without any right yet."""
    who = profiles.new_person(name)
    account = install_account(AccountKind.STAFF, name, at)
    profiles.install_staff_link(account, who, actor=Actor.job("test"))
    return principal_of(account, who, None, 2)
