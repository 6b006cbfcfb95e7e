"""Reads of messages; each with a bounded number of SQL statements, scoped by who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from motcua.domain.messaging.models import Attempt, Message
from motcua.domain.messaging.rules import TAKEN, State
from motcua.domain.organisations.access import Acting
from motcua.foundation.text import normalise_line

PAGE = 50


@dataclass(frozen=True, slots=True)
class Counters:
    """The two stages of the messages requested in a period (SMS-02), each with its parts.

    Stage 1, portal to gateway: requested = accepted + timed_out + waiting + refused + invalid_number + expired.
    Stage 2, at the gateway: accepted = processed + unprocessed.
    """

    requested: int
    accepted: int
    timed_out: int
    waiting: int
    refused: int
    invalid_number: int
    expired: int
    processed: int
    unprocessed: int


@dataclass(frozen=True, slots=True)
class CauseCount:
    """How many messages ended in a state for one cause."""

    state: str
    cause: str
    provider_code: str
    count: int


def counters(acting: Acting | None, since: datetime, until: datetime) -> Counters:
    """Both stages of what was requested in [since, until), as far as `acting` may see; 2 statements."""
    return _counted(Message.objects.visible_to(acting), since, until)


def national_counters(since: datetime, until: datetime) -> Counters:
    """As `counters`, of the whole country, for reports that check their own rights; 1 statement."""
    return _counted(Message.objects.all(), since, until)


def _counted(messages: QuerySet[Message], since: datetime, until: datetime) -> Counters:
    def of(*states: State) -> Count:
        return Count("pk", filter=Q(state__in=[state.value for state in states]))

    found = messages.filter(requested_at__gte=since, requested_at__lt=until).aggregate(
        requested=Count("pk"),
        accepted=of(*TAKEN),
        timed_out=of(State.FAILED_TIMEOUT),
        waiting=of(State.REQUESTED),
        refused=of(State.REFUSED),
        invalid_number=of(State.INVALID_NUMBER),
        expired=of(State.EXPIRED),
        processed=of(State.PROCESSED),
        unprocessed=of(State.ACCEPTED),
    )
    return Counters(**found)


def causes(acting: Acting | None, since: datetime, until: datetime) -> list[CauseCount]:
    """Why messages requested in [since, until) ended without being accepted, most frequent first; 2 statements."""
    return _by_cause(Message.objects.visible_to(acting), since, until)


def national_causes(since: datetime, until: datetime) -> list[CauseCount]:
    """As `causes`, of the whole country, for reports that check their own rights; 1 statement."""
    return _by_cause(Message.objects.all(), since, until)


def _by_cause(messages: QuerySet[Message], since: datetime, until: datetime) -> list[CauseCount]:
    failed = [State.FAILED_TIMEOUT, State.REFUSED, State.INVALID_NUMBER, State.EXPIRED]
    rows = (
        messages.filter(requested_at__gte=since, requested_at__lt=until, state__in=[state.value for state in failed])
        .values_list("state", "cause", "provider_code")
        .annotate(count=Count("pk"))
        .order_by("-count", "state", "cause", "provider_code")
    )
    return [CauseCount(*row) for row in rows]


def search(acting: Acting | None, code: str) -> list[Message]:
    """The messages about what has this code, oldest first, attempts attached (SMS-01); 3 statements."""
    found = Message.objects.visible_to(acting).filter(subject_code__iexact=normalise_line(code))
    return list(found.order_by("requested_at", "pk").prefetch_related("attempts")[:PAGE])


def of_subject(kind: str, subject_id: str) -> list[Message]:
    """The messages about one thing, oldest first; 1 statement. The caller has checked the right to see the thing."""
    found = Message.objects.filter(subject_kind=kind, subject_id=subject_id)
    return list(found.order_by("requested_at", "pk")[:PAGE])


def attempts_of(message: Message) -> list[Attempt]:
    """The tries of a message, in order; 1 statement."""
    return list(message.attempts.order_by("number"))


def unprocessed(
    acting: Acting | None, accepted_before: datetime, after: tuple[datetime, UUID] | None = None
) -> list[Message]:
    """Messages that the gateway accepted before a moment and has not processed, oldest first; 2 statements.

    `after` is (accepted_at, id) of the last one of the page before.
    """
    found = Message.objects.visible_to(acting).filter(state=State.ACCEPTED.value, accepted_at__lt=accepted_before)
    if after is not None:
        found = found.filter(Q(accepted_at__gt=after[0]) | Q(accepted_at=after[0], pk__gt=after[1]))
    return list(found.order_by("accepted_at", "pk")[:PAGE])
