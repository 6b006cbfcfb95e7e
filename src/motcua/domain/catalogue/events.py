"""What the catalogue tells later rooms. Aggregates: a procedure, a service."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from motcua.foundation.events import EventBody, event_type


@event_type("procedure.declared", aggregate="procedure")
class ProcedureDeclared(EventBody, frozen=True):
    """A procedure came into the catalogue; nobody outside sees it yet."""

    code: str


@event_type("procedure.revised", aggregate="procedure")
class ProcedureRevised(EventBody, frozen=True):
    """A procedure has a new text, in force from `valid_from`."""

    code: str
    number: int
    valid_from: datetime


@event_type("procedure.state_changed", aggregate="procedure")
class ProcedureStateChanged(EventBody, frozen=True):
    """A procedure was published, suspended, resumed or withdrawn."""

    code: str
    before: str
    after: str
    reason: str = ""


@event_type("service.declared", aggregate="service")
class ServiceDeclared(EventBody, frozen=True):
    """A service came into the catalogue with its first draft."""

    code: str
    procedure_code: str


@event_type("service.draft_saved", aggregate="service")
class ServiceDraftSaved(EventBody, frozen=True):
    """The draft revision changed; what was tested before counts no more (CAT-05)."""

    code: str
    number: int


@event_type("service.tested", aggregate="service")
class ServiceTested(EventBody, frozen=True):
    """The draft passed every publishing check."""

    code: str
    number: int


@event_type("service.revision_published", aggregate="service")
class ServiceRevisionPublished(EventBody, frozen=True):
    """A revision was published; it is in force from `valid_from` until a later one is."""

    code: str
    revision_id: UUID
    number: int
    valid_from: datetime


@event_type("service.state_changed", aggregate="service")
class ServiceStateChanged(EventBody, frozen=True):
    """A service was published, suspended, resumed or withdrawn; running dossiers go on (CAT-03)."""

    code: str
    before: str
    after: str
    reason: str = ""
