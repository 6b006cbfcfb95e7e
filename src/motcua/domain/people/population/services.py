"""Asking the population register for a dossier in an officer's hands (IDN-12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.queries import commune_code_of
from motcua.domain.people.differences.models import IdentityDifference
from motcua.domain.people.differences.rules import ComparedField
from motcua.domain.people.differences.services import Subject, compare_with_register
from motcua.domain.people.models import IdentityDocument, Person
from motcua.domain.people.policies import POPULATION_QUERIES_AN_HOUR, POPULATION_REASON_LETTERS
from motcua.domain.people.population import register
from motcua.domain.people.population.models import PopulationQuery
from motcua.domain.people.population.register import Question, Told
from motcua.domain.people.population.rules import (
    PopulationField,
    Purpose,
    QueryOutcome,
    comparable,
    is_substantive,
    outside_purpose,
)
from motcua.domain.people.rules import split_address
from motcua.foundation import audit, clock
from motcua.foundation.actor import Actor
from motcua.foundation.errors import AccessDenied, DomainError, FieldError, Invalid
from motcua.foundation.identifiers import IdentityKind
from motcua.foundation.text import normalise_line

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What an officer wants to know, as they said it: codes of a purpose and of facts, and the reason in words."""

    purpose: str
    fields: Sequence[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """The dossier it is asked for: its reference, where it is held, its service, its owner and what its form states."""

    subject: Subject
    holding_unit_id: int
    holding_unit_code: str
    service_code: str
    owner_party_id: UUID
    account_id: UUID
    stated: Mapping[ComparedField, str]


@dataclass(frozen=True, slots=True)
class Answered:
    """The register's answer, for one look: it is not kept. `differences` are those open on the dossier now."""

    query: PopulationQuery
    outcome: QueryOutcome
    values: Mapping[PopulationField, str]
    differences: Sequence[IdentityDifference]


def ask(actor: Actor, officer_id: UUID, occasion: Occasion, inquiry: Inquiry) -> Answered:
    """Asks the register one question and compares its answer with the form.

    The caller has checked that the dossier is in the officer's hands.

    - the purpose is one of the table, the reason says something, every fact belongs to the purpose;
    - an officer asks no more often than the policy allows;
    - the question is on record, with its audit row, before it is sent, whatever comes of it;
    - the answer is shown and not kept; only where it differs from the form, both values are.

    Raises Invalid, AccessDenied (FIELD_NOT_ALLOWED), DomainError (TOO_MANY_QUERIES, 429; POPULATION_UNAVAILABLE, 503).
    Call it outside a transaction.
    """
    purpose, fields, reason = _checked(inquiry)
    person = _person_of(occasion)
    number = _citizen_id(person)
    query = _open(actor, officer_id, occasion, person, purpose, fields, reason)
    told = register.ask(
        Question(
            id=query.pk,
            officer=str(officer_id),
            unit=occasion.holding_unit_code,
            dossier=occasion.subject.code,
            service=occasion.service_code,
            purpose=purpose,
            citizen_id=number,
            full_name=person.full_name,
            birth_year=person.birth_date.year if person.birth_date else None,
            fields=fields,
        )
    )
    return _close(query, occasion, told)


def _checked(inquiry: Inquiry) -> tuple[Purpose, list[PopulationField], str]:
    reason = normalise_line(inquiry.reason)
    asked = {PopulationField(field) for field in inquiry.fields if field in set(PopulationField)}
    errors: list[FieldError] = []
    if inquiry.purpose not in set(Purpose):
        errors.append(FieldError("purpose", "PURPOSE_REQUIRED", _("Phải chọn mục đích khai thác.")))
    if not asked or len(asked) < len(set(inquiry.fields)):
        errors.append(FieldError("fields", "FIELDS_REQUIRED", _("Phải chọn ít nhất một thông tin cần khai thác.")))
    if not is_substantive(reason, POPULATION_REASON_LETTERS.get()) or len(reason) > LONGEST_REASON:
        errors.append(FieldError("reason", "REASON_REQUIRED", _("Phải nêu rõ lý do khai thác cho hồ sơ này.")))
    if errors:
        raise Invalid("POPULATION_QUERY", _("Yêu cầu khai thác dữ liệu dân cư chưa đầy đủ."), errors=errors)
    purpose = Purpose(inquiry.purpose)
    outside = outside_purpose(purpose, asked)
    if outside:
        raise AccessDenied(
            "FIELD_NOT_ALLOWED",
            _("Thông tin này nằm ngoài phạm vi được khai thác cho mục đích đã chọn."),
            details={"action": "population.query", "fields": [field.value for field in outside]},
        )
    return purpose, [field for field in PopulationField if field in asked], reason


def _person_of(occasion: Occasion) -> Person:
    """Of whom is asked: the dossier's owner, for an organisation whoever submitted in its name."""
    person = Person.objects.filter(pk=occasion.owner_party_id).first()
    person = person or Person.objects.filter(account_id=occasion.account_id).first()
    if person is None:
        raise Invalid("NO_CITIZEN_ID", _("Hồ sơ không có người nộp là công dân để đối chiếu."))
    return person


def _citizen_id(person: Person) -> str:
    """The citizen number in force. Raises Invalid (NO_CITIZEN_ID): the register knows nobody by a passport."""
    current = IdentityDocument.objects.filter(
        party_id=person.pk, kind=IdentityKind.CITIZEN_ID.value, replaced_at__isnull=True
    )
    number = current.values_list("number", flat=True).first()
    if number is None:
        raise Invalid(
            "NO_CITIZEN_ID",
            _("Người nộp hồ sơ không có số định danh cá nhân nên không có trong dữ liệu dân cư."),
            what_next=_("Ông/Bà đối chiếu bản chính giấy tờ của người nộp."),
        )
    return number


@transaction.atomic
def _open(
    actor: Actor,
    officer_id: UUID,
    occasion: Occasion,
    person: Person,
    purpose: Purpose,
    fields: Sequence[PopulationField],
    reason: str,
) -> PopulationQuery:
    """Puts the question on record. Two at once by one officer wait for each other, so that the limit holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"population\x1f{officer_id}"])
    now = clock.now()
    lately = PopulationQuery.objects.filter(account_id=officer_id, asked_at__gt=now - timedelta(hours=1)).count()
    if lately >= POPULATION_QUERIES_AN_HOUR.get():
        raise DomainError(
            "TOO_MANY_QUERIES",
            _("Ông/Bà đã khai thác dữ liệu dân cư quá số lần cho phép trong một giờ."),
            status=429,
            what_next=_("Ông/Bà thử lại sau, hoặc báo cáo người phụ trách nếu công việc cần nhiều hơn."),
        )
    subject = occasion.subject
    query = PopulationQuery.objects.create(
        account_id=officer_id,
        unit_id=occasion.holding_unit_id,
        field_id=subject.field_id,
        subject_kind=subject.kind,
        subject_id=subject.id,
        subject_code=subject.code,
        person=person,
        purpose=purpose.value,
        reason=reason,
        fields=[field.value for field in fields],
        asked_at=now,
    )
    details = {"query": str(query.pk), "purpose": purpose.value, "fields": [field.value for field in fields]}
    audit.record(actor, "population.query", (subject.kind, str(subject.id)), details=details)
    return query


@transaction.atomic
def _close(query: PopulationQuery, occasion: Occasion, told: Told) -> Answered:
    """Notes what came of the question and what differs from the form."""
    query.outcome, query.answered_at = told.outcome.value, clock.now()
    query.save(update_fields=["outcome", "answered_at"])
    if told.outcome in {QueryOutcome.REFUSED, QueryOutcome.UNAVAILABLE}:
        return Answered(query, told.outcome, {}, ())
    found = compare_with_register(occasion.subject, query.person_id, occasion.stated, _known(told))
    return Answered(query, told.outcome, told.values, found)


def _known(told: Told) -> dict[ComparedField, str]:
    parts = split_address(told.values.get(PopulationField.PERMANENT_ADDRESS, ""))
    commune = commune_code_of(parts.commune, parts.province)
    return comparable(told.values, register.SEXES) | ({ComparedField.COMMUNE: commune} if commune else {})
