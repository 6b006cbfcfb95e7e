"""What is counted and listed of messages, for whom, and what the detectors find."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.domain.messaging import queries, services
from motcua.domain.messaging.models import Message
from motcua.domain.messaging.rules import FINAL, TAKEN, State
from motcua.domain.organisations.models import Account, Unit
from motcua.foundation import clock
from motcua.foundation.detectors import run_all
from tests.domain.messaging.conftest import CODE, Phone, order, requested
from tests.domain.organisations import factories

pytestmark = pytest.mark.django_db


def stored(state: State, requested_at: datetime, **changes: Any) -> Message:
    """A message as it would be in a state."""
    message = requested(**changes)
    message.state, message.requested_at = state.value, requested_at
    message.expires_at = requested_at + timedelta(hours=24)
    final, taken = state in FINAL, state in TAKEN
    message.due_at = None if final else requested_at
    message.ended_at = requested_at if final else None
    message.accepted_at = requested_at if taken else None
    message.processed_at = requested_at if state is State.PROCESSED else None
    message.cause = "" if taken or not final else "TIMEOUT"
    message.save()
    return message


def findings(name: str) -> list[tuple[str, str]]:
    return [(one.subject, one.text) for one in run_all() if one.detector == name]


@given(drawn=st.lists(st.tuples(st.sampled_from(list(State)), st.integers(0, 9)), max_size=25))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_both_stages_add_up_for_any_mixture_and_window(drawn: list[tuple[State, int]]) -> None:
    Message.objects.all().delete()
    start = clock.now().replace(microsecond=0)
    for state, hour in drawn:
        stored(state, start + timedelta(hours=hour))

    window = [state for state, hour in drawn if 2 <= hour < 7]
    found = queries.national_counters(start + timedelta(hours=2), start + timedelta(hours=7))

    assert found.requested == len(window)
    ended_unsent = found.timed_out + found.refused + found.invalid_number + found.expired
    assert found.requested == found.accepted + found.waiting + ended_unsent
    assert found.accepted == found.processed + found.unprocessed
    assert asdict(found) == {
        "requested": len(window),
        "accepted": sum(state in TAKEN for state in window),
        "timed_out": window.count(State.FAILED_TIMEOUT),
        "waiting": window.count(State.REQUESTED),
        "refused": window.count(State.REFUSED),
        "invalid_number": window.count(State.INVALID_NUMBER),
        "expired": window.count(State.EXPIRED),
        "processed": window.count(State.PROCESSED),
        "unprocessed": window.count(State.ACCEPTED),
    }


def test_a_small_day_ends_in_the_proportions_of_the_gateways_answers(
    phone: Phone, policy: Callable[[str, int], None]
) -> None:
    policy("max_tries", 1)
    policy("gateway.breaker_failures", 1000)
    before = clock.now()
    chance = random.Random(4)
    for number in chance.sample(range(200), 8):
        phone.switch("error", code="8", match={"phone": f"8490000{number:04d}"})
        services.request_sms([order(phone=f"090000{number:04d}")])
        services.send_due(1)
    phone.clear()
    phone.switch("never_processed", times=3)
    services.request_sms([order(phone=f"090001{number:04d}") for number in range(120)])

    while services.send_due():
        pass
    services.poll_processed()

    found = queries.national_counters(before, clock.now())
    assert (found.requested, found.accepted, found.timed_out) == (128, 120, 8)
    assert (found.processed, found.unprocessed) == (117, 3)
    assert len(phone.inbox()) == 117


def test_an_officer_sees_the_messages_of_their_own_units(
    staff: Account, unit: Unit, django_assert_num_queries: Any
) -> None:
    other = factories.commune()
    mine, theirs = requested(unit_id=unit.pk), requested(unit_id=other.pk)
    now = clock.now()
    window = (now - timedelta(hours=1), now + timedelta(hours=1))

    with django_assert_num_queries(3):
        found = queries.search(staff, CODE)
    with django_assert_num_queries(2):
        counted = queries.counters(staff, *window)

    assert [message.pk for message in found] == [mine.pk]
    assert counted.requested == 1
    assert queries.national_counters(*window).requested == 2
    assert queries.search(factories.holder("MONITOR", factories.nation()), CODE) == [mine, theirs]


def test_an_officer_sees_why_the_messages_of_their_own_units_failed(staff: Account, unit: Unit) -> None:
    now = clock.now()
    stored(State.FAILED_TIMEOUT, now, unit_id=unit.pk)
    stored(State.FAILED_TIMEOUT, now, unit_id=factories.commune().pk)
    window = (now - timedelta(hours=1), now + timedelta(hours=1))

    assert [cause.count for cause in queries.causes(staff, *window)] == [1]
    assert [cause.count for cause in queries.national_causes(*window)] == [2]


def test_who_has_no_grant_sees_nothing(unit: Unit) -> None:
    now = clock.now()
    requested(unit_id=unit.pk)
    requested()
    stored(State.FAILED_TIMEOUT, now, unit_id=unit.pk)
    window = (now - timedelta(hours=1), now + timedelta(hours=1))

    for acting in (None, factories.person(), factories.officer(unit)):
        assert queries.search(acting, CODE) == []
        assert queries.counters(acting, *window).requested == 0
        assert queries.causes(acting, *window) == []
        assert queries.unprocessed(acting, window[1]) == []


def test_failures_are_counted_by_cause(staff: Account, unit: Unit) -> None:
    requested(unit_id=unit.pk, phone=None)
    requested(unit_id=unit.pk, phone="")
    requested(unit_id=unit.pk, parameters={})
    requested(unit_id=unit.pk)
    now = clock.now()

    found = queries.causes(staff, now - timedelta(hours=1), now + timedelta(hours=1))

    assert [(one.state, one.cause, one.provider_code, one.count) for one in found] == [
        ("INVALID_NUMBER", "NUMBER", "", 2),
        ("REFUSED", "TEXT", "MISSING_PARAMETER", 1),
    ]


def test_the_unprocessed_are_listed_page_by_page_oldest_first(
    staff: Account, unit: Unit, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    now = clock.now()
    hours = (30, 30, 29, 28, 27)
    waiting = [stored(State.ACCEPTED, now - timedelta(hours=hour), unit_id=unit.pk) for hour in hours]
    stored(State.PROCESSED, now - timedelta(hours=30), unit_id=unit.pk)
    stored(State.ACCEPTED, now, unit_id=unit.pk)

    listed: list[Message] = []
    after = None
    while True:
        with django_assert_num_queries(2):
            page = queries.unprocessed(staff, now - timedelta(hours=24), after)
        if not page:
            break
        listed += page
        after = (page[-1].accepted_at, page[-1].pk)

    assert [message.pk for message in listed] == [
        message.pk for message in sorted(waiting, key=lambda m: (m.accepted_at, m.pk))
    ]


def test_the_messages_about_one_thing_are_found_without_following_it() -> None:
    message = requested()
    requested()

    assert queries.of_subject("dossier", message.subject_id) == [message]


def test_a_message_shows_itself_in_words_and_masked() -> None:
    message = requested()

    assert message.state_name == "Chờ gửi"
    assert message.cause_name == ""
    assert message.masked_recipient == "84*******01"
    assert requested(phone=None).cause_name == "Thiếu hoặc sai số điện thoại di động Việt Nam"


def test_a_healthy_queue_has_no_finding(phone: Phone) -> None:
    requested()
    services.send_due()
    services.poll_processed()
    requested(phone=None)

    assert [one for one in run_all() if one.detector.startswith("messaging.")] == []


def test_a_message_that_nobody_works_is_found(phone: Phone) -> None:
    requested()

    with clock.travel(clock.now() + timedelta(hours=24, minutes=16)):
        assert [subject for subject, _ in findings("messaging.without_end")] == [CODE]


def test_a_message_that_is_never_processed_is_found_and_a_waiting_one_is_not(phone: Phone) -> None:
    stored(State.ACCEPTED, clock.now() - timedelta(hours=25), code="H26-1")
    stored(State.ACCEPTED, clock.now() - timedelta(hours=23), code="H26-2")

    assert [subject for subject, _ in findings("messaging.unprocessed")] == ["H26-1"]


def test_a_message_that_cannot_be_made_or_taken_is_found_for_a_week(phone: Phone) -> None:
    requested(parameters={}, code="H26-1")
    phone.switch("error", code="3", times=1)
    requested(code="H26-2")
    services.send_due()

    found = findings("messaging.refused")
    assert [subject for subject, _ in found] == ["H26-1", "H26-2"]
    assert "MISSING_PARAMETER" in found[0][1]
    with clock.travel(clock.now() + timedelta(days=8)):
        assert findings("messaging.refused") == []
