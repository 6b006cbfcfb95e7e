"""People and organisations met at the desk: identified by document, found again later by the same (IDN-05, IDN-14).

The calling service has checked the officer's right.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.people import profiles
from motcua.domain.people.models import Organisation, Person, Representation
from motcua.domain.people.rules import OrganisationKind, RepresentationRole, Source
from motcua.foundation import audit, clock
from motcua.foundation.actor import Actor
from motcua.foundation.errors import Conflict, Invalid
from motcua.foundation.identifiers import IdentityDocument as Document
from motcua.foundation.identifiers import IdentityKind, normalise_phone, parse_identity
from motcua.foundation.text import fold


@transaction.atomic
def visiting_person(document: Document, full_name: str, *, actor: Actor, phone: str = "") -> Person:
    """The person who shows this document, registered if new.

    A known document with another name is a slip of typing or somebody else's document: nothing is disclosed and
    nothing is filed for the wrong person. Raises Invalid (NAME_REQUIRED, NAME_DIFFERS, PHONE_MALFORMED,
    DOCUMENT_NOT_PERSONAL).
    """
    if document.kind is IdentityKind.ORGANISATION:
        raise Invalid("DOCUMENT_NOT_PERSONAL", _("Phải nhập giấy tờ tùy thân của người nộp."), field="kind")
    told = normalise_phone(phone) if phone.strip() else ""
    person = profiles.register_at_counter(full_name, document, actor=actor, phone=told)
    if fold(person.full_name) != fold(full_name):
        raise Invalid("NAME_DIFFERS", _("Họ tên không khớp với người đã xác minh bằng giấy tờ này."), field="full_name")
    if told and not person.phone:
        person.phone = told
        person.save(update_fields=["phone"])
    return person


@transaction.atomic
def visiting_organisation(code: str, name: str, *, actor: Actor) -> Organisation:
    """The organisation with this code, registered if new; what is known of it is not overwritten.

    Raises Invalid (TAX_CODE_MALFORMED, TAX_CODE_CHECK_DIGIT on `organisation_code`; ORGANISATION_NAME_REQUIRED).
    """
    try:
        number = parse_identity(IdentityKind.ORGANISATION, code).number
    except Invalid as refused:
        raise Invalid(refused.code, refused.message, field="organisation_code") from None
    known = Organisation.objects.filter(code=number).first()
    if known is not None:
        return known
    if not name.strip():
        raise Invalid("ORGANISATION_NAME_REQUIRED", _("Phải nhập tên tổ chức."), field="organisation_name")
    made = profiles.keep_organisation(number, name, kind=OrganisationKind.ENTERPRISE, source=Source.COUNTER)
    audit.record(actor, "organisation.register", ("organisation", str(made.pk)))
    return made


@transaction.atomic
def verify_representative(organisation: Organisation, person: Person, *, actor: Actor) -> Representation:
    """Notes who is the organisation's legal representative, seen on its papers at the desk.

    From then on they act for it online with their own account, marked as verified at a desk, whatever their document
    (IDN-05, IDN-07). Where VNeID states representatives, VNeID decides. Raises Conflict (ORG_HAS_ACCOUNT).
    """
    held = Representation.objects.filter(organisation=organisation, revoked_at__isnull=True)
    current = held.filter(person=person, role=RepresentationRole.LEGAL_REPRESENTATIVE.value).first()
    if current is not None:
        return current
    if held.filter(role=RepresentationRole.LEGAL_REPRESENTATIVE.value, source=Source.VNEID.value).exists():
        raise Conflict(
            "ORG_HAS_ACCOUNT",
            _("Tổ chức đã có tài khoản định danh; người đại diện do VNeID xác nhận."),
            what_next=_("Ông/Bà hướng dẫn tổ chức đăng nhập bằng tài khoản định danh của tổ chức."),
        )
    held.filter(person=person).update(revoked_at=clock.now())
    made = Representation.objects.create(
        organisation=organisation,
        person=person,
        role=RepresentationRole.LEGAL_REPRESENTATIVE.value,
        source=Source.COUNTER.value,
    )
    details = {"person": str(person.pk)}
    audit.record(actor, "representation.verify", ("organisation", str(organisation.pk)), details=details)
    return made
