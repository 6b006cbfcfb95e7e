"""Filing at the desk for who cannot sign in: an officer checks the document and files (IDN-05, IDN-14).

Neither an account nor a level of identification is asked of the visitor; the officer answers for the document.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.catalogue.definition import Channel, Level, ServiceDefinition
from motcua.domain.catalogue.queries import CurrentService, require_submittable
from motcua.domain.dossiers.models import Draft
from motcua.domain.dossiers.routing import route
from motcua.domain.dossiers.services.submission import Filer, Submission, Submitted, file
from motcua.domain.organisations import access
from motcua.domain.organisations.access import Place
from motcua.domain.organisations.queries import place_over
from motcua.domain.organisations.rules import AccountKind, UnitKind
from motcua.domain.people import counter
from motcua.domain.people.applicants import Applicant, applicant_of
from motcua.domain.people.models import Organisation
from motcua.domain.people.principal import Principal
from motcua.foundation import audit, clock
from motcua.foundation.actor import Actor
from motcua.foundation.errors import AccessDenied, Invalid
from motcua.foundation.functions import Function, require_on
from motcua.foundation.identifiers import IdentityDocument as Document

RIGHT: Final = "dossier.create_at_counter"
COUNTER_ASSISTED: Final = "COUNTER_ASSISTED"
_PLACES: Final = {Level.COMMUNE: UnitKind.COMMUNE, Level.PROVINCE: UnitKind.PROVINCE}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who stands at the desk; with `organisation_code` they file for that organisation.

    `is_representative` says that the officer saw who is the organisation's legal representative: it is them.
    """

    document: Document
    full_name: str
    identity_checked: bool
    phone: str = ""
    organisation_code: str = ""
    organisation_name: str = ""
    is_representative: bool = False


@transaction.atomic
def open_assisted(acting: Principal, service_code: str, visitor: Visitor) -> Draft:
    """A draft that the officer fills in for the visitor, received at the officer's own place.

    - needs `dossier.create_at_counter` at the unit that would receive the dossier;
    - the officer has checked the document; the visitor is found by it again or registered (never two for one document).

    Raises NotFound, Invalid (IDENTITY_NOT_CHECKED, NAME_DIFFERS, NO_ROUTE …), AccessDenied (also AUDIENCE).
    """
    service = require_submittable(service_code)
    locality_id = _locality(acting, service.definition)
    actor = _entitled(acting, service, locality_id)
    if not visitor.identity_checked:
        raise Invalid(
            "IDENTITY_NOT_CHECKED", _("Phải kiểm tra giấy tờ tùy thân của người nộp."), field="identity_checked"
        )
    person = counter.visiting_person(visitor.document, visitor.full_name, actor=actor, phone=visitor.phone)
    party_id = person.pk
    if visitor.organisation_code:
        organisation = counter.visiting_organisation(visitor.organisation_code, visitor.organisation_name, actor=actor)
        party_id = organisation.pk
        if visitor.is_representative:
            counter.verify_representative(organisation, person, actor=actor)
    _admitted(applicant_of(party_id, person.pk), service)
    now = clock.now()
    draft = Draft.objects.create(
        account_id=acting.account_id,
        party_id=party_id,
        visitor=person,
        assisted_at_id=route(service.code, locality_id).receiving_unit_id,
        service_id=service.service_id,
        locality_id=locality_id,
        created_at=now,
        updated_at=now,
    )
    details = {"service": service.code, "document": visitor.document.kind.value}
    audit.record(actor, "dossier.assist", ("person", str(person.pk)), details=details)
    return draft


def owner_of(draft: Draft) -> Principal:
    """The party of an assisted draft as if it were signed in, to fill the form with what is known of it."""
    organisation = Organisation.objects.filter(pk=draft.party_id).first()
    return Principal(
        draft.account_id,
        AccountKind.PERSON,
        "",
        0,
        party_id=draft.party_id,
        person_id=draft.visitor_id,
        organisation_code=organisation.code if organisation else "",
    )


def submit_assisted(acting: Principal, draft: Draft, submission: Submission) -> Submitted:
    """Files an assisted draft: the visitor's party owns the dossier, the officer stands as who filed it.

    The right is asked again. Call it outside a transaction; raises as `submit`.
    """
    require_on(Function.SUBMIT)
    service = require_submittable(submission.service_code)
    actor = _entitled(acting, service, submission.locality_id)
    applicant = _admitted(applicant_of(draft.party_id, draft.visitor_id), service)
    filer = Filer(acting, applicant, replace(actor, on_behalf_of=str(draft.party_id)), COUNTER_ASSISTED)
    return file(filer, service, replace(submission, channel=Channel.DIRECT))


def _entitled(acting: Principal, service: CurrentService, locality_id: int) -> Actor:
    receiving_unit_id = route(service.code, locality_id).receiving_unit_id
    return access.require(acting, RIGHT, Place(receiving_unit_id, service.field_id))


def _locality(acting: Principal, definition: ServiceDefinition) -> int:
    kind = _PLACES.get(definition.receiving_level, UnitKind.NATION)
    found = place_over(acting.account_id, kind)
    if found is None:
        raise AccessDenied("NOT_AT_A_DESK", _("Tài khoản này không thuộc nơi tiếp nhận dịch vụ này."))
    return found


def _admitted(applicant: Applicant, service: CurrentService) -> Applicant:
    if applicant.audience not in service.definition.audience:
        raise AccessDenied("AUDIENCE", _("Dịch vụ này không dành cho đối tượng này."))
    return applicant
