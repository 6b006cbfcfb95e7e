"""From an order to a phone, over HTTP, with the gateway's faults."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from motcua.domain.messaging import gateway, queries, services
from motcua.domain.messaging.models import Attempt, Message
from motcua.domain.messaging.rules import FINAL, State
from motcua.foundation import clock, events, reactions
from motcua.foundation.actor import Actor
from motcua.foundation.models import OutboundAttempt
from tests.domain.messaging.conftest import CODE, PHONE, Phone, order, requested

pytestmark = pytest.mark.django_db
Change = Callable[[str, int], None]


def later(seconds: float) -> Any:
    """The product's clock that many seconds from now."""
    return clock.travel(clock.now() + timedelta(seconds=seconds))


def fresh(message: Message) -> Message:
    message.refresh_from_db()
    return message


def test_a_message_goes_from_queue_to_phone_and_each_step_has_its_time(phone: Phone) -> None:
    message = requested()
    assert (message.state, message.recipient, message.segments) == ("REQUESTED", PHONE, 1)

    assert services.send_due() == 1
    assert fresh(message).state == "ACCEPTED"
    assert services.poll_processed() == 1

    assert fresh(message).state == "PROCESSED"
    assert message.requested_at <= message.accepted_at
    assert abs(message.processed_at - message.accepted_at) < timedelta(seconds=5)
    (delivered,) = phone.inbox(PHONE)
    assert delivered["text"] == f"Ho so {CODE} da duoc tiep nhan. Tra cuu tai dichvucong.gov.vn" == message.text
    assert delivered["segments"] == message.segments
    assert services.send_due() == services.poll_processed() == 0


def test_asking_costs_one_statement_whatever_the_number(django_assert_num_queries: Any) -> None:
    services.policies.MAX_SEGMENTS.get()  # the policies' cache is warm in a running product

    with django_assert_num_queries(1):
        services.request_sms([order() for _ in range(20)])

    assert Message.objects.count() == 20


def test_one_event_gives_one_message(phone: Phone) -> None:
    wanted = order()
    services.request_sms([wanted, wanted])
    services.request_sms([wanted])

    services.send_due()

    assert Message.objects.count() == len(phone.inbox()) == 1


def test_an_order_that_is_rolled_back_is_not_sent(phone: Phone) -> None:
    with transaction.atomic():
        requested()
        transaction.set_rollback(True)

    assert services.send_due() == 0
    assert phone.inbox() == []


@pytest.mark.parametrize(
    "number", ["0900.000.001", "+84900000001", "84 900 000 001", "0084900000001", "(090) 000-0001", " 0900000001 "]
)
def test_a_number_is_one_number_however_it_is_written(number: str) -> None:
    assert requested(phone=number).recipient == PHONE


@pytest.mark.parametrize(
    "number", [None, "", "abc", "12345", "0100000001", "+821012345678", "02438000000", "1800 1096"]
)
def test_a_missing_foreign_or_fixed_number_is_counted_apart_and_never_tried(phone: Phone, number: str | None) -> None:
    message = requested(phone=number)

    assert services.send_due() == 0
    assert (message.state, message.cause, message.recipient) == ("INVALID_NUMBER", "NUMBER", "")


@pytest.mark.requirement("SMS-09")
def test_numbers_are_normalised_and_unusable_ones_are_counted_apart_without_retry(phone: Phone) -> None:
    before = clock.now()
    usual = [requested(phone=number) for number in ("0900.000.001", "+84900000001")]
    unusable = [requested(phone=number) for number in (None, "0900 000", "+821012345678", "<script>")]

    handled = services.send_due()
    with later(86_000):
        handled += services.send_due()

    assert {message.recipient for message in usual} == {PHONE}
    assert {fresh(message).state for message in usual} == {"ACCEPTED"}
    assert {fresh(message).state for message in unusable} == {"INVALID_NUMBER"}
    assert handled == 2
    assert {message.tries for message in unusable} == {0}
    found = queries.national_counters(before, clock.now())
    assert (found.requested, found.accepted, found.invalid_number, found.timed_out) == (6, 2, 4, 0)


@pytest.mark.parametrize(
    ("parameters", "code"),
    [({}, "MISSING_PARAMETER"), ({"code": "001085999001"}, "IDENTITY_NUMBER"), ({"code": "x" * 400}, "TOO_LONG")],
)
def test_a_text_that_cannot_be_made_does_not_stop_the_act(phone: Phone, parameters: dict[str, str], code: str) -> None:
    message = requested(parameters=parameters)

    assert services.send_due() == 0
    assert (message.state, message.cause, message.provider_code, message.text) == ("REFUSED", "TEXT", code, "")


def test_no_database_transaction_is_open_during_the_call(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    requested()
    depth: list[int] = []
    real = gateway.send

    def watched(*arguments: str) -> gateway.Tried:
        depth.append(len(connection.atomic_blocks))
        return real(*arguments)

    monkeypatch.setattr(gateway, "send", watched)
    outside = len(connection.atomic_blocks)
    services.send_due()

    assert depth == [outside]


@pytest.mark.requirement("SMS-03")
def test_a_late_answer_is_retried_under_the_same_id_and_a_final_failure_has_its_cause(
    phone: Phone, policy: Change
) -> None:
    policy("gateway.read_seconds", 1)
    policy("max_tries", 2)
    message = requested()
    phone.switch("slow", seconds=1.5, times=1)

    services.send_due()
    assert (fresh(message).state, message.cause, message.tries) == ("REQUESTED", "TIMEOUT", 1)
    assert services.send_due() == 0  # not before its time
    with later(31):
        services.send_due()

    assert fresh(message).state == "ACCEPTED"
    assert phone.tries(message) == ["accepted", "accepted"]
    assert len(phone.inbox(PHONE)) == 1
    assert [(one.accepted, one.cause) for one in queries.attempts_of(message)] == [(False, "TIMEOUT"), (True, "")]
    assert 900 <= queries.attempts_of(message)[0].duration_ms <= 1900

    endings = {}
    for fault, parameters in {
        "timeout": {"seconds": 1.5},
        "error": {"code": "8"},
        "garbled": {"match": {"operation": "send_sms_list"}},
    }.items():
        phone.switch(fault, **parameters)
        failing = requested()
        for seconds in (0, 31):
            with later(seconds):
                services.send_due()
        phone.clear()
        endings[fault] = (fresh(failing).state, failing.cause, failing.provider_code)
    services.outbound.forget_partners()  # closes the circuit that these faults opened

    assert endings["timeout"] == ("FAILED_TIMEOUT", "TIMEOUT", "")
    assert endings["error"] == ("FAILED_TIMEOUT", "PROVIDER", "8")
    assert endings["garbled"] == ("ACCEPTED", "", "")  # the answers were lost, the gateway says that it has the message
    now = clock.now()
    counted = queries.national_causes(now - timedelta(hours=1), now + timedelta(hours=1))
    assert {(one.state, one.cause, one.provider_code, one.count) for one in counted} == {
        ("FAILED_TIMEOUT", "TIMEOUT", "", 1),
        ("FAILED_TIMEOUT", "PROVIDER", "8", 1),
    }


def test_a_gateway_that_is_not_there_is_a_connect_failure(phone: Phone, policy: Change, settings: Any) -> None:
    policy("max_tries", 1)
    settings.SMS_GATEWAY_URL = "http://127.0.0.1:9"
    message = requested()

    services.send_due()

    assert (fresh(message).state, message.cause) == ("FAILED_TIMEOUT", "CONNECT")


@pytest.mark.parametrize("code", ["1", "2", "3", "5", "6", "7"])
def test_a_refusal_that_no_repetition_mends_ends_the_message(phone: Phone, code: str) -> None:
    phone.switch("error", code=code, times=1)
    message = requested()

    services.send_due()

    assert (fresh(message).state, message.cause, message.provider_code) == ("REFUSED", "PROVIDER", code)
    assert queries.attempts_of(message)[0].provider_code == code


def test_a_number_that_the_carrier_refuses_is_an_invalid_number(phone: Phone) -> None:
    phone.switch("reject_number", match={"phone": PHONE})
    message, other = requested(), requested(phone="0900000002")

    services.send_due()

    assert (fresh(message).state, message.provider_code) == ("INVALID_NUMBER", "4")
    assert fresh(other).state == "ACCEPTED"


@pytest.mark.parametrize(("code", "perhaps"), [("8", False), ("9", True)])
def test_an_overloaded_gateway_did_not_take_it_and_a_failing_one_perhaps_did(
    phone: Phone, code: str, perhaps: bool
) -> None:
    phone.switch("error", code=code, times=1)
    message = requested()

    services.send_due()

    assert (fresh(message).state, message.provider_code, message.perhaps_taken) == ("REQUESTED", code, perhaps)


def test_by_policy_a_lost_answer_is_repeated_at_once_under_the_same_id(phone: Phone, policy: Change) -> None:
    policy("gateway.attempts", 2)
    phone.switch("garbled", times=1)
    message = requested()

    services.send_due()

    assert (fresh(message).state, message.tries) == ("ACCEPTED", 1)
    assert phone.tries(message) == ["accepted", "accepted"]
    assert len(phone.inbox(PHONE)) == 1


@pytest.mark.fault("F-61")
def test_each_request_ends_with_a_cause_and_deliveries_are_the_unique_requests_accepted(
    phone: Phone, policy: Change
) -> None:
    policy("gateway.read_seconds", 1)
    policy("gateway.breaker_failures", 100)
    policy("max_tries", 3)
    messages = [requested(phone=f"09000001{n:02d}") for n in range(12)]
    phone.switch("slow", seconds=1.3, times=2, match={"operation": "send_sms_list"})
    phone.switch("garbled", times=3, match={"operation": "send_sms_list"})
    phone.switch("timeout", seconds=1.3, match={"phone": "84900000111"})
    phone.switch("error", code="8", match={"phone": "84900000110"})
    phone.switch("reject_number", match={"phone": "84900000109"}, times=1)

    for seconds in (0, 31, 95, 230):
        with later(seconds):
            while services.send_due():
                pass
            services.poll_processed()

    ended = [fresh(message) for message in messages]
    assert {State(message.state) for message in ended} <= FINAL
    assert all(message.cause for message in ended if message.state != "PROCESSED")
    assert Counter(message.state for message in ended) == {"PROCESSED": 9, "FAILED_TIMEOUT": 2, "INVALID_NUMBER": 1}
    delivered = Counter(one["reqid"] for one in phone.inbox())
    assert set(delivered) == {message.request_id for message in ended if message.state == "PROCESSED"}
    assert set(delivered.values()) == {1}
    repeated = [message for message in ended if message.state == "PROCESSED" and message.tries > 1]
    assert len(repeated) >= 3


def test_a_message_past_its_time_is_not_sent_late(phone: Phone, policy: Change) -> None:
    policy("valid_hours", 1)
    phone.switch("unavailable")
    message = requested()
    services.send_due()
    phone.clear()

    with later(3601):
        services.send_due()

    assert (fresh(message).state, message.cause) == ("EXPIRED", "EXPIRY")
    assert phone.inbox() == []


def test_an_expired_message_that_the_gateway_has_is_counted_as_accepted(phone: Phone, policy: Change) -> None:
    policy("valid_hours", 1)
    phone.switch("garbled", times=1)
    message = requested()
    services.send_due()

    with later(3601):
        services.send_due()

    assert fresh(message).state == "ACCEPTED"
    assert len(phone.inbox(PHONE)) == 1


def test_while_the_circuit_is_open_one_message_probes_and_the_rest_wait_untouched(phone: Phone, policy: Change) -> None:
    policy("gateway.breaker_failures", 2)
    phone.switch("unavailable")
    messages = [requested() for _ in range(6)]

    assert services.send_due() == 2
    assert services.send_due() == 0
    assert sorted(fresh(message).tries for message in messages) == [0, 0, 0, 0, 1, 1]

    due = {message.pk: message.due_at for message in messages}
    with later(6):
        assert services.send_due() == 0
    assert sum(fresh(message).due_at != due[message.pk] for message in messages) == 1

    phone.clear()
    services.outbound.forget_partners()
    with later(31):
        assert services.send_due() == 6
    assert {fresh(message).state for message in messages} == {"ACCEPTED"}


def test_what_the_gateway_never_processes_stays_listed_and_is_asked_for_ever_less_often(phone: Phone) -> None:
    phone.switch("never_processed", times=1)
    stuck, usual = requested(), requested(phone="0900000002")
    services.send_due()

    services.poll_processed()
    assert (fresh(stuck).state, fresh(usual).state) == ("ACCEPTED", "PROCESSED")
    assert services.poll_processed() == 0
    with later(3600):
        assert services.poll_processed() == 1
        assert fresh(stuck).due_at - clock.now() == timedelta(minutes=30)
        assert services.poll_processed() == 0


def test_a_delayed_message_is_found_processed_later(phone: Phone) -> None:
    phone.switch("processing_delay", seconds=60)
    message = requested()
    services.send_due()
    services.poll_processed()
    assert fresh(message).state == "ACCEPTED"

    phone.move_clock(61)
    with later(6):
        services.poll_processed()

    assert fresh(message).state == "PROCESSED"
    assert message.processed_at - message.accepted_at > timedelta(seconds=55)


@pytest.mark.parametrize("fault", ["unavailable", "garbled"])
def test_a_gateway_that_cannot_be_asked_is_asked_again(phone: Phone, fault: str) -> None:
    message = requested()
    services.send_due()
    phone.switch(fault)

    assert services.poll_processed() == 1
    assert (fresh(message).state, message.leased_until) == ("ACCEPTED", None)
    phone.clear()
    with later(6):
        services.poll_processed()

    assert fresh(message).state == "PROCESSED"


def test_a_worker_that_dies_after_the_call_loses_nothing_and_doubles_nothing(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = requested()
    with monkeypatch.context() as patch:
        patch.setattr(services, "_record", lambda *_: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            services.send_due()
    assert services.send_due() == 0  # the dead worker's lease holds

    with later(3600):
        services.send_due()

    assert (fresh(message).state, message.tries) == ("ACCEPTED", 1)
    assert len(phone.inbox(PHONE)) == 1


def test_a_worker_that_lost_its_lease_writes_nothing(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    message = requested()
    real = gateway.send

    def overtaken(*arguments: str) -> gateway.Tried:
        tried = real(*arguments)
        Message.objects.update(leased_until=clock.now() + timedelta(hours=1))
        return tried

    monkeypatch.setattr(gateway, "send", overtaken)
    services.send_due()

    assert (fresh(message).state, message.tries) == ("REQUESTED", 0)
    assert not Attempt.objects.exists()


def test_an_attempt_cannot_be_changed_and_the_database_refuses_half_states(phone: Phone) -> None:
    message = requested()
    services.send_due()

    for change in (
        lambda: Attempt.objects.update(accepted=False, cause="TIMEOUT"),
        lambda: Message.objects.update(state="PROCESSED"),
        lambda: Message.objects.update(accepted_at=None),
        lambda: Message.objects.update(state="UNKNOWN"),
        lambda: Message.objects.update(due_at=None),
        lambda: Message.objects.update(recipient="0900000001"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert fresh(message).state == "ACCEPTED"


def test_no_log_of_the_call_holds_number_or_text(phone: Phone) -> None:
    requested()
    services.send_due()

    (row,) = OutboundAttempt.objects.filter(purpose="sms.send").values()
    assert PHONE not in str(row)
    assert CODE not in str(row)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_never_get_the_same_message(phone: Phone) -> None:
    services.request_sms([order() for _ in range(30)])
    seen: list[Any] = []

    def work() -> None:
        while claimed := services._claim(State.REQUESTED, 4, calls=4):
            seen.extend(message.pk for message in claimed)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == len(set(seen)) == 30


@events.event_type("probe_dossier.moved", aggregate="probe")
class Moved(events.EventBody):
    code: str


@reactions.after("messaging.probe_notice", Moved)
def tell(recorded: Any) -> None:
    services.request_sms(
        [
            order(dedup_key=f"{item.aggregate_id}:{item.seq}", code=item.body.code, parameters={"code": item.body.code})
            for item in recorded
        ]
    )


@pytest.mark.requirement("SMS-01")
def test_three_events_give_three_requests_that_the_dossier_code_finds(phone: Phone, staff: Any, unit: Any) -> None:
    dossier = uuid4()
    bodies = [Moved(code=CODE)] * 3
    with transaction.atomic():
        events.append([events.Append(dossier, 0, bodies, dossier_id=dossier)], actor=Actor("staff", "1"))
    reactions.drain_all()
    Message.objects.update(unit=unit)
    phone.switch("reject_number", times=1)

    services.send_due()
    services.poll_processed()

    found = queries.search(staff, f" {CODE.lower()} ")
    assert len(found) == len({message.pk for message in found}) == 3
    assert Counter(message.state for message in found) == {"PROCESSED": 2, "INVALID_NUMBER": 1}
    for message in found:
        assert (message.template, message.recipient, message.subject_kind) == ("probe.received", PHONE, "dossier")
        assert message.requested_at
        assert [attempt.number for attempt in message.attempts.all()] == [1]
    assert queries.search(staff, "H26.18.05-260604-019999") == []
