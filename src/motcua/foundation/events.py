"""The append-only event stream and how rooms declare typed events (design: Events).

A service locks its aggregate, writes state, and appends events with the aggregate's last sequence
number; both commit together or not at all. Reactions: reactions.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import msgspec
from django.db import IntegrityError, connection
from django.utils.translation import gettext_lazy as _

from motcua.foundation import clock
from motcua.foundation.actor import Actor
from motcua.foundation.correlation import current_correlation_id
from motcua.foundation.errors import Conflict
from motcua.foundation.registry import Registry


class EventBody(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every typed event; subclasses hold plain values and are declared with `@event_type`."""

    type_name: ClassVar[str]
    aggregate: ClassVar[str]


_MOST_PER_STATEMENT = 1_500  # the protocol carries 65,535 parameters; an event with its owed work takes up to 40

Body = TypeVar("Body", bound=EventBody)
event_types: Registry[type[EventBody]] = Registry("event type")


def event_type(name: str, *, aggregate: str) -> Callable[[type[Body]], type[Body]]:
    """Declares a typed event: `name` is stored (`dossier.submitted`) and never changes its meaning."""

    def declare(body: type[Body]) -> type[Body]:
        body.type_name = name
        body.aggregate = aggregate
        event_types.add(name, body)
        return body

    return declare


@dataclass(frozen=True)
class Recorded:
    """An event as stored."""

    aggregate_id: UUID
    seq: int
    dossier_id: UUID | None
    body: EventBody
    actor: Actor
    occurred_at: datetime
    recorded_at: datetime
    correlation_id: str


@dataclass(frozen=True)
class Append:
    """Events to append to one aggregate whose last sequence number is `after` (0 for a new one)."""

    aggregate_id: UUID
    after: int
    bodies: Sequence[EventBody]
    dossier_id: UUID | None = None


def append(appends: Sequence[Append], *, actor: Actor, occurred_at: datetime | None = None) -> list[Recorded]:
    """Appends events of one or many aggregates in ONE statement (thousands: a few), then runs `within` reactions.

    Must run inside the transaction that writes the state. Raises Conflict (STALE_VERSION) when an
    aggregate already has a later event: somebody else changed it (DOS-14).
    """
    from motcua.foundation import reactions

    moment = clock.now()
    correlation = current_correlation_id() or ""
    recorded = [
        Recorded(
            item.aggregate_id, item.after + n, item.dossier_id, body, actor, occurred_at or moment, moment, correlation
        )
        for item in appends
        for n, body in enumerate(item.bodies, start=1)
    ]
    if not recorded:
        return []
    try:
        with connection.cursor() as cursor:
            for first in range(0, len(recorded), _MOST_PER_STATEMENT):
                part = recorded[first : first + _MOST_PER_STATEMENT]
                cursor.execute(*_statement(part, reactions.owed(part), moment))
    except IntegrityError as error:
        raise Conflict(
            "STALE_VERSION", _("Nội dung vừa được người khác cập nhật, vui lòng tải lại rồi thao tác")
        ) from error
    reactions.run_within(recorded)
    return recorded


_EVENT_COLUMNS = (
    "aggregate_id, seq, aggregate, dossier_id, type, payload, actor_kind, actor_id, actor_role, actor_unit, "
    "system, occurred_at, recorded_at, correlation_id, on_behalf_of"
)


def _statement(
    recorded: Sequence[Recorded], pending: Mapping[tuple[str, UUID], int], moment: datetime
) -> tuple[str, list[Any]]:
    """One INSERT of the events; with it, in the same statement, the rows of work that reactions owe."""
    rows = ", ".join(["(" + ", ".join(["%s"] * 15) + ")"] * len(recorded))
    parameters: list[Any] = []
    for item in recorded:
        parameters += [item.aggregate_id, item.seq, item.body.aggregate, item.dossier_id, item.body.type_name]
        parameters += [msgspec.json.encode(item.body).decode(), item.actor.kind, item.actor.id, item.actor.role]
        parameters += [item.actor.unit, item.actor.system, item.occurred_at, item.recorded_at, item.correlation_id]
        parameters.append(item.actor.on_behalf_of)
    insert = f"INSERT INTO foundation_event ({_EVENT_COLUMNS}) VALUES {rows}"  # noqa: S608 - placeholders only
    if not pending:
        return insert, parameters
    owed = ", ".join(["(%s, %s, %s, 0, %s, %s, 0, '')"] * len(pending))
    for (reaction, aggregate_id), seq in sorted(pending.items()):
        parameters += [reaction, aggregate_id, seq, moment, moment]
    sql = (
        f"WITH stream AS ({insert}) "  # noqa: S608 - placeholders only
        "INSERT INTO foundation_pendingreaction AS waiting (reaction, aggregate_id, first_seq, generation, "
        f"due_at, created_at, attempts, last_error) VALUES {owed} "
        "ON CONFLICT (reaction, aggregate_id) DO UPDATE SET generation = waiting.generation + 1, "
        "first_seq = LEAST(waiting.first_seq, EXCLUDED.first_seq)"
    )
    return sql, parameters


_SELECT = f"SELECT {_EVENT_COLUMNS} FROM foundation_event"  # noqa: S608 - constant


def of_aggregates(since: Mapping[UUID, int]) -> list[Recorded]:
    """Events of the given aggregates from the given sequence numbers on, ordered by aggregate and sequence."""
    if not since:
        return []
    sql = (
        f"{_SELECT} JOIN unnest(%s::uuid[], %s::int[]) AS wanted(id, first) "
        "ON aggregate_id = wanted.id AND seq >= wanted.first ORDER BY aggregate_id, seq"
    )
    return _fetch(sql, [list(since), list(since.values())])


def of_dossier(dossier_id: UUID) -> list[Recorded]:
    """The whole trace of a dossier over all aggregates and systems, in order: one statement (DOS-03)."""
    return _fetch(f"{_SELECT} WHERE dossier_id = %s ORDER BY recorded_at, aggregate_id, seq", [dossier_id])


def _fetch(sql: str, parameters: list[Any]) -> list[Recorded]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [_recorded(row) for row in cursor.fetchall()]


def _recorded(row: tuple[Any, ...]) -> Recorded:
    payload = row[5]
    decoded = json.loads(payload) if isinstance(payload, (str, bytes)) else payload
    body = msgspec.convert(decoded, event_types[row[4]])
    actor = Actor(row[6], row[7], row[8], row[9], row[10], on_behalf_of=row[14])
    return Recorded(row[0], row[1], row[3], body, actor, row[11], row[12], row[13])
