"""Events and reactions: ordered per aggregate, at least once, idempotent, nothing lost in a crash."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import InternalError, connection, transaction
from django.db.utils import DatabaseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.foundation import clock, events, reactions
from motcua.foundation.actor import Actor
from motcua.foundation.errors import Conflict
from motcua.foundation.models import Event, PendingReaction

ACTOR = Actor("staff", "1", role="RECEPTION", unit="H26.00004")


@events.event_type("probe.happened", aggregate="probe")
class Happened(events.EventBody):
    number: int


@events.event_type("probe.ignored", aggregate="probe")
class Ignored(events.EventBody):
    pass


handled: list[tuple[UUID, int]] = []
failing: set[UUID] = set()
batches: list[int] = []


@reactions.after("probe.collect", Happened)
def collect(recorded):
    batches.append(len(recorded))
    for item in recorded:
        if item.aggregate_id in failing:
            raise RuntimeError("this aggregate is ill")
    handled.extend((item.aggregate_id, item.body.number) for item in recorded)


@pytest.fixture(autouse=True)
def clean():
    handled.clear()
    failing.clear()
    batches.clear()


def add(aggregate: UUID, after: int, *numbers: int) -> None:
    with transaction.atomic():
        bodies = [Happened(number=n) for n in numbers]
        events.append([events.Append(aggregate, after, bodies, dossier_id=aggregate)], actor=ACTOR)


@pytest.mark.django_db(transaction=True)
def test_events_and_owed_work_are_written_by_one_statement(django_assert_num_queries):
    with django_assert_num_queries(3):  # BEGIN, the statement, COMMIT
        add(uuid4(), 0, 1, 2, 3)

    assert Event.objects.count() == 3
    assert PendingReaction.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_writer_of_the_same_version_is_refused_and_writes_nothing():
    one = uuid4()
    add(one, 0, 1)

    with pytest.raises(Conflict) as refused:
        add(one, 0, 2)

    assert refused.value.code == "STALE_VERSION"
    assert [item.body.number for item in events.of_dossier(one)] == [1]


@pytest.mark.django_db(transaction=True)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3), st.booleans()), max_size=12))
def test_each_event_is_handled_once_and_in_order_however_drains_fall_between(steps):
    handled.clear()
    aggregates = [uuid4() for _ in range(4)]
    last = [0, 0, 0, 0]
    for which, count, drain_now in steps:
        add(aggregates[which], last[which], *range(last[which] + 1, last[which] + count + 1))
        last[which] += count
        if drain_now:
            reactions.drain_all()
    reactions.drain_all()

    for which, aggregate in enumerate(aggregates):
        assert [n for a, n in handled if a == aggregate] == list(range(1, last[which] + 1))
    assert not PendingReaction.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_crash_between_write_and_reaction_loses_nothing():
    one = uuid4()
    add(one, 0, 1)
    reactions.claim(10)  # the worker that claimed it dies here

    assert reactions.drain() == 0, "the lease still holds"
    with clock.travel(clock.now() + reactions.LEASE + timedelta(seconds=1)):
        assert reactions.drain() == 1
    assert handled == [(one, 1)]


@pytest.mark.django_db(transaction=True)
def test_one_bad_aggregate_is_shown_and_retried_and_stops_nobody():
    good, bad = uuid4(), uuid4()
    failing.add(bad)
    add(good, 0, 1)
    add(bad, 0, 1)

    reactions.drain()

    assert handled == [(good, 1)]
    waiting = PendingReaction.objects.get()
    assert waiting.aggregate_id == bad
    assert waiting.attempts == 1
    assert "this aggregate is ill" in waiting.last_error
    failing.clear()
    with clock.travel(clock.now() + timedelta(minutes=1)):
        reactions.drain()
    assert (bad, 1) in handled


@pytest.mark.django_db(transaction=True)
def test_an_event_appended_while_the_handler_works_is_handled_next(monkeypatch):
    one = uuid4()
    add(one, 0, 1)
    claims = reactions.claim(10)
    add(one, 1, 2)  # merges into the leased row without waiting for the worker

    reactions._handle("probe.collect", claims)
    reactions.drain_all()

    assert [n for _, n in handled] == [1, 2]
    assert not PendingReaction.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_handle_the_same_work():
    ids = [uuid4() for _ in range(40)]
    for one in ids:
        add(one, 0, 1)

    def work():
        reactions.drain_all()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(a for a, _ in handled) == sorted(ids)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_lost_its_lease_has_its_effects_rolled_back():
    one = uuid4()
    add(one, 0, 1)
    slow = reactions.claim(10)
    with clock.travel(clock.now() + reactions.LEASE + timedelta(seconds=1)):
        reactions.drain()

    with pytest.raises(reactions.LeaseLost):
        reactions._apply("probe.collect", slow)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE foundation_event SET payload = '{}'",
        "DELETE FROM foundation_event",
        "TRUNCATE foundation_event",
    ],
)
def test_the_store_refuses_to_change_history(sql):
    add(uuid4(), 0, 1)

    with pytest.raises((InternalError, DatabaseError)), connection.cursor() as cursor:
        cursor.execute(sql)

    assert Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_events_nobody_wants_owe_no_work():
    with transaction.atomic():
        events.append([events.Append(uuid4(), 0, [Ignored()])], actor=ACTOR)

    assert not PendingReaction.objects.exists()
