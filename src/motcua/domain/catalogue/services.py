"""Commands on the catalogue. The only code that writes it, the importer's set-based path apart (importing.py).

Every command: load and lock → check the right → look the change up → write state, events, audit → return.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.catalogue import events, gate, journal, rules
from motcua.domain.catalogue.definition import (
    ProcedureDefinition,
    ServiceDefinition,
    document,
    encode,
    service_from,
)
from motcua.domain.catalogue.models import Procedure, ProcedureRevision, Service, ServiceRevision
from motcua.domain.catalogue.rules import Act, State
from motcua.domain.organisations.access import Acting, Place, require
from motcua.domain.organisations.separation import refuse_own_work
from motcua.foundation import clock
from motcua.foundation.actor import Actor
from motcua.foundation.codes import parse_procedure_code, parse_service_code, procedure_of
from motcua.foundation.errors import Conflict, Invalid, NotFound


def digest(definition: ProcedureDefinition | ServiceDefinition) -> str:
    """SHA-256 of the canonical text: equal content, equal digest."""
    return hashlib.sha256(encode(definition)).hexdigest()


@transaction.atomic
def declare_procedure(
    acting: Acting, code: str, definition: ProcedureDefinition, *, owner_id: int, field_id: int | None = None
) -> Procedure:
    """Brings a procedure into the catalogue with its first text; nobody outside sees it before it is published.

    Rules: only the owning ministry's editors (CAT-26); the code is national and new (CAT-01).
    Raises AccessDenied, Invalid (PROCEDURE_CODE_MALFORMED, NAME_MISSING), Conflict (PROCEDURE_EXISTS).
    """
    actor = require(acting, "catalogue.edit", Place(owner_id, field_id))
    return install_procedure(actor, code, definition, owner_id=owner_id, field_id=field_id, source="editor")


def install_procedure(
    actor: Actor,
    code: str,
    definition: ProcedureDefinition,
    *,
    owner_id: int | None,
    field_id: int | None,
    source: str,
) -> Procedure:
    """`declare_procedure` without an editor: the installation's demonstration data. In the caller's transaction."""
    code = parse_procedure_code(code)
    if not definition.name.strip():
        raise Invalid("NAME_MISSING", _("Thủ tục phải có tên."), field="name")
    if Procedure.objects.filter(code=code).exists():
        raise Conflict("PROCEDURE_EXISTS", _("Mã thủ tục này đã có."), field="code")
    procedure = Procedure.objects.create(code=code, owner_id=owner_id, field_id=field_id, created_at=clock.now())
    revision = _write_procedure_text(procedure, 1, definition, clock.now(), source)
    bodies = [
        events.ProcedureDeclared(code=code),
        events.ProcedureRevised(code=code, number=1, valid_from=revision.valid_from),
    ]
    journal.record(actor, "catalogue.declare_procedure", procedure, bodies)
    return procedure


@transaction.atomic
def revise_procedure(
    acting: Acting, procedure_id: UUID, definition: ProcedureDefinition, *, valid_from: datetime | None = None
) -> ProcedureRevision:
    """Gives a procedure a new text, in force from `valid_from` (default: now). The old texts stay as they were.

    Raises AccessDenied, NotFound, Conflict (OVERLAPPING_DATES: not after the latest text's beginning, CAT-14).
    """
    procedure = _locked_procedure(procedure_id)
    actor = require(acting, "catalogue.publish", procedure)
    latest = procedure.revisions.order_by("-number")[0]
    start = _beginning(valid_from, latest.valid_from)
    revision = _write_procedure_text(procedure, latest.number + 1, definition, start, "editor")
    body = events.ProcedureRevised(code=procedure.code, number=revision.number, valid_from=start)
    journal.record(actor, "catalogue.revise_procedure", procedure, [body], {"number": revision.number})
    return revision


@transaction.atomic
def change_procedure_state(acting: Acting, procedure_id: UUID, act: Act, *, reason: str = "") -> Procedure:
    """Publishes, suspends, resumes or withdraws a procedure's public text; who wrote it does not publish it (ACC-16).

    Raises AccessDenied (also OWN_WORK), NotFound, Conflict (STATE_REFUSES), Invalid (REASON_REQUIRED).
    """
    procedure = _locked_procedure(procedure_id)
    actor = require(acting, "catalogue.publish", procedure)
    if act is Act.PUBLISH:
        refuse_own_work(acting, "catalogue.publish", journal.makers_of_text(procedure), ("procedure", procedure.code))
    move_procedure(actor, procedure, act, reason)
    return procedure


def move_procedure(actor: Actor, procedure: Procedure, act: Act, reason: str = "") -> None:
    """The change itself, in the caller's transaction that holds the row."""
    edge = _edge(rules.procedure_edge(procedure.state, act), procedure.state, act, reason)
    before, procedure.state, procedure.state_reason = procedure.state, edge.target.value, reason.strip()
    Procedure.objects.filter(pk=procedure.pk).update(state=procedure.state, state_reason=procedure.state_reason)
    body = events.ProcedureStateChanged(
        code=procedure.code, before=before, after=procedure.state, reason=procedure.state_reason
    )
    journal.record(actor, f"catalogue.{act.value}_procedure", procedure, [body], {"before": before})


@transaction.atomic
def declare_service(acting: Acting, code: str, definition: ServiceDefinition) -> Service:
    """Brings a service into the catalogue with its first draft (khai báo).

    Rules: its own code, unique, under exactly one existing procedure (CAT-02); the owning ministry's editors (CAT-26).
    Raises AccessDenied, Invalid (SERVICE_CODE_MALFORMED), NotFound (PROCEDURE_UNKNOWN), Conflict (SERVICE_EXISTS).
    """
    procedure = Procedure.objects.filter(code=procedure_of(code)).first()
    if procedure is None:
        raise NotFound("PROCEDURE_UNKNOWN", _("Chưa có thủ tục hành chính mang mã này."), field="code")
    return install_service(require(acting, "catalogue.edit", procedure), procedure, code, definition)


def install_service(actor: Actor, procedure: Procedure, code: str, definition: ServiceDefinition) -> Service:
    """`declare_service` without an editor, in the caller's transaction."""
    code = parse_service_code(code)
    if Service.objects.filter(code=code).exists():
        raise Conflict("SERVICE_EXISTS", _("Mã dịch vụ công này đã có."), field="code")
    service = Service.objects.create(procedure=procedure, code=code, created_at=clock.now())
    _write_draft(service, definition)
    journal.record(
        actor,
        "catalogue.declare_service",
        service,
        [events.ServiceDeclared(code=code, procedure_code=procedure.code)],
    )
    return service


@transaction.atomic
def save_draft(acting: Acting, service_id: UUID, definition: ServiceDefinition) -> ServiceRevision:
    """Writes the draft revision, making one if there is none; citizens keep the published one (CAT-05).

    Any edit empties the mark of the tests. Raises AccessDenied, NotFound, Conflict (SERVICE_WITHDRAWN).
    """
    service = _locked_service(service_id)
    actor = require(acting, "catalogue.edit", service)
    if service.state == State.WITHDRAWN:
        raise Conflict("SERVICE_WITHDRAWN", _("Dịch vụ công đã bị bãi bỏ."))
    draft = _write_draft(service, definition)
    if service.state == State.TESTED:
        Service.objects.filter(pk=service.pk).update(state=State.DECLARED.value)
    body = events.ServiceDraftSaved(code=service.code, number=draft.number)
    journal.record(actor, "catalogue.save_draft", service, [body], {"number": draft.number})
    return draft


@transaction.atomic
def run_tests(acting: Acting, service_id: UUID) -> ServiceRevision:
    """Puts the draft through every publishing check and marks it tested (kiểm thử).

    Raises AccessDenied, NotFound, Conflict (STATE_REFUSES, NO_DRAFT), Invalid (SERVICE_NOT_READY, all faults at once).
    """
    service = _locked_service(service_id)
    return pass_tests(require(acting, "catalogue.test", service), service)


def pass_tests(actor: Actor, service: Service) -> ServiceRevision:
    """The test itself, in the caller's transaction that holds the row."""
    edge = _edge(rules.edge(service.state, Act.TEST), service.state, Act.TEST, "")
    draft = _draft(service)
    gate.require_ready(_candidate(service, draft))
    draft.tested_at = clock.now()
    draft.save(update_fields=["tested_at"])
    service.state = edge.target.value
    Service.objects.filter(pk=service.pk).update(state=service.state)
    body = events.ServiceTested(code=service.code, number=draft.number)
    journal.record(actor, "catalogue.test", service, [body], {"number": draft.number})
    return draft


@transaction.atomic
def publish_revision(acting: Acting, service_id: UUID, *, valid_from: datetime | None = None) -> ServiceRevision:
    """Publishes the tested draft, in force from `valid_from` (default: now). From here on it never changes.

    Raises AccessDenied (also OWN_WORK: who wrote the draft does not publish it, ACC-16), NotFound, Conflict
    (STATE_REFUSES, NO_DRAFT, NOT_TESTED, PROCEDURE_NOT_PUBLIC,
    OVERLAPPING_DATES), Invalid (SERVICE_NOT_READY: a check that passed before fails now).
    """
    service = _locked_service(service_id)
    actor = require(acting, "catalogue.publish", service)
    refuse_own_work(acting, "catalogue.publish", journal.makers_of_draft(service), ("service", service.code))
    return publish(actor, service, valid_from)


def publish(actor: Actor, service: Service, valid_from: datetime | None = None) -> ServiceRevision:
    """The publication itself, in the caller's transaction that holds the row."""
    edge = _edge(rules.edge(service.state, Act.PUBLISH), service.state, Act.PUBLISH, "")
    draft = _draft(service)
    if draft.tested_at is None:
        raise Conflict("NOT_TESTED", _("Phiên bản này chưa được kiểm thử."))
    if service.procedure.state != State.PUBLISHED:
        raise Conflict("PROCEDURE_NOT_PUBLIC", _("Thủ tục hành chính của dịch vụ chưa được công khai."))
    gate.require_ready(_candidate(service, draft))
    before = ServiceRevision.objects.filter(service=service, published_at__isnull=False).order_by("-number").first()
    draft.published_at = clock.now()
    draft.valid_from = _beginning(valid_from, before.valid_from if before else None)
    draft.save(update_fields=["published_at", "valid_from"])
    bodies: list[events.EventBody] = [
        events.ServiceRevisionPublished(
            code=service.code, revision_id=draft.pk, number=draft.number, valid_from=draft.valid_from
        )
    ]
    if service.state != edge.target:
        bodies.append(events.ServiceStateChanged(code=service.code, before=service.state, after=edge.target.value))
        service.state = edge.target.value
        Service.objects.filter(pk=service.pk).update(state=service.state)
    journal.record(actor, "catalogue.publish", service, bodies, {"number": draft.number, "digest": draft.digest})
    return draft


@transaction.atomic
def suspend(acting: Acting, service_id: UUID, *, reason: str) -> Service:
    """Stops new submissions with a reason that people read; running dossiers go on (CAT-03).

    Raises AccessDenied, NotFound, Conflict (STATE_REFUSES), Invalid (REASON_REQUIRED).
    """
    return _change_state(acting, service_id, Act.SUSPEND, reason)


@transaction.atomic
def resume(acting: Acting, service_id: UUID) -> Service:
    """Takes submissions again. Raises AccessDenied, NotFound, Conflict (STATE_REFUSES)."""
    return _change_state(acting, service_id, Act.RESUME, "")


@transaction.atomic
def withdraw(acting: Acting, service_id: UUID, *, reason: str) -> Service:
    """Ends a service for good (bãi bỏ); running dossiers go on under their revision.

    Raises AccessDenied, NotFound, Conflict (STATE_REFUSES), Invalid (REASON_REQUIRED).
    """
    return _change_state(acting, service_id, Act.WITHDRAW, reason)


def _change_state(acting: Acting, service_id: UUID, act: Act, reason: str) -> Service:
    service = _locked_service(service_id)
    actor = require(acting, "catalogue.publish", service)
    edge = _edge(rules.edge(service.state, act), service.state, act, reason)
    before, service.state, service.state_reason = service.state, edge.target.value, reason.strip()
    Service.objects.filter(pk=service.pk).update(state=service.state, state_reason=service.state_reason)
    body = events.ServiceStateChanged(
        code=service.code, before=before, after=service.state, reason=service.state_reason
    )
    journal.record(actor, f"catalogue.{act.value}", service, [body], {"before": before})
    return service


def _edge(edge: rules.Edge | None, state: str, act: Act, reason: str) -> rules.Edge:
    if edge is None:
        raise Conflict(
            "STATE_REFUSES",
            _("Trạng thái hiện tại không cho phép thao tác này."),
            details={"state": state, "act": act.value},
        )
    if edge.reason_needed and not reason.strip():
        raise Invalid("REASON_REQUIRED", _("Vui lòng nêu lý do."), field="reason")
    return edge


def _beginning(wanted: datetime | None, latest: datetime | None) -> datetime:
    """When a new text comes into force: not in the past, and after the latest one's beginning."""
    start = max(wanted, clock.now()) if wanted else clock.now()
    if latest is not None and start <= latest:
        raise Conflict(
            "OVERLAPPING_DATES",
            _("Ngày hiệu lực phải sau ngày hiệu lực của phiên bản gần nhất."),
            field="valid_from",
            details={"latest": latest.isoformat()},
        )
    return start


def _locked_procedure(procedure_id: UUID) -> Procedure:
    procedure = Procedure.objects.select_for_update().filter(pk=procedure_id).first()
    if procedure is None:
        raise NotFound("PROCEDURE_NOT_FOUND", _("Không tìm thấy thủ tục hành chính."))
    return procedure


def _locked_service(service_id: UUID) -> Service:
    found = Service.objects.select_for_update(of=("self",)).select_related("procedure").filter(pk=service_id).first()
    if found is None:
        raise NotFound("SERVICE_NOT_FOUND", _("Không tìm thấy dịch vụ công."))
    return found


def _draft(service: Service) -> ServiceRevision:
    draft = ServiceRevision.objects.filter(service=service, published_at__isnull=True).first()
    if draft is None:
        raise Conflict("NO_DRAFT", _("Dịch vụ công không có phiên bản đang soạn."))
    return draft


def _candidate(service: Service, draft: ServiceRevision) -> gate.Candidate:
    return gate.Candidate(service.pk, service.code, draft.pk, service_from(draft.definition))


def _write_procedure_text(
    procedure: Procedure, number: int, definition: ProcedureDefinition, valid_from: datetime, source: str
) -> ProcedureRevision:
    return ProcedureRevision.objects.create(
        procedure=procedure,
        number=number,
        name=definition.name,
        definition=document(definition),
        digest=digest(definition),
        source=source,
        valid_from=valid_from,
        recorded_at=clock.now(),
    )


def _write_draft(service: Service, definition: ServiceDefinition) -> ServiceRevision:
    latest = ServiceRevision.objects.filter(service=service).order_by("-number").first()
    draft = latest if latest and latest.published_at is None else None
    number = draft.number if draft else (latest.number if latest else 0) + 1
    values = {
        "number": number,
        "name": definition.name,
        "online_level": definition.online_level.value,
        "receiving_level": definition.receiving_level.value,
        "minimum_identity_level": definition.minimum_identity_level,
        "audience": [item.value for item in definition.audience],
        "channels": [item.value for item in definition.channels],
        "definition": document(definition),
        "digest": digest(definition),
        "saved_at": clock.now(),
        "tested_at": None,
    }
    if draft is None:
        return ServiceRevision.objects.create(service=service, **values)
    for name, value in values.items():
        setattr(draft, name, value)
    draft.save(update_fields=list(values))
    return draft
