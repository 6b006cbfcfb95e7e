"""What the dossiers room publishes. Payloads hold codes, units and reasons; no personal data."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from motcua.foundation.events import EventBody, event_type


class FeeLine(EventBody, frozen=True, kw_only=True):
    """One line of money owed: amount in đồng, `blocks` whether processing waits for it (SUB-14)."""

    code: str
    name: str
    kind: str
    amount: int
    blocks: bool


@event_type("dossier.submitted", aggregate="dossier")
class DossierSubmitted(EventBody, frozen=True, kw_only=True):
    """A complete submission was taken in under its code; `fees_due` become obligations in the same transaction."""

    code: str
    service_code: str
    service_revision_id: UUID
    receiving_unit_id: int
    routing_rule_id: int
    fees_due: tuple[FeeLine, ...] = ()


@event_type("dossier.task_laid_down", aggregate="dossier")
class TaskLaidDown(EventBody, frozen=True, kw_only=True):
    """The officer who worked on it left, moved or was suspended; nobody has it until somebody takes it up (ACC-14)."""

    code: str


@event_type("dossier.task_taken_up", aggregate="dossier")
class TaskTakenUp(EventBody, frozen=True, kw_only=True):
    """Another officer took up what had been laid down."""

    code: str


class _Moved(EventBody, frozen=True, kw_only=True):
    """Base of transitions: the states before and after as stored."""

    code: str
    before: str
    after: str


class _Reasoned(_Moved, frozen=True, kw_only=True):
    reason_code: str
    reason_text: str


@event_type("dossier.received", aggregate="dossier")
class DossierReceived(_Moved, frozen=True, kw_only=True):
    """Accepted at the desk: the legal clock starts, the slip gives `due_at`."""

    unit_id: int
    due_at: datetime


@event_type("dossier.intake_refused", aggregate="dossier")
class IntakeRefused(_Reasoned, frozen=True, kw_only=True):
    """Not accepted at the desk (form 03)."""


@event_type("dossier.supplement_asked", aggregate="dossier")
class SupplementAsked(_Reasoned, frozen=True, kw_only=True):
    """The applicant is asked to complete the named components (form 02)."""

    number: int
    components: tuple[str, ...]
    answer_by: datetime


@event_type("dossier.supplemented", aggregate="dossier")
class Supplemented(_Moved, frozen=True, kw_only=True):
    """The applicant answered; due date as moved by the pause."""

    number: int
    components: tuple[str, ...]
    due_at: datetime | None


@event_type("dossier.processing_started", aggregate="dossier")
class ProcessingStarted(_Moved, frozen=True, kw_only=True):
    """A specialist took the dossier up."""

    unit_id: int


@event_type("dossier.transferred", aggregate="dossier")
class DossierTransferred(_Reasoned, frozen=True, kw_only=True):
    """Handed to another unit to settle."""

    from_unit_id: int
    to_unit_id: int


@event_type("dossier.payment_asked", aggregate="dossier")
class ObligationRequested(_Reasoned, frozen=True, kw_only=True):
    """An officer assessed a financial obligation; it is born in the same transaction."""

    fees_due: tuple[FeeLine, ...]


@event_type("dossier.payment_complete", aggregate="dossier")
class PaymentComplete(_Moved, frozen=True, kw_only=True):
    """Every blocking obligation is paid: the clock runs again."""

    due_at: datetime


@event_type("dossier.paused", aggregate="dossier")
class DossierPaused(_Reasoned, frozen=True, kw_only=True):
    """Processing stands still, with reason."""


@event_type("dossier.resumed", aggregate="dossier")
class DossierResumed(_Reasoned, frozen=True, kw_only=True):
    """Processing goes on by an officer's act."""

    due_at: datetime | None


@event_type("dossier.result_proposed", aggregate="dossier")
class ResultProposed(_Moved, frozen=True, kw_only=True):
    """The specialist handed the prepared result to the approver."""


@event_type("dossier.sent_back", aggregate="dossier")
class ResultSentBack(_Reasoned, frozen=True, kw_only=True):
    """The approver wants more work."""


@event_type("dossier.resolved", aggregate="dossier")
class DossierResolved(_Moved, frozen=True, kw_only=True):
    """The result is issued and can be downloaded."""

    result_number: str
    signature: str


@event_type("dossier.refused", aggregate="dossier")
class DossierRefused(_Reasoned, frozen=True, kw_only=True):
    """Refused after examination, with reason."""


@event_type("dossier.returned", aggregate="dossier")
class ResultReturned(_Moved, frozen=True, kw_only=True):
    """The result reached the applicant; how is recorded."""

    method: str


@event_type("dossier.withdrawn", aggregate="dossier")
class DossierWithdrawn(_Reasoned, frozen=True, kw_only=True):
    """The applicant took it back."""


@event_type("dossier.closed", aggregate="dossier")
class DossierClosed(_Moved, frozen=True, kw_only=True):
    """Nothing is left to do."""


@event_type("dossier.overdue", aggregate="dossier")
class DossierOverdue(EventBody, frozen=True, kw_only=True):
    """Found past its due date while the clock runs (DOS-06)."""

    code: str
    due_at: datetime


@event_type("dossier.rated", aggregate="dossier")
class DossierRated(EventBody, frozen=True, kw_only=True):
    """The applicant's satisfaction, 1 to 5."""

    code: str
    score: int
