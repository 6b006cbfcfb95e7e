"""The one place that moves a dossier: lock, check the right, look the edge up, write state, task, event, audit.

Every service of the room goes through `opened` and `moved`; nothing else writes a dossier's state.
Lock order of the product: dossier, then its rows, then obligations, then series counters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from motcua.domain.catalogue.queries import definition_of
from motcua.domain.dossiers import steps
from motcua.domain.dossiers.calendars import calendar_of, time_limit
from motcua.domain.dossiers.models import Dossier, Pause
from motcua.domain.dossiers.reasons import Reason
from motcua.domain.dossiers.rules import (
    EDGES,
    NATIONAL_NUMBER,
    OWNER,
    PRODUCT,
    STATE_NAMES,
    Clock,
    Edge,
    State,
    edge,
)
from motcua.domain.organisations import access
from motcua.domain.organisations.access import Acting
from motcua.domain.people.principal import Power, Principal, require_power
from motcua.foundation import audit, clock, events
from motcua.foundation.actor import Actor
from motcua.foundation.errors import AccessDenied, Conflict, NotFound
from motcua.foundation.events import Append, EventBody
from motcua.foundation.functions import Function, require_on
from motcua.foundation.registry import Registry
from motcua.foundation.working_calendar import Interval

Guard = Callable[[Dossier, str], None]
guards: Registry[Guard] = Registry("transition guard")
"""What later rooms refuse: called with the locked dossier and the verb, raises a Conflict that says why."""

_PROCESSING = ("start", "propose", "send_back", "approve", "refuse", "transfer", "pause", "resume", "ask_payment")
FUNCTION_OF = {"receive": Function.RECEIVE, "refuse_intake": Function.RECEIVE, "return_result": Function.RETURN} | (
    dict.fromkeys(_PROCESSING, Function.PROCESS)
)
"""Which core function an officer's act belongs to; requests for papers and the applicant's acts always work."""


@dataclass
class Opened:
    """A locked dossier with the edge about to be taken."""

    dossier: Dossier
    edge: Edge
    actor: Actor
    before: State
    now: datetime

    @property
    def moved_fields(self) -> dict[str, str]:
        """What every transition event says: code, state before, state after."""
        return {"code": self.dossier.code, "before": self.before.value, "after": self.target.value}

    @property
    def target(self) -> State:
        """The state this edge leads to; for resuming edges, the one the dossier waits to go back to."""
        return self.edge.target or State(self.dossier.resume_state)


def opened(acting: Acting, dossier_id: UUID, verb: str, *, expected_version: int | None = None) -> Opened:
    """Locks the dossier for `verb`. Call it inside a transaction.

    Raises NotFound, AccessDenied, Conflict STALE_VERSION (somebody changed it since the page was shown, DOS-14)
    and Conflict ILLEGAL_TRANSITION with the current state (DOS-01).
    DomainError FUNCTION_OFF where an operator has switched this part of the work off (POR-01).
    """
    if verb in FUNCTION_OF:
        require_on(FUNCTION_OF[verb])
    dossier = locked(dossier_id)
    return _opened(dossier, verb, _entitled(acting, dossier, verb), expected_version)


def opened_by_product(actor: Actor, dossier_id: UUID, verb: str) -> Opened:
    """The same for an edge that only the product itself takes."""
    return _opened(locked(dossier_id), verb, actor, None)


def locked(dossier_id: UUID) -> Dossier:
    """The dossier's row, locked. Raises NotFound."""
    dossier = Dossier.objects.select_for_update(of=("self",)).filter(pk=dossier_id).first()
    if dossier is None:
        raise NotFound("DOSSIER_NOT_FOUND", _("Không tìm thấy hồ sơ"))
    return dossier


def _entitled(acting: Acting, dossier: Dossier, verb: str) -> Actor:
    """Who acts, with the role and unit that entitle them. Raises AccessDenied."""
    action = EDGES[verb].action
    if action == PRODUCT:
        raise AccessDenied("ACCESS_DENIED", _("Thao tác này chỉ do hệ thống thực hiện"))
    if action == OWNER:
        require_owner(acting, dossier)
        if isinstance(acting, Principal):
            require_power(acting, Power.SUBMIT, dossier.service_code)
        return acting.actor()
    return access.require(acting, action, dossier)


def require_owner(acting: Acting, dossier: Dossier) -> None:
    """Raises AccessDenied unless `acting` acts for the party that owns the dossier."""
    if acting.party_id is None or acting.party_id != dossier.owner_party_id:
        raise AccessDenied("NOT_OWNER", _("Hồ sơ này không thuộc về Ông/Bà"))


def allowed_edge(dossier: Dossier, verb: str) -> Edge:
    """The edge that `verb` takes now. Raises Conflict ILLEGAL_TRANSITION with the current state (DOS-01)."""
    state = State(dossier.state)
    found = edge(state, verb)
    if found is None:
        raise Conflict(
            "ILLEGAL_TRANSITION",
            _("Không thực hiện được thao tác này khi hồ sơ ở trạng thái “%(state)s”.") % {"state": STATE_NAMES[state]},
            details={"current_state": state.value, "verb": verb},
        )
    return found


def _opened(dossier: Dossier, verb: str, actor: Actor, expected_version: int | None) -> Opened:
    state = State(dossier.state)
    if expected_version is not None and expected_version != dossier.version:
        raise Conflict(
            "STALE_VERSION",
            _("Hồ sơ vừa được người khác cập nhật. Ông/Bà tải lại trang để xem trạng thái mới rồi thao tác lại."),
            details={"current_version": dossier.version, "current_state": state.value},
        )
    found = allowed_edge(dossier, verb)
    for _name, guard in guards.items():
        guard(dossier, verb)
    return Opened(dossier, found, actor, state, clock.now())


def moved(
    opened: Opened,
    event: EventBody,
    *,
    reason: Reason | None = None,
    details: Mapping[str, Any] | None = None,
    step: steps.Next | None = None,
) -> Dossier:
    """Takes the edge: state, clock, task, event with its reactions, audit row. Returns the dossier as it is now."""
    dossier, target = opened.dossier, opened.target
    if opened.edge.clock is Clock.PAUSES and reason is not None:
        _pause(opened, target, reason)
    if opened.edge.clock is Clock.RESUMES:
        dossier.resume_state, dossier.reason_code, dossier.reason_text = "", "", ""  # the pause keeps its reason
    dossier.state = target.value
    dossier.national_number = NATIONAL_NUMBER[target] or dossier.national_number
    if reason is not None and opened.edge.clock is not Clock.RESUMES:
        dossier.reason_code, dossier.reason_text = reason.code.value, reason.text
    if opened.edge.clock is Clock.ENDS:
        dossier.finished_at = opened.now
        dossier.paused_since, dossier.resume_state = None, ""
    before, dossier.version = dossier.version, dossier.version + 1
    dossier.save()
    steps.advance(dossier, opened.edge.verb, opened.actor, opened.now, step)
    subject = ("dossier", str(dossier.pk))
    audit.record(
        opened.actor, f"dossier.{opened.edge.verb}", subject, details={"code": dossier.code, **(details or {})}
    )
    events.append([Append(dossier.pk, before, [event], dossier_id=dossier.pk)], actor=opened.actor)
    return dossier


def _pause(opened: Opened, target: State, reason: Reason) -> None:
    dossier = opened.dossier
    dossier.paused_since, dossier.resume_state = opened.now, opened.before.value
    Pause.objects.create(
        dossier=dossier,
        state=target.value,
        reason_code=reason.code.value,
        reason_text=reason.text,
        started_at=opened.now,
        due_before=dossier.due_at,
    )


def end_pause(opened: Opened, *, restart: bool = False) -> datetime | None:
    """Ends the open pause and moves the due date: by the time paused, or counted anew from now (NĐ 297/2025).

    Call it before `moved` on a resuming or ending edge. Returns the new due date (None before reception).
    """
    dossier = opened.dossier
    pause = Pause.objects.get(dossier=dossier, ended_at__isnull=True)
    if dossier.due_at is not None and opened.edge.clock is Clock.RESUMES:
        definition = definition_of(dossier.service_revision_id)
        calendar = calendar_of(dossier.receiving_unit_id)
        if restart:
            dossier.due_at = calendar.due(opened.now, time_limit(definition))
        else:
            span = [Interval(pause.started_at, opened.now)]
            dossier.due_at = calendar.shift_for_pauses(dossier.due_at, span, opened.now, time_limit(definition).unit)
            steps.shift(dossier, calendar, span, opened.now)
    pause.ended_at, pause.ended_by, pause.due_after = opened.now, opened.edge.verb, dossier.due_at
    pause.save()
    if opened.edge.clock is Clock.RESUMES:
        dossier.paused_since = None
    return dossier.due_at
