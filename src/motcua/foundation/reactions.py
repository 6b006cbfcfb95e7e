"""What later rooms do on events: `within` the same transaction, or `after` it, in the background.

`after` is at least once, in order per aggregate, and idempotent by construction: a handler's own
writes commit together with the removal of its pending row. A worker holds a lease, not a lock,
while it works, so that requests appending to the same aggregate never wait for a handler.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from motcua.foundation import clock, events
from motcua.foundation.correlation import correlated
from motcua.foundation.events import EventBody, Recorded
from motcua.foundation.registry import Registry

logger = logging.getLogger("motcua.reactions")

Handler = Callable[[Sequence[Recorded]], None]
LEASE = timedelta(seconds=120)
_LONGEST_BACKOFF = timedelta(minutes=10)


@dataclass(frozen=True)
class Reaction:
    """A declared reaction: its stable name, the event types it wants, the handler."""

    name: str
    types: tuple[type[EventBody], ...]
    handler: Handler


_within: Registry[Reaction] = Registry("within reaction")
_after: Registry[Reaction] = Registry("after reaction")


def within(name: str, *types: type[EventBody]) -> Callable[[Handler], Handler]:
    """Declares a reaction that runs in the transaction of the event itself; its failure fails the act."""

    def declare(handler: Handler) -> Handler:
        _within.add(name, Reaction(name, types, handler))
        return handler

    return declare


def after(name: str, *types: type[EventBody]) -> Callable[[Handler], Handler]:
    """Declares a background reaction; `name` is stored with pending work, so it never changes."""

    def declare(handler: Handler) -> Handler:
        _after.add(name, Reaction(name, types, handler))
        return handler

    return declare


def owed(recorded: Sequence[Recorded]) -> dict[tuple[str, UUID], int]:
    """(reaction, aggregate) → first sequence number that an `after` reaction has to handle."""
    first: dict[tuple[str, UUID], int] = {}
    for _, reaction in _after.items():
        for item in recorded:
            if isinstance(item.body, reaction.types):
                key = (reaction.name, item.aggregate_id)
                first[key] = min(item.seq, first.get(key, item.seq))
    return first


def run_within(recorded: Sequence[Recorded]) -> None:
    """Runs the `within` reactions of these events, in the order of declaration."""
    for _, reaction in _within.items():
        wanted = [item for item in recorded if isinstance(item.body, reaction.types)]
        if wanted:
            reaction.handler(wanted)


class LeaseLost(RuntimeError):
    """Another worker took the work over because this one was too slow; its effects are rolled back."""


@dataclass(frozen=True)
class Claim:
    """One pending row as claimed."""

    reaction: str
    aggregate_id: UUID
    first_seq: int
    generation: int
    leased_until: datetime
    attempts: int


_CLAIM = """
UPDATE foundation_pendingreaction AS p SET leased_until = %(until)s
FROM (
    SELECT reaction, aggregate_id FROM foundation_pendingreaction
    WHERE due_at <= %(now)s AND (leased_until IS NULL OR leased_until < %(now)s)
    ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) AS due
WHERE p.reaction = due.reaction AND p.aggregate_id = due.aggregate_id
RETURNING p.reaction, p.aggregate_id, p.first_seq, p.generation, p.leased_until, p.attempts
"""


def claim(limit: int) -> list[Claim]:
    """Leases up to `limit` due rows for this worker; two workers never get the same one."""
    moment = clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": moment, "until": moment + LEASE, "limit": limit})
        return [Claim(*row) for row in cursor.fetchall()]


def drain(limit: int = 200) -> int:
    """Claims and handles one batch; returns how many aggregates were handled or failed."""
    claims = claim(limit)
    by_reaction: dict[str, list[Claim]] = defaultdict(list)
    for item in claims:
        by_reaction[item.reaction].append(item)
    for name, items in by_reaction.items():
        _handle(name, items)
    return len(claims)


def drain_all(rounds: int = 100) -> int:
    """Drains until nothing is due (tests, replay, shutting down). Returns the number handled."""
    total = 0
    for _ in range(rounds):
        handled = drain()
        if handled == 0:
            break
        total += handled
    return total


def _handle(name: str, claims: Sequence[Claim]) -> None:
    """Handles the claims of one reaction together; if that fails, one by one, so that one bad one stops nobody."""
    try:
        _apply(name, claims)
    except Exception as error:
        if len(claims) > 1:
            for item in claims:
                _handle(name, [item])
        else:
            _postpone(claims[0], error)


def _apply(name: str, claims: Sequence[Claim]) -> None:
    if name not in _after:
        raise LookupError(f"no reaction is declared under the name {name!r}")
    reaction = _after[name]
    with correlated(), transaction.atomic():
        waiting = events.of_aggregates({item.aggregate_id: item.first_seq for item in claims})
        wanted = [item for item in waiting if isinstance(item.body, reaction.types)]
        if wanted:
            reaction.handler(wanted)
        _finish(claims, _last_sequences(waiting))


def _last_sequences(recorded: Sequence[Recorded]) -> Mapping[UUID, int]:
    last: dict[UUID, int] = {}
    for item in recorded:
        last[item.aggregate_id] = max(item.seq, last.get(item.aggregate_id, 0))
    return last


_VALUES = (
    "unnest(%s::text[], %s::uuid[], %s::int[], %s::timestamptz[], %s::int[]) "
    "AS done(reaction, id, generation, lease, next)"
)
_MINE = "p.reaction = done.reaction AND p.aggregate_id = done.id AND p.leased_until = done.lease"
_REMOVE = (
    f"DELETE FROM foundation_pendingreaction AS p USING {_VALUES} WHERE {_MINE} AND p.generation = done.generation"  # noqa: S608
)
_ADVANCE = (
    f"UPDATE foundation_pendingreaction AS p SET first_seq = done.next, leased_until = NULL, attempts = 0 "  # noqa: S608
    f"FROM {_VALUES} WHERE {_MINE}"
)


def _finish(claims: Sequence[Claim], last: Mapping[UUID, int]) -> None:
    """Removes the handled rows; those that got new events meanwhile are advanced instead."""
    parameters = [
        [item.reaction for item in claims],
        [item.aggregate_id for item in claims],
        [item.generation for item in claims],
        [item.leased_until for item in claims],
        [last.get(item.aggregate_id, item.first_seq - 1) + 1 for item in claims],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE, parameters)
        finished = cursor.rowcount
        if finished < len(claims):
            cursor.execute(_ADVANCE, parameters)
            finished += cursor.rowcount
    if finished != len(claims):
        raise LeaseLost(f"{len(claims) - finished} of {len(claims)} leases were taken over")


def backoff(attempts: int) -> timedelta:
    """Wait before attempt `attempts` + 1: 2 s doubling up to ten minutes."""
    return min(timedelta(seconds=2 ** min(attempts, 20)), _LONGEST_BACKOFF)


def _postpone(item: Claim, error: Exception) -> None:
    """Keeps the failed work, says why, and tries again later: a reaction is shown, never lost."""
    logger.error("reaction %s failed for %s", item.reaction, item.aggregate_id, exc_info=error)
    attempts = item.attempts + 1
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE foundation_pendingreaction SET attempts = %s, due_at = %s, leased_until = NULL, last_error = %s "
            "WHERE reaction = %s AND aggregate_id = %s AND leased_until = %s",
            [
                attempts,
                clock.now() + backoff(attempts),
                f"{type(error).__name__}: {error}"[:1000],
                item.reaction,
                item.aggregate_id,
                item.leased_until,
            ],
        )
