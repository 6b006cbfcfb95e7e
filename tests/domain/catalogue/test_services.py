"""Declared, tested, published, suspended, withdrawn: only these changes exist, each with actor and time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from motcua.domain.catalogue import gate, queries, services
from motcua.domain.catalogue.checks import Fault
from motcua.domain.catalogue.models import Procedure, ProcedureRevision, Service, ServiceRevision
from motcua.domain.catalogue.rules import Act, State
from motcua.domain.organisations.models import Account
from motcua.foundation import clock
from motcua.foundation.errors import AccessDenied, Conflict, Invalid, NotFound
from motcua.foundation.models import AuditEntry, Event
from tests.domain.catalogue import factories as make
from tests.domain.catalogue.demo import PROCEDURES, SERVICES
from tests.domain.organisations import factories as units
from tests.domain.refusals import refused

pytestmark = pytest.mark.django_db
DEFINITION = SERVICES[make.SERVICE]


def test_a_service_goes_from_declared_over_tested_to_published() -> None:
    ministry = make.ministry()
    service = make.declared_service(ministry)

    direct = refused(lambda: services.publish_revision(ministry.publisher, service.pk))
    services.run_tests(ministry.tester, service.pk)
    revision = services.publish_revision(ministry.publisher, service.pk)

    assert (direct.code, direct.details["state"]) == ("STATE_REFUSES", "DECLARED")
    service.refresh_from_db()
    assert (service.state, revision.number) == (State.PUBLISHED, 1)
    assert queries.current_service(make.SERVICE).definition == DEFINITION
    events = Event.objects.filter(aggregate_id=service.pk).order_by("seq")
    assert [(event.type, event.actor_role) for event in events] == [
        ("service.declared", "CAT_EDITOR"),
        ("service.tested", "CAT_TESTER"),
        ("service.revision_published", "CAT_PUBLISHER"),
        ("service.state_changed", "CAT_PUBLISHER"),
    ]
    assert service.version == 4
    rows = AuditEntry.objects.filter(subject_kind="service", subject_id=make.SERVICE).order_by("id")
    assert [row.action for row in rows] == ["catalogue.declare_service", "catalogue.test", "catalogue.publish"]


def test_a_suspended_service_takes_nothing_new_and_says_why_until_resumed() -> None:
    ministry = make.ministry()
    service = make.published_service(ministry)

    silent = refused(lambda: services.suspend(ministry.publisher, service.pk, reason="  "))
    services.suspend(ministry.publisher, service.pk, reason="Nâng cấp cơ sở dữ liệu hộ tịch")
    closed = refused(lambda: queries.require_submittable(make.SERVICE))
    services.resume(ministry.publisher, service.pk)

    assert (silent.code, silent.field) == ("REASON_REQUIRED", "reason")
    assert (closed.code, closed.details["reason"]) == ("SERVICE_NOT_OPEN", "Nâng cấp cơ sở dữ liệu hộ tịch")
    assert queries.require_submittable(make.SERVICE).state == State.PUBLISHED
    assert queries.current_service(make.SERVICE).state_reason == ""


def test_a_suspended_service_is_mended_behind_closed_doors() -> None:
    ministry = make.ministry()
    service = make.published_service(ministry)
    services.suspend(ministry.publisher, service.pk, reason="Sai mức phí")

    make.publish_next(ministry, service, make.with_fee(DEFINITION, 7000))

    assert refused(lambda: queries.require_submittable(make.SERVICE)).code == "SERVICE_NOT_OPEN"
    services.resume(ministry.publisher, service.pk)
    assert queries.require_submittable(make.SERVICE).definition.fees[0].amount == 7000


def test_a_withdrawn_service_never_comes_back() -> None:
    ministry = make.ministry()
    service = make.published_service(ministry)
    services.withdraw(ministry.publisher, service.pk, reason="Bãi bỏ theo Quyết định 12/QĐ-BTP")

    for act in (
        lambda: services.resume(ministry.publisher, service.pk),
        lambda: services.run_tests(ministry.tester, service.pk),
        lambda: services.publish_revision(ministry.publisher, service.pk),
        lambda: services.suspend(ministry.publisher, service.pk, reason="x"),
        lambda: services.save_draft(ministry.editor, service.pk, DEFINITION),
    ):
        assert refused(act).code in {"STATE_REFUSES", "SERVICE_WITHDRAWN"}
    assert queries.current_service(make.SERVICE).takes_submissions is False


def test_an_edit_of_a_published_service_stays_hidden_until_tested_and_published_again() -> None:
    ministry = make.ministry()
    service = make.published_service(ministry)
    dearer = make.with_fee(DEFINITION, 9000)

    services.save_draft(ministry.editor, service.pk, dearer)
    untested = refused(lambda: services.publish_revision(ministry.publisher, service.pk))
    seen_meanwhile = queries.current_service(make.SERVICE)
    services.run_tests(ministry.tester, service.pk)
    services.save_draft(ministry.editor, service.pk, make.with_fee(DEFINITION, 9500))
    edited_after_test = refused(lambda: services.publish_revision(ministry.publisher, service.pk))
    make.publish_next(ministry, service)

    assert untested.code == edited_after_test.code == "NOT_TESTED"
    assert (seen_meanwhile.number, seen_meanwhile.definition.fees[0].amount) == (1, 8000)
    now = queries.current_service(make.SERVICE)
    assert (now.number, now.definition.fees[0].amount) == (2, 9500)
    assert queries.definition_of(seen_meanwhile.revision_id).fees[0].amount == 8000


def test_a_revision_comes_into_force_on_its_day_and_dates_do_not_overlap() -> None:
    ministry = make.ministry()
    service = make.published_service(ministry)
    next_month = clock.now() + timedelta(days=30)
    services.save_draft(ministry.editor, service.pk, make.with_fee(DEFINITION, 9000))
    services.run_tests(ministry.tester, service.pk)
    services.publish_revision(ministry.publisher, service.pk, valid_from=next_month)
    services.save_draft(ministry.editor, service.pk, make.with_fee(DEFINITION, 10000))
    services.run_tests(ministry.tester, service.pk)

    overlapping = refused(
        lambda: services.publish_revision(ministry.publisher, service.pk, valid_from=next_month - timedelta(days=1))
    )

    assert overlapping.code == "OVERLAPPING_DATES"
    assert queries.current_service(make.SERVICE).definition.fees[0].amount == 8000
    with clock.travel(next_month + timedelta(seconds=1)):
        assert queries.current_service(make.SERVICE).definition.fees[0].amount == 9000


def test_a_definition_with_faults_is_refused_with_every_fault_named() -> None:
    ministry = make.ministry()
    service = make.declared_service(ministry)
    broken = msgspec.structs.replace(
        DEFINITION, process=DEFINITION.process[:-1], cut_off="25:00", fees=DEFINITION.fees * 2
    )
    services.save_draft(ministry.editor, service.pk, broken)

    refusal = refused(lambda: services.run_tests(ministry.tester, service.pk))

    assert isinstance(refusal, Invalid)
    assert refusal.code == "SERVICE_NOT_READY"
    assert {error.code for error in refusal.errors} == {
        "NO_RETURN_OUTSIDE_THE_LIMIT", "CUT_OFF_MALFORMED", "FEE_CODE_TWICE",
    }  # fmt: skip
    service.refresh_from_db()
    assert service.state == State.DECLARED


def test_a_later_rooms_check_keeps_a_service_from_being_published(monkeypatch: pytest.MonkeyPatch) -> None:
    ministry = make.ministry()
    service = make.declared_service(ministry)
    seen: list[str] = []

    def shadow(candidate: gate.Candidate) -> list[Fault]:
        seen.append(candidate.service_code)
        return [Fault("SHADOW_DOSSIER_STUCK", "process", "Hồ sơ thử không đi hết quy trình.")]

    checks = dict(gate.publishing_checks.items())
    monkeypatch.setattr(gate.publishing_checks, "_items", checks | {"shadow": shadow})

    refusal = refused(lambda: services.run_tests(ministry.tester, service.pk))

    assert [error.code for error in refusal.errors] == ["SHADOW_DOSSIER_STUCK"]
    assert seen == [make.SERVICE]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE catalogue_servicerevision SET definition = '{}' WHERE id = %s",
        "UPDATE catalogue_servicerevision SET valid_from = now() WHERE id = %s",
        "UPDATE catalogue_servicerevision SET published_at = NULL, valid_from = NULL WHERE id = %s",
        "UPDATE catalogue_servicerevision SET number = 7 WHERE id = %s",
        "DELETE FROM catalogue_servicerevision WHERE id = %s",
    ],
)
def test_a_published_revision_cannot_be_changed_even_by_direct_sql(change: str) -> None:
    ministry = make.ministry()
    make.published_service(ministry)
    revision = ServiceRevision.objects.get()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change, [revision.pk])

    assert ServiceRevision.objects.filter(pk=revision.pk, digest=revision.digest, number=1).exists()


def test_a_procedures_text_cannot_be_changed_even_by_direct_sql() -> None:
    make.public_procedure(make.ministry())

    for change in ("UPDATE catalogue_procedurerevision SET name = 'x'", "DELETE FROM catalogue_procedurerevision"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)

    assert ProcedureRevision.objects.get().name == PROCEDURES[make.CODE].name


def test_the_database_itself_refuses_what_the_catalogue_never_means() -> None:
    ministry = make.ministry()
    service = make.published_service(ministry)
    service_rows, procedure_rows = Service.objects.filter(pk=service.pk), Procedure.objects.all()

    for broken in (
        lambda: service_rows.update(state="OPEN"),
        lambda: service_rows.update(state="SUSPENDED"),
        lambda: service_rows.update(code="2.000635"),
        lambda: procedure_rows.update(code="2.00063X"),
        lambda: procedure_rows.update(state="WITHDRAWN"),
        lambda: Service.objects.create(procedure=service.procedure, code=service.code, created_at=clock.now()),
        lambda: _draft_like(service, tested_at=None, published_at=clock.now(), valid_from=clock.now()),
        lambda: _draft_like(service, tested_at=clock.now(), published_at=clock.now(), valid_from=None),
        lambda: _draft_like(service, minimum_identity_level=3),
        lambda: _draft_like(service, online_level="MOST"),
        lambda: _draft_like(service, receiving_level="DISTRICT"),
        lambda: _draft_like(service, number=1),
        lambda: (_draft_like(service, number=2), _draft_like(service, number=3)),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


def _draft_like(service: Service, **changed: object) -> ServiceRevision:
    like = ServiceRevision.objects.filter(service=service, number=1).values().get()
    wanted = like | {"number": 2, "tested_at": None, "published_at": None, "valid_from": None} | changed
    del wanted["id"]
    return ServiceRevision.objects.create(**wanted)


def test_a_service_belongs_to_a_known_procedure_and_its_code_is_its_own() -> None:
    ministry = make.ministry()
    make.declared_service(ministry)

    unknown = refused(lambda: services.declare_service(ministry.editor, "1.999999.01", DEFINITION))
    again = refused(lambda: services.declare_service(ministry.editor, make.SERVICE, DEFINITION))
    malformed = refused(lambda: services.declare_service(ministry.editor, "2.000635", DEFINITION))
    procedure_again = refused(lambda: make.declared_procedure(ministry))

    assert isinstance(unknown, NotFound)
    assert (unknown.code, again.code) == ("PROCEDURE_UNKNOWN", "SERVICE_EXISTS")
    assert malformed.code == "SERVICE_CODE_MALFORMED"
    assert (type(procedure_again), procedure_again.code) == (Conflict, "PROCEDURE_EXISTS")


def test_no_service_goes_public_before_its_procedure() -> None:
    ministry = make.ministry()
    make.declared_procedure(ministry)
    service = services.declare_service(ministry.editor, make.SERVICE, DEFINITION)
    services.run_tests(ministry.tester, service.pk)

    refusal = refused(lambda: services.publish_revision(ministry.publisher, service.pk))

    assert refusal.code == "PROCEDURE_NOT_PUBLIC"


def test_every_command_is_refused_to_another_ministry_and_to_the_wrong_role() -> None:
    ministry, other = make.ministry(), make.ministry()
    service = make.published_service(ministry)
    procedure = service.procedure
    text = PROCEDURES[make.CODE].text()
    commands: list[tuple[Account, Callable[[Account], object]]] = [
        (ministry.tester, lambda who: services.declare_procedure(who, "1.000001", text, owner_id=ministry.unit.pk)),
        (ministry.editor, lambda who: services.revise_procedure(who, procedure.pk, text)),
        (ministry.editor, lambda who: services.change_procedure_state(who, procedure.pk, Act.SUSPEND, reason="x")),
        (ministry.tester, lambda who: services.declare_service(who, f"{make.CODE}.02", DEFINITION)),
        (ministry.tester, lambda who: services.save_draft(who, service.pk, DEFINITION)),
        (ministry.publisher, lambda who: services.run_tests(who, service.pk)),
        (ministry.tester, lambda who: services.publish_revision(who, service.pk)),
        (ministry.editor, lambda who: services.suspend(who, service.pk, reason="x")),
        (ministry.editor, lambda who: services.resume(who, service.pk)),
        (ministry.editor, lambda who: services.withdraw(who, service.pk, reason="x")),
    ]
    strangers = [other.editor, other.tester, other.publisher, units.person(), units.holder("MONITOR", ministry.unit)]

    for wrong_role, command in commands:
        for account in [wrong_role, *strangers]:
            assert isinstance(refused(lambda command=command, account=account: command(account)), AccessDenied)


def test_a_new_text_of_a_procedure_keeps_the_old_one() -> None:
    ministry = make.ministry()
    procedure = make.public_procedure(ministry)
    text = msgspec.structs.replace(PROCEDURES[make.CODE].text(), fee_text="9.000 đồng/bản")

    services.revise_procedure(ministry.publisher, procedure.pk, text)

    assert queries.service_page(make.CODE).text.fee_text == "9.000 đồng/bản"
    assert [row.number for row in procedure.revisions.order_by("number")] == [1, 2]
    later = clock.now() + timedelta(days=9)
    services.revise_procedure(ministry.publisher, procedure.pk, text, valid_from=later)
    overlap = refused(lambda: services.revise_procedure(ministry.publisher, procedure.pk, text, valid_from=later))
    assert overlap.code == "OVERLAPPING_DATES"
