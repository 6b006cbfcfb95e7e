"""A legal representative delegates: to whom, for what, until when; who may not (IDN-07, IDN-08)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from motcua.domain.people import delegation, profiles
from motcua.domain.people.delegation import Order
from motcua.domain.people.mandates import capacities_of, mandate_of
from motcua.domain.people.models import Organisation, Person, Representation
from motcua.domain.people.policies import DELEGATION_DAYS
from motcua.domain.people.principal import Mandate, Principal
from motcua.domain.people.rules import RepresentationRole, Source
from motcua.domain.people.signon import principal_of
from motcua.foundation import clock
from motcua.foundation.identifiers import IdentityKind, parse_identity
from motcua.foundation.models import AuditEntry
from tests.domain.refusals import refused

from . import factories as make

pytestmark = pytest.mark.django_db

NUMBER = "036092999008"


class Company:
    """An organisation, its legal representative in that capacity, and an employee known by their document."""

    def __init__(self) -> None:
        self.organisation: Organisation = make.organisation()
        self.mai: Person = make.person("Đoàn Thị Mai")
        self.representative: Principal = make.acting_for(self.organisation, self.mai)
        self.nam: Person = make.person("Vũ Hải Nam", number=NUMBER)

    def order(self, **changes: Any) -> Order:
        document = parse_identity(IdentityKind.CITIZEN_ID, NUMBER)
        return replace(Order(document, "Vũ Hải Nam", clock.now() + timedelta(days=30)), **changes)

    def mandate(self) -> Mandate | None:
        return mandate_of(self.organisation.pk, self.nam.pk)


@pytest.fixture
def company() -> Company:
    return Company()


def test_a_delegate_holds_what_was_delegated_until_it_ends(company: Company) -> None:
    codes = frozenset({"1.004222.01", "2.000635.01"})
    made = delegation.delegate(company.representative, company.order(service_codes=codes, may_pay=False))

    assert company.mandate() == Mandate(RepresentationRole.DELEGATE, codes, True, False)
    assert (made.granted_by_id, made.source) == (company.mai.pk, Source.SELF)
    row = AuditEntry.objects.get(action="representation.delegate")
    assert row.details == {
        "representation": made.pk,
        "person": str(company.nam.pk),
        "services": sorted(codes),
        "on_behalf_of": str(company.organisation.pk),
    }
    with clock.travel(clock.now() + timedelta(days=30, seconds=1)):
        assert company.mandate() is None


def test_delegating_again_replaces_what_was_delegated(company: Company) -> None:
    delegation.delegate(company.representative, company.order())
    delegation.delegate(company.representative, company.order(service_codes=frozenset({"1.004222.01"})))

    assert company.mandate() == Mandate(RepresentationRole.DELEGATE, frozenset({"1.004222.01"}))
    assert Representation.objects.filter(person=company.nam, revoked_at__isnull=True).count() == 1


def test_taking_back_holds_at_once_and_is_told_who_did_it(company: Company) -> None:
    made = delegation.delegate(company.representative, company.order())
    delegation.revoke(company.representative, made.pk)

    assert company.mandate() is None
    assert Representation.objects.get(pk=made.pk).revoked_by_id == company.mai.pk
    assert AuditEntry.objects.filter(action="representation.revoke").count() == 1
    assert refused(lambda: delegation.revoke(company.representative, made.pk)).code == "DELEGATION_ENDED"


def test_only_the_legal_representative_in_that_capacity_delegates(company: Company) -> None:
    delegation.delegate(company.representative, company.order())
    assert company.nam.account is not None
    assert company.mai.account is not None
    delegate = principal_of(company.nam.account, company.nam, company.organisation, 2, company.mandate())
    mai_herself = principal_of(company.mai.account, company.mai, None, 2)
    low = replace(company.representative, assurance_level=1)
    ended = replace(mai_herself, party_id=None, capacity_ended=True)

    codes = [
        refused(lambda who=who: delegation.delegate(who, company.order())).code
        for who in (delegate, mai_herself, low, ended)
    ]

    assert codes == ["NOT_LEGAL_REPRESENTATIVE", "NOT_LEGAL_REPRESENTATIVE", "LEVEL_TOO_LOW", "CAPACITY_ENDED"]
    assert Representation.objects.count() == 2


def test_another_organisation_s_delegation_cannot_be_taken_back(company: Company) -> None:
    made = delegation.delegate(company.representative, company.order())
    other = make.acting_for(make.organisation("0100233488", "Công ty khác"), make.person("Người khác"))

    assert refused(lambda: delegation.revoke(other, made.pk)).code == "DELEGATION_NOT_FOUND"
    own = Representation.objects.get(person=company.mai)
    assert refused(lambda: delegation.revoke(company.representative, own.pk)).code == "DELEGATION_NOT_FOUND"
    assert company.mandate() is not None


def test_an_unknown_document_and_a_wrong_name_get_the_same_answer(company: Company) -> None:
    unknown = parse_identity(IdentityKind.CITIZEN_ID, "036092999777")
    answers = [
        refused(lambda order=order: delegation.delegate(company.representative, order))
        for order in (company.order(document=unknown), company.order(full_name="Người Khác"))
    ]

    assert {(error.code, str(error.message), error.field) for error in answers} == {
        ("DELEGATE_UNKNOWN", str(answers[0].message), "number")
    }
    assert (
        delegation.delegate(company.representative, company.order(full_name="vu hai  nam")).person_id == company.nam.pk
    )


def test_wrong_orders_are_refused_with_every_error(company: Company) -> None:
    past = company.order(valid_until=clock.now(), service_codes=frozenset())
    long = company.order(valid_until=clock.now() + timedelta(days=DELEGATION_DAYS.get() + 2))

    error = refused(lambda: delegation.delegate(company.representative, past))

    assert [item.code for item in error.errors] == ["PERIOD_PAST", "SERVICES_COUNT"]
    assert [item.code for item in refused(lambda: delegation.delegate(company.representative, long)).errors] == [
        "PERIOD_TOO_LONG"
    ]
    self_order = company.order(document=_document_of(company.mai), full_name=company.mai.full_name)
    assert refused(lambda: delegation.delegate(company.representative, self_order)).code == "DELEGATE_IS_SELF"
    make.representative(company.organisation, company.nam)
    assert refused(lambda: delegation.delegate(company.representative, company.order())).code == (
        "DELEGATE_IS_REPRESENTATIVE"
    )


def _document_of(person: Person) -> Any:
    row = person.party.documents.get()
    return parse_identity(row.kind, row.number, row.issuing_country)


def test_what_was_taken_back_here_is_not_given_back_by_the_provider(company: Company) -> None:
    made = delegation.delegate(company.representative, company.order())
    delegation.revoke(company.representative, made.pk)
    claims = profiles.OrganisationClaims(
        company.organisation.code,
        company.organisation.name,
        company.organisation.kind,  # type: ignore[arg-type]
        "",
        "",
        RepresentationRole.DELEGATE,
    )

    profiles.organisation_of(replace(claims, kind=make.OrganisationKind.ENTERPRISE), company.nam)
    assert company.mandate() is None

    delegation.delegate(company.representative, company.order(service_codes=frozenset({"1.004222.01"})))
    profiles.organisation_of(replace(claims, kind=make.OrganisationKind.ENTERPRISE), company.nam)
    assert company.mandate() == Mandate(RepresentationRole.DELEGATE, frozenset({"1.004222.01"}))


def test_the_capacities_of_a_person_are_their_own_and_every_organisation_s_in_force(company: Company) -> None:
    delegation.delegate(company.representative, company.order())
    other = make.organisation("0100233488", "An Khang")
    make.representative(other, company.nam)
    assert company.nam.account is not None
    nam = principal_of(company.nam.account, company.nam, None, 2)

    names = [(item.name, item.organisation_code) for item in capacities_of(nam)]

    assert names == [("Vũ Hải Nam", ""), ("An Khang", "0100233488"), ("Công ty TNHH Hoa Sen", "0100109106")]
    with clock.travel(clock.now() + timedelta(days=31)):
        assert [item.name for item in capacities_of(nam)] == ["Vũ Hải Nam", "An Khang"]


def test_the_representative_sees_what_was_delegated_those_in_force_first(company: Company) -> None:
    old = delegation.delegate(company.representative, company.order())
    delegation.revoke(company.representative, old.pk)
    new = delegation.delegate(company.representative, company.order(may_submit=False))

    listed = delegation.delegations_of(company.representative)

    assert [(item.id, item.in_force, item.may_submit) for item in listed] == [
        (new.pk, True, False),
        (old.pk, False, True),
    ]
