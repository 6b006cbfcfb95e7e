"""Population data are asked only for a dossier in hand, with purpose, field limitation and full audit (IDN-12)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from motcua.domain.dossiers import services
from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.rules import State
from motcua.domain.people import profiles
from motcua.domain.people.differences import queries as differences
from motcua.domain.people.differences.services import record_correction
from motcua.domain.people.models import IdentityDocument, Person
from motcua.domain.people.policies import POPULATION_QUERIES_AN_HOUR
from motcua.domain.people.population import queries
from motcua.domain.people.population.models import PopulationQuery
from motcua.domain.people.population.rules import PURPOSES, PopulationField, Purpose, QueryOutcome
from motcua.domain.people.population.services import Answered, Inquiry
from motcua.domain.people.principal import Principal
from motcua.domain.people.rules import Source
from motcua.foundation import clock
from motcua.foundation.actor import Actor
from motcua.foundation.errors import AccessDenied, DomainError, Invalid
from motcua.foundation.identifiers import IdentityKind, parse_identity
from motcua.foundation.models import AuditEntry, OutboundAttempt
from motcua.foundation.policies import set_value
from tests.domain.dossiers.ways import in_state
from tests.domain.dossiers.world import FREE, World, officer
from tests.domain.people.population_register import NAME, NUMBER, PopulationRegister, population, population_url

__all__ = ["population", "population_url"]
WHY = "Kiểm tra ngày cấp căn cước vì ảnh chụp bị mờ"


@pytest.fixture(autouse=True)
def applicant_known_to_the_register(world: World) -> None:
    """The world's citizen has the number of a resident."""
    person = Person.objects.select_related("party").get(pk=world.citizen.person_id)
    profiles.keep_document(person.party, parse_identity(IdentityKind.CITIZEN_ID, NUMBER), source=Source.VNEID)
    assert person.full_name == NAME


def inquiry(purpose: str = "VERIFY_IDENTITY", fields: Any = ("FULL_NAME", "ISSUED_ON"), reason: str = WHY) -> Inquiry:
    return Inquiry(purpose, list(fields), reason)


def ask(by: Principal, dossier: Dossier, **changes: Any) -> Answered:
    return services.query_population(by, dossier.pk, inquiry(**changes))


def test_an_officer_with_the_dossier_gets_what_was_asked_and_everything_is_on_record(
    world: World, population: PopulationRegister
):
    dossier = world.submitted(FREE)

    answered = ask(world.reception, dossier)

    assert answered.outcome is QueryOutcome.FOUND
    assert answered.values == {PopulationField.FULL_NAME: NAME, PopulationField.ISSUED_ON: "10/05/2021"}
    [row] = PopulationQuery.objects.all()
    assert (row.account_id, row.subject_code, row.person_id) == (
        world.reception.account_id,
        dossier.code,
        world.citizen.person_id,
    )
    assert (row.purpose, row.reason, row.fields, row.outcome) == (
        "VERIFY_IDENTITY",
        WHY,
        ["FULL_NAME", "ISSUED_ON"],
        "FOUND",
    )
    [entry] = AuditEntry.objects.filter(action="population.query")
    assert (entry.actor_id, entry.actor_role, entry.outcome) == (str(world.reception.account_id), "RECEPTION", "done")
    assert (entry.subject_kind, entry.subject_id) == ("dossier", str(dossier.pk))
    assert entry.details == {
        "query": str(row.pk),
        "purpose": "VERIFY_IDENTITY",
        "fields": ["FULL_NAME", "ISSUED_ON"],
    }
    [question] = population.asked
    assert (question["MaYeuCau"], question["MaCanBo"]) == (str(row.pk), str(world.reception.account_id))
    assert (question["MaHoSo"], question["HoVaTen"]) == (dossier.code, "NGUYENVANAN")
    assert question["TruongThongTin"] == ["HoVaTen", "NgayCap"]
    assert "10/05/2021" not in str(list(PopulationQuery.objects.values())) + str(entry.details)


@pytest.mark.requirement("IDN-12")
def test_without_a_dossier_in_hand_nothing_is_asked_and_the_audit_shows_who_when_why_and_which_fields(
    world: World, population: PopulationRegister
):
    dossier, finished = world.submitted(FREE), in_state(world, State.RESOLVED)
    taken = world.in_process(FREE)
    colleague = officer("PROCESSOR", world.commune, "Người khác")

    refused = [
        (world.reception, uuid4()),
        (world.stranger, dossier.pk),
        (world.monitor, dossier.pk),
        (world.approver, dossier.pk),
        (world.citizen, dossier.pk),
        (world.processor, finished.pk),
    ]
    for who, dossier_id in refused:
        with pytest.raises(AccessDenied) as refusal:
            services.query_population(who, dossier_id, inquiry())
        assert refusal.value.status == 403
    taken.tasks.filter(closed_at__isnull=True).update(assignee_id=world.processor.account_id)
    with pytest.raises(AccessDenied):
        ask(colleague, taken)
    assert PopulationQuery.objects.count() == 0
    assert population.asked == []

    moment = clock.now() - timedelta(seconds=100)
    with clock.travel(moment):
        answered = ask(world.processor, taken)
    reader = officer("SEC_OFFICER", world.province)

    assert set(answered.values) == {PopulationField.FULL_NAME, PopulationField.ISSUED_ON}
    [shown] = queries.journal(reader).rows
    assert (shown.account.display_name, shown.reason, shown.fields) == ("Phạm Văn Xử", WHY, ["FULL_NAME", "ISSUED_ON"])
    assert (shown.asked_at, shown.subject_code, shown.purpose) == (moment, taken.code, "VERIFY_IDENTITY")
    [entry] = AuditEntry.objects.filter(action="population.query", outcome="done")
    assert (entry.actor_id, entry.occurred_at) == (str(world.processor.account_id), moment)
    assert (entry.details["purpose"], entry.details["fields"]) == ("VERIFY_IDENTITY", ["FULL_NAME", "ISSUED_ON"])
    assert queries.journal(world.monitor).rows == []
    assert queries.journal(officer("SEC_OFFICER", world.other_commune)).rows == []


def test_the_reason_must_say_something_and_purpose_and_fields_be_chosen(world: World, population: PopulationRegister):
    dossier = world.submitted(FREE)

    for reason in (
        "",
        "   ",
        "kiểm tra",
        "abcdefghijklmnopqrst",
        "kiểm tra kiểm tra kiểm tra",
        "1234567890 12345 67890",
    ):
        with pytest.raises(Invalid) as refusal:
            ask(world.reception, dossier, reason=reason)
        assert [item.field for item in refusal.value.errors] == ["reason"], reason
    with pytest.raises(Invalid) as refusal:
        ask(world.reception, dossier, purpose="CURIOSITY", fields=[], reason="")
    assert [item.field for item in refusal.value.errors] == ["purpose", "fields", "reason"]
    with pytest.raises(Invalid):
        ask(world.reception, dossier, fields=["FULL_NAME", "BLOOD_GROUP"])
    assert population.asked == []


@pytest.mark.parametrize("purpose", list(Purpose))
def test_only_the_fields_of_the_purpose_can_be_asked(world: World, population: PopulationRegister, purpose: Purpose):
    dossier, allowed = world.submitted(FREE), PURPOSES[purpose].fields

    for field in PopulationField:
        if field not in allowed:
            with pytest.raises(AccessDenied) as refusal:
                ask(world.reception, dossier, purpose=purpose.value, fields=[allowed[0].value, field.value])
            assert (refusal.value.code, refusal.value.details["fields"]) == ("FIELD_NOT_ALLOWED", [field.value])
    answered = ask(world.reception, dossier, purpose=purpose.value, fields=[field.value for field in allowed])

    assert answered.outcome is QueryOutcome.FOUND
    assert set(answered.values) == set(allowed)
    assert len(population.asked) == 1


def test_more_than_was_asked_is_not_shown(world: World, population: PopulationRegister):
    population.fault("too_much")

    answered = ask(world.reception, world.submitted(FREE), fields=["FULL_NAME"])

    assert answered.values == {PopulationField.FULL_NAME: NAME}


def test_an_hour_takes_no_more_questions_than_the_policy_allows(world: World, population: PopulationRegister):
    set_value(POPULATION_QUERIES_AN_HOUR.key, 2, actor=Actor.job("test"), reason="kiểm thử")
    dossier = world.submitted(FREE)
    start = clock.now()
    with clock.travel(start):
        ask(world.reception, dossier)
        ask(world.reception, dossier)
        with pytest.raises(DomainError) as refusal:
            ask(world.reception, dossier)
    assert (refusal.value.code, refusal.value.status) == ("TOO_MANY_QUERIES", 429)
    with clock.travel(start):
        ask(world.processor, dossier)
    with clock.travel(start + timedelta(minutes=61)):
        population.move_clock(61 * 60)
        assert ask(world.reception, dossier).outcome is QueryOutcome.FOUND
    assert PopulationQuery.objects.count() == 4


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("unavailable", QueryOutcome.UNAVAILABLE),
        ("garbled", QueryOutcome.UNAVAILABLE),
        ("wrong_signature", QueryOutcome.UNAVAILABLE),
        ("not_found", QueryOutcome.NOT_FOUND),
    ],
)
def test_what_goes_wrong_there_shows_nothing_and_is_on_record(
    world: World, population: PopulationRegister, fault: str, outcome: QueryOutcome
):
    set_value("population.attempts", 1, actor=Actor.job("test"), reason="kiểm thử")
    population.fault(fault)

    answered = ask(world.reception, world.submitted(FREE))

    assert (answered.outcome, answered.values) == (outcome, {})
    [row] = PopulationQuery.objects.all()
    assert (row.outcome, row.answered_at is not None) == (outcome, True)
    assert AuditEntry.objects.filter(action="population.query").count() == 1
    assert OutboundAttempt.objects.filter(partner="population-register").count() == 1


def test_a_register_that_is_down_or_refuses_us_is_told_apart(
    world: World, population: PopulationRegister, settings: Any
):
    dossier = world.submitted(FREE)
    settings.POPULATION_REGISTER_SECRET = "another secret altogether 0123456789"
    assert ask(world.reception, dossier).outcome is QueryOutcome.REFUSED
    settings.POPULATION_REGISTER_URL = "http://127.0.0.1:9"
    assert ask(world.reception, dossier).outcome is QueryOutcome.UNAVAILABLE


def test_one_failed_answer_is_asked_again_as_the_same_question(world: World, population: PopulationRegister):
    population.fault("garbled", times=1)

    answered = ask(world.reception, world.submitted(FREE))

    assert answered.outcome is QueryOutcome.FOUND
    assert len(population.asked) == 1
    assert OutboundAttempt.objects.filter(partner="population-register").count() == 2


def test_whoever_has_no_citizen_number_is_not_asked_about(world: World, population: PopulationRegister):
    IdentityDocument.objects.filter(party_id=world.citizen.party_id).update(replaced_at=clock.now())

    with pytest.raises(Invalid) as refusal:
        ask(world.reception, world.submitted(FREE))

    assert refusal.value.code == "NO_CITIZEN_ID"
    assert (PopulationQuery.objects.count(), population.asked) == (0, [])


def test_what_differs_from_the_form_is_recorded_and_resolved_when_the_register_is_corrected(
    world: World, population: PopulationRegister
):
    dossier = world.submitted(FREE)
    Dossier.objects.filter(pk=dossier.pk).update(
        form={**dossier.form, "applicant_name": NAME, "applicant_identity_issued_on": "2021-05-12"}
    )

    first = ask(world.reception, dossier)
    assert [(row.compared, row.stated_value, row.known_value) for row in first.differences] == [
        ("ISSUED_ON", "2021-05-12", "2021-05-10")
    ]
    population.fault("other_values", values={"NgayCap": "11/05/2021"})
    again = ask(world.reception, dossier)
    assert [row.known_value for row in again.differences] == ["2021-05-11"]
    population.fault("other_values", values={"NgayCap": "12/05/2021"})
    last = ask(world.reception, dossier)

    assert last.differences == []
    [row] = differences.of_subject("dossier", dossier.pk)
    assert (row.register, row.resolution) == ("POPULATION", "AGREES")


def test_what_an_officer_settled_stays_settled_until_the_register_says_something_else(
    world: World, population: PopulationRegister
):
    dossier = world.submitted(FREE)
    Dossier.objects.filter(pk=dossier.pk).update(form={**dossier.form, "applicant_identity_issued_on": "2021-05-12"})
    [row] = [item for item in ask(world.reception, dossier).differences if item.compared == "ISSUED_ON"]
    evidence = "Đã đối chiếu thẻ căn cước công dân, bản chính"
    record_correction(world.reception, dossier.pk, row.pk, evidence=evidence)

    assert "ISSUED_ON" not in [item.compared for item in ask(world.reception, dossier).differences]
    population.fault("other_values", values={"NgayCap": "09/09/2020"})
    assert "ISSUED_ON" in [item.compared for item in ask(world.reception, dossier).differences]
    row.refresh_from_db()
    assert (row.resolved_at, row.evidence, row.known_value) == (None, "", str(date(2020, 9, 9)))
