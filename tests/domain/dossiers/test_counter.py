"""An officer files for who stands at the desk: citizen, foreigner, organisation without account (IDN-05, IDN-14)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from motcua.domain.dossiers import queries, services
from motcua.domain.dossiers.models import Dossier, Draft
from motcua.domain.dossiers.services import Visitor
from motcua.domain.organisations.models import Account
from motcua.domain.people.models import Organisation, Person, Representation
from motcua.domain.people.signon import principal_of
from motcua.foundation.identifiers import IdentityKind, parse_identity
from motcua.foundation.models import AuditEntry, Event
from tests.domain.dossiers.world import CHARGED, FREE, World, small_world, upload
from tests.domain.people import factories as people
from tests.domain.refusals import refused

pytestmark = pytest.mark.django_db

FOREIGNER = Visitor(parse_identity(IdentityKind.PASSPORT, "X9990009", "GBR"), "SMITH John Michael", True, "0900000009")
CITIZEN = Visitor(parse_identity(IdentityKind.CITIZEN_ID, "001085999801"), "Phan Thị Mận", True)
COMPANY = replace(CITIZEN, organisation_code="0100109106", organisation_name="HTX Hoa Đào", is_representative=True)


@pytest.fixture
def world(own_file_store: None) -> World:
    return small_world(FREE, CHARGED)


def filed(world: World, visitor: Visitor, procedure: str = CHARGED) -> Dossier:
    """The whole of it: opened, filled in, submitted."""
    officer = world.reception
    draft = services.open_assisted(officer, world.service(procedure), visitor)
    ready = world.submission(procedure, by=officer)
    services.save_answers(officer, draft.pk, ready.form)
    for code, _file in ready.files:
        services.add_file(officer, draft.pk, code, upload(officer).pk)
    return Dossier.objects.get(pk=services.submit_draft(officer, draft.pk).dossier_id)


def test_a_foreigner_without_account_is_served_by_passport_alone(world: World) -> None:
    dossier = filed(world, FOREIGNER)

    owner = Person.objects.get(pk=dossier.owner_party_id)
    assert (dossier.channel, dossier.owner_name, dossier.contact_phone) == (
        "COUNTER_ASSISTED", "SMITH John Michael", "84900000009",
    )  # fmt: skip
    assert owner.account is None
    assert list(owner.party.documents.values_list("kind", "number", "issuing_country", "source")) == [
        ("PASSPORT", "X9990009", "GB", "COUNTER")
    ]
    event = Event.objects.get(dossier_id=dossier.pk, type="dossier.submitted")
    assert (event.actor_kind, event.actor_role, event.on_behalf_of) == ("staff", "RECEPTION", str(owner.pk))
    assert dossier.submitted_by_id == world.reception.account_id
    assert dossier.receiving_unit_id == world.desk.pk
    row = AuditEntry.objects.get(action="dossier.assist")
    assert row.details == {"service": world.service(CHARGED), "document": "PASSPORT"}


def test_an_organisation_without_account_files_at_the_desk_and_its_dossier_has_its_code(world: World) -> None:
    dossier = filed(world, COMPANY)

    owner = Organisation.objects.get(pk=dossier.owner_party_id)
    assert (owner.code, owner.name, dossier.owner_name) == ("0100109106", "HTX Hoa Đào", "HTX Hoa Đào")
    held = Representation.objects.get(organisation=owner)
    assert (held.role, held.source, held.person.full_name) == ("LEGAL_REPRESENTATIVE", "COUNTER", "Phan Thị Mận")


def test_the_same_document_is_the_same_person_and_another_name_is_refused(world: World) -> None:
    first, second = filed(world, CITIZEN), filed(world, replace(CITIZEN, full_name="phan thi man"))
    assert first.owner_party_id == second.owner_party_id

    error = refused(
        lambda: services.open_assisted(world.reception, world.service(CHARGED), replace(CITIZEN, full_name="Ai Đó"))
    )

    assert (error.code, error.field) == ("NAME_DIFFERS", "full_name")
    assert "Mận" not in str(error.message)
    assert Draft.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"identity_checked": False}, "IDENTITY_NOT_CHECKED"),
        ({"full_name": "  "}, "NAME_REQUIRED"),
        ({"phone": "12"}, "PHONE_MALFORMED"),
        ({"document": parse_identity(IdentityKind.ORGANISATION, "0100109106")}, "DOCUMENT_NOT_PERSONAL"),
        ({"organisation_code": "0100233480"}, "TAX_CODE_CHECK_DIGIT"),
        ({"organisation_code": "0100233488"}, "ORGANISATION_NAME_REQUIRED"),
    ],
)
def test_a_visitor_is_refused_in_words_and_nothing_is_kept(world: World, change: dict[str, Any], code: str) -> None:
    before = Person.objects.count()
    visitor = replace(CITIZEN, **change)

    assert refused(lambda: services.open_assisted(world.reception, world.service(CHARGED), visitor)).code == code
    assert (Draft.objects.count(), Person.objects.count(), Organisation.objects.count()) == (0, before, 0)


@pytest.mark.parametrize("who", ["citizen", "processor", "approver", "monitor"])
def test_only_who_may_receive_at_the_desk_files_there(world: World, who: str) -> None:
    assert refused(lambda: services.open_assisted(getattr(world, who), world.service(CHARGED), CITIZEN)).status == 403
    assert Draft.objects.count() == 0


def test_an_officer_of_another_commune_files_at_their_own_desk(world: World) -> None:
    draft = services.open_assisted(world.stranger, world.service(CHARGED), CITIZEN)

    assert (draft.assisted_at_id, draft.locality_id) == (world.other_desk.pk, world.other_commune.pk)


def test_a_right_that_ended_before_the_submission_is_refused(world: World) -> None:
    officer = world.reception
    draft = services.open_assisted(officer, world.service(CHARGED), CITIZEN)
    ready = world.submission(CHARGED, by=officer)
    services.save_answers(officer, draft.pk, ready.form)
    for code, _file in ready.files:
        services.add_file(officer, draft.pk, code, upload(officer).pk)
    Account.objects.get(pk=officer.account_id).grants.all().delete()

    assert refused(lambda: services.submit_draft(officer, draft.pk)).status == 403
    assert not Dossier.objects.exists()


def test_a_service_that_is_not_for_the_visitor_is_refused(world: World) -> None:
    assert FREE in world.definitions
    company = refused(lambda: services.open_assisted(world.reception, world.service(FREE), COMPANY))

    assert company.code == "AUDIENCE"


def test_the_officer_s_drafts_are_no_business_of_the_visitor_s_account_and_the_reverse(world: World) -> None:
    draft = services.open_assisted(world.reception, world.service(CHARGED), CITIZEN)

    assert refused(lambda: services.save_answers(world.citizen, draft.pk, {"a": 1})).code == "DRAFT_NOT_FOUND"
    assert queries.my_drafts(world.reception) == []


def test_where_vneid_states_the_representative_the_desk_does_not(world: World) -> None:
    company = people.organisation("0100109106", "HTX Hoa Đào")
    people.representative(company, people.person("Người đại diện"))

    assert refused(lambda: services.open_assisted(world.reception, world.service(CHARGED), COMPANY)).code == (
        "ORG_HAS_ACCOUNT"
    )
    plain = replace(COMPANY, is_representative=False, organisation_name="Tên gõ sai")
    assert filed(world, plain).owner_name == "HTX Hoa Đào"


def test_a_representative_verified_at_the_desk_files_online_and_the_dossier_says_so(world: World) -> None:
    filed(world, COMPANY)
    person = Person.objects.get(full_name="Phan Thị Mận")
    signed_on = people.profiles.person_of("https://vneid.example", "s-1", people.profiles.Claims(**_claims(CITIZEN)))
    assert signed_on.pk == person.pk
    company = Organisation.objects.get()
    mandate = people.mandate_of(company.pk, person.pk)
    assert mandate is not None
    assert mandate.verified_at_counter
    acting = principal_of(signed_on.account, signed_on, company, 2, mandate)  # type: ignore[arg-type]

    dossier = world.submitted(CHARGED, by=acting)

    assert (dossier.owner_party_id, dossier.channel, dossier.by_verified_representative) == (company.pk, "ONLINE", True)
    assert not world.submitted(CHARGED).by_verified_representative


def _claims(visitor: Visitor) -> dict[str, Any]:
    empty = {"phone": "", "email": "", "permanent_address": "", "current_address": "", "native_place": ""}
    return {
        "full_name": visitor.full_name,
        "documents": (visitor.document,),
        "nationality": "VN",
        "birth_date": None,
        "sex": None,
        "technical_id": None,
        "level": 2,
        "is_active": True,
        "organisation": None,
        **empty,
    }
