"""Reads of the catalogue for faces and later rooms; each says how many statements it costs.

Definitions of published revisions never change, so each process decodes one once and keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from motcua.domain.catalogue.definition import (
    ProcedureDefinition,
    ServiceDefinition,
    procedure_from,
    service_from,
)
from motcua.domain.catalogue.models import Generation, Procedure, ProcedureRevision, Service, ServiceRevision
from motcua.domain.catalogue.rules import State
from motcua.foundation import clock
from motcua.foundation.codes import parse_procedure_code, parse_service_code
from motcua.foundation.errors import Conflict, NotFound


@dataclass(frozen=True)
class CurrentService:
    """A public service as it stands now; `definition` is that of the revision in force."""

    service_id: UUID
    code: str
    state: str
    state_reason: str
    procedure_id: UUID
    procedure_code: str
    procedure_state: str
    field_id: int | None
    owner_id: int | None
    revision_id: UUID
    number: int
    valid_from: datetime
    definition: ServiceDefinition

    @property
    def takes_submissions(self) -> bool:
        """Whether a dossier may be submitted now (CAT-03)."""
        return self.state == State.PUBLISHED and self.procedure_state == State.PUBLISHED


_definitions: dict[UUID, ServiceDefinition] = {}
_MOST_DEFINITIONS = 20_000


def definitions_of(revision_ids: Iterable[UUID]) -> dict[UUID, ServiceDefinition]:
    """The definitions of published revisions: one statement for those this process has not seen, none for the rest.

    Drafts and unknown ids are left out: only what cannot change may be kept.
    """
    wanted = set(revision_ids)
    missing = wanted - _definitions.keys()
    if missing:
        if len(_definitions) > _MOST_DEFINITIONS:
            _definitions.clear()
            missing = wanted
        rows = ServiceRevision.objects.filter(pk__in=missing, published_at__isnull=False)
        _definitions.update((pk, service_from(said)) for pk, said in rows.values_list("pk", "definition"))
    return {pk: _definitions[pk] for pk in wanted if pk in _definitions}


def definition_of(revision_id: UUID) -> ServiceDefinition:
    """The definition of one published revision, e.g. the one a dossier was submitted under.

    NotFound (REVISION_NOT_FOUND) for a draft or an unknown id.
    """
    found = _definitions.get(revision_id) or definitions_of([revision_id]).get(revision_id)
    if found is None:
        raise NotFound("REVISION_NOT_FOUND", _("Không tìm thấy phiên bản đã công khai của dịch vụ công."))
    return found


_COLUMNS = (
    "pk",
    "code",
    "state",
    "state_reason",
    "procedure_id",
    "procedure__code",
    "procedure__state",
    "procedure__field_id",
    "procedure__owner_id",
    "revision_id",
)


def _in_force() -> QuerySet[ServiceRevision]:
    """The revision in force of the outer service: the latest published one whose time has come."""
    return ServiceRevision.objects.filter(
        service=OuterRef("pk"), published_at__isnull=False, valid_from__lte=clock.now()
    ).order_by("-number")


def _current(**wanted: Any) -> QuerySet[Any, Any]:
    """Services with a revision in force, public or stopped, narrowed by `wanted`, as rows."""
    return (
        Service.objects.filter(
            state__in=[State.PUBLISHED.value, State.SUSPENDED.value, State.WITHDRAWN.value], **wanted
        )
        .annotate(
            revision_id=Subquery(_in_force().values("pk")[:1]),
            revision_number=Subquery(_in_force().values("number")[:1]),
            revision_from=Subquery(_in_force().values("valid_from")[:1]),
        )
        .filter(revision_id__isnull=False)
        .values_list(*_COLUMNS, "revision_number", "revision_from")
    )


def _read(rows: Iterable[tuple[Any, ...]]) -> list[CurrentService]:
    found = list(rows)
    definitions = definitions_of(row[9] for row in found)
    return [CurrentService(*row, definition=definitions[row[9]]) for row in found]


# `_current` for one code, written out: every submission asks it, and building it anew cost more than answering it.
_CURRENT_BY_CODE = """
SELECT service.id, service.code, service.state, service.state_reason, procedure.id, procedure.code, procedure.state,
       procedure.field_id, procedure.owner_id, revision.id, revision.number, revision.valid_from
FROM catalogue_service AS service
JOIN catalogue_procedure AS procedure ON procedure.id = service.procedure_id
CROSS JOIN LATERAL (
    SELECT id, number, valid_from FROM catalogue_servicerevision
    WHERE service_id = service.id AND published_at IS NOT NULL AND valid_from <= %s ORDER BY number DESC LIMIT 1
) AS revision
WHERE service.code = %s AND service.state IN ('PUBLISHED', 'SUSPENDED', 'WITHDRAWN')
"""


def current_service(code: str) -> CurrentService:
    """The service with this code, public or stopped: one statement (one more for a revision not seen yet).

    Invalid (SERVICE_CODE_MALFORMED), NotFound (SERVICE_NOT_FOUND) also for one that was never published.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CURRENT_BY_CODE, [clock.now(), parse_service_code(code)])
        found = _read(cursor.fetchall())
    if not found:
        raise NotFound("SERVICE_NOT_FOUND", _("Không tìm thấy dịch vụ công mang mã này."))
    return found[0]


def require_submittable(code: str) -> CurrentService:
    """`current_service`, or Conflict SERVICE_NOT_OPEN with the reason that people read (CAT-03)."""
    service = current_service(code)
    if not service.takes_submissions:
        raise Conflict(
            "SERVICE_NOT_OPEN",
            _("Dịch vụ công này hiện không tiếp nhận hồ sơ."),
            details={"state": service.state, "reason": service.state_reason},
        )
    return service


@dataclass(frozen=True)
class ServicePage:
    """What the public page of a procedure shows, all from the one catalogue (POR-03).

    `services` are those that can be read in full; without one the page is information only.
    """

    procedure_code: str
    procedure_state: str
    state_reason: str
    valid_from: datetime
    owner_code: str
    owner_name: str
    field_code: str
    field_name: str
    text: ProcedureDefinition
    services: tuple[CurrentService, ...]

    @property
    def submittable(self) -> tuple[CurrentService, ...]:
        """The services that take dossiers now."""
        return tuple(service for service in self.services if service.takes_submissions)


def service_page(code: str) -> ServicePage:
    """The public page of the procedure with this code, or of a service's procedure: two statements.

    Invalid (PROCEDURE_CODE_MALFORMED), NotFound (PROCEDURE_NOT_FOUND) also for one that is not public.
    """
    parts = code.strip().split(".")
    wanted = parse_procedure_code(".".join(parts[:2]))
    text = (
        ProcedureRevision.objects.filter(
            procedure__code=wanted,
            procedure__state__in=[State.PUBLISHED.value, State.SUSPENDED.value, State.WITHDRAWN.value],
            valid_from__lte=clock.now(),
        )
        .select_related("procedure__owner", "procedure__field")
        .order_by("-number")
        .first()
    )
    if text is None:
        raise NotFound("PROCEDURE_NOT_FOUND", _("Không tìm thấy thủ tục hành chính mang mã này."))
    procedure, said = text.procedure, procedure_from(text.definition)
    return ServicePage(
        procedure_code=procedure.code,
        procedure_state=procedure.state,
        state_reason=procedure.state_reason,
        valid_from=text.valid_from,
        owner_code=procedure.owner.code if procedure.owner else said.owner_code,
        owner_name=procedure.owner.name if procedure.owner else said.owner_name,
        field_code=procedure.field.code if procedure.field else said.field_code,
        field_name=procedure.field.name if procedure.field else said.field_name,
        text=said,
        services=tuple(_read(_current(procedure_id=procedure.pk).order_by("code"))),
    )


def submittable_services() -> list[CurrentService]:
    """Every service that takes dossiers now, by code: one statement (one more for revisions not seen yet)."""
    return _read(_current(state=State.PUBLISHED.value, procedure__state=State.PUBLISHED.value).order_by("code"))


def unknown_services(codes: Iterable[str]) -> list[str]:
    """The codes among `codes` that no service has, sorted; one statement."""
    asked = set(codes)
    return sorted(asked - set(Service.objects.filter(code__in=asked).values_list("code", flat=True)))


def procedures_without_service() -> list[tuple[str, str, str | None]]:
    """Public procedures that nobody can submit: code, name, owner's code (CAT-07): one statement."""
    newest = ProcedureRevision.objects.filter(procedure=OuterRef("pk")).order_by("-number")
    rows = (
        Procedure.objects.filter(state=State.PUBLISHED.value)
        .exclude(services__state=State.PUBLISHED.value)
        .annotate(name=Subquery(newest.values("name")[:1]))
        .order_by("code")
        .values_list("code", "name", "owner__code")
    )
    return list(rows)


def generation() -> int:
    """A number that rises with every change of the catalogue, 0 before the first: one statement by key."""
    return Generation.objects.filter(pk=1).values_list("number", flat=True).first() or 0
