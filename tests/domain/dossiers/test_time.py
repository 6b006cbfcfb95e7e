"""Due dates, pauses, the four times and overdue marking of real dossiers (DOS-04…06, POR-07, F-18, F-22)."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest

from motcua.domain.catalogue.definition import ServiceDefinition, StepKind
from motcua.domain.catalogue.definition import TimeLimit as Limit
from motcua.domain.catalogue.definition import TimeUnit as Unit
from motcua.domain.dossiers import calendars, queries, services
from motcua.domain.dossiers.models import Dossier, Pause
from motcua.domain.dossiers.rules import State
from motcua.domain.payments.models import Obligation
from motcua.domain.payments.services import record_offline
from motcua.foundation import clock, events
from motcua.foundation.clock import local
from motcua.foundation.errors import Invalid
from motcua.foundation.working_calendar import WorkingCalendar
from tests.domain.dossiers.ways import REASON, act, in_state, pay
from tests.domain.dossiers.world import ASSESSED, Change, World, findings, publish_as, small_world
from tests.domain.payments.factories import configure

DAY = 8 * 3600  # seconds of working time
MONDAY = local(2026, 6, 8, 8, 0)


def _limit(amount: int, unit: Unit = Unit.WORKING_DAY, cut_off: str | None = None) -> Change:
    def change(definition: ServiceDefinition) -> ServiceDefinition:
        work = next(step for step in definition.process if step.kind is StepKind.PROCESS)
        others = sum(0.25 for step in definition.process if step.hours and step is not work)
        hours = amount * 8 - others  # the steps' hours add up to the limit
        steps = tuple(
            msgspec.structs.replace(step, hours=hours if step is work else 0.25 if step.hours else 0)
            for step in definition.process
        )
        limit = Limit(amount=amount, unit=unit)
        return msgspec.structs.replace(definition, time_limit=limit, cut_off=cut_off, process=steps)

    return change


def _world(change: Change) -> World:
    """A world that stood before any of the days below, with one service as `change` makes it."""
    with clock.travel(local(2025, 12, 1, 8, 0)):
        world = small_world("2.000635")
        publish_as(world, ASSESSED, change)
    return world


@pytest.fixture
def five_days(db) -> World:
    """The world with one service of five working days and no cut-off."""
    return _world(_limit(5))


def _received(world: World, at: datetime) -> Dossier:
    with clock.travel(at):
        dossier = world.submitted(ASSESSED)
        act(world, "receive", dossier)
    return Dossier.objects.get(pk=dossier.pk)


@pytest.mark.parametrize(
    ("received", "days_off", "due"),
    [
        (local(2026, 6, 5, 16, 0), (), local(2026, 6, 8, 16, 0)),
        (local(2026, 6, 5, 16, 0), (local(2026, 6, 8).date(),), local(2026, 6, 9, 16, 0)),
        (local(2028, 2, 28, 9, 0), (), local(2028, 2, 29, 9, 0)),
        (local(2026, 2, 13, 9, 0), (), local(2026, 2, 23, 9, 0)),
        (local(2026, 9, 1, 9, 0), (), local(2026, 9, 3, 9, 0)),
    ],
    ids=["friday to monday", "monday a holiday", "leap day", "over Tet", "national day"],
)
def test_the_due_date_counts_working_days_of_the_calendar(db, monkeypatch, received, days_off, due):
    world = _world(_limit(1))
    if days_off:
        monkeypatch.setattr("motcua.domain.dossiers.services.intake.calendar_of", lambda _unit: _with(days_off))

    dossier = _received(world, received)

    if due.date() == local(2026, 9, 3).date():
        assert dossier.due_at >= due  # the second day off of the national day is announced year by year
    else:
        assert dossier.due_at == due


def _with(days_off: tuple) -> WorkingCalendar:
    return WorkingCalendar(days_off)


def test_a_units_own_hours_and_the_cut_off_count(db):
    world = _world(_limit(1, cut_off="15:00"))
    afternoon = _received(world, local(2026, 6, 8, 15, 1))
    hours = {str(weekday): [["08:00", "12:00"]] for weekday in range(6)}
    world.commune.working_hours = hours
    world.commune.save()
    calendars.forget()
    saturday = _received(world, local(2026, 6, 12, 9, 0))

    assert afternoon.due_at == local(2026, 6, 10, 7, 30)
    assert saturday.due_at == local(2026, 6, 13, 9, 0)


def test_a_pause_moves_the_due_date_and_what_remains_stays(five_days: World):
    dossier = _received(five_days, MONDAY)
    assert dossier.due_at == local(2026, 6, 15, 8, 0)
    with clock.travel(local(2026, 6, 10, 8, 0)):  # two working days used
        act(five_days, "pause", dossier)
    with clock.travel(local(2026, 6, 12, 8, 0)):
        assert queries.detail(five_days.citizen, dossier.pk).times.remaining == 3 * DAY
    with clock.travel(local(2026, 6, 15, 8, 0)):  # paused for three working days
        act(five_days, "resume", dossier)
        times = queries.detail(five_days.citizen, dossier.pk).times

    after = Dossier.objects.get(pk=dossier.pk)
    assert after.due_at == local(2026, 6, 18, 8, 0)
    assert (times.nominal, times.elapsed, times.paused, times.remaining) == (5 * DAY, 2 * DAY, 3 * DAY, 3 * DAY)
    pause = Pause.objects.get(dossier=dossier)
    assert (pause.reason_text, pause.ended_by) == (REASON["reason_text"], "resume")
    assert (pause.due_before, pause.due_after) == (local(2026, 6, 15, 8, 0), local(2026, 6, 18, 8, 0))


def test_a_pause_over_holidays_moves_the_due_date_by_working_time_only(five_days: World):
    dossier = _received(five_days, local(2026, 4, 28, 8, 0))  # a Tuesday; 30 April and 1 May are off
    with clock.travel(local(2026, 4, 29, 8, 0)):
        act(five_days, "pause", dossier)
    with clock.travel(local(2026, 5, 5, 8, 0)):  # Tuesday; working: 29 April and 4 May
        act(five_days, "resume", dossier)
        times = queries.detail(five_days.citizen, dossier.pk).times

    assert (times.elapsed, times.paused, times.remaining) == (DAY, 2 * DAY, 4 * DAY)
    assert Dossier.objects.get(pk=dossier.pk).due_at == local(2026, 5, 11, 8, 0)


@pytest.mark.requirement("DOS-04")
@pytest.mark.fault("F-22")
def test_paused_time_over_holidays_is_not_counted_and_payment_ends_the_pause_at_once(five_days: World):
    configure(five_days.province)
    dossier = _received(five_days, local(2026, 4, 21, 8, 0))  # a Tuesday
    assert dossier.due_at == local(2026, 4, 29, 8, 0)
    with clock.travel(local(2026, 4, 21, 9, 0)):
        act(five_days, "start", dossier)
        with pytest.raises(Invalid) as unsaid:
            services.pause(five_days.processor, dossier.pk, reason_code="VERIFICATION", reason_text=".")
        assert unsaid.value.status == 422
    with clock.travel(local(2026, 4, 23, 8, 0)):  # two working days used
        act(five_days, "ask_payment", dossier)
    owed = Obligation.objects.get(dossier=dossier)
    paid = local(2026, 5, 5, 8, 0)  # 27 April, 30 April and 1 May are off: five working days, twelve of the calendar
    with clock.travel(paid):
        record_offline(owed.pk, method="CASH", document_number="PT-1", paid_at=None, acting=five_days.reception)
        times = queries.detail(five_days.citizen, dossier.pk).times

    after, pause = Dossier.objects.get(pk=dossier.pk), Pause.objects.get(dossier=dossier)
    assert (after.state, after.paused_since) == (State.IN_PROCESS, None)
    assert (pause.ended_at, pause.ended_by) == (paid, "payment_complete")
    assert (pause.started_at, pause.reason_code) == (local(2026, 4, 23, 8, 0), "FINANCIAL_OBLIGATION")
    assert (times.nominal, times.elapsed, times.remaining) == (5 * DAY, 2 * DAY, 3 * DAY)
    assert after.due_at == local(2026, 5, 8, 8, 0)


@pytest.mark.parametrize("ending", ["payment", "supplement"])
def test_payment_and_supplement_resume_by_themselves(five_days: World, ending: str):
    dossier = _received(five_days, MONDAY)
    with clock.travel(local(2026, 6, 9, 8, 0)):
        act(five_days, "start", dossier)
        act(five_days, "ask_payment" if ending == "payment" else "ask_supplement", dossier)
    with clock.travel(local(2026, 6, 11, 8, 0)):
        if ending == "payment":
            pay(dossier)
        else:
            act(five_days, "supplement", dossier)

    after = Dossier.objects.get(pk=dossier.pk)
    assert (after.state, after.due_at) == (State.IN_PROCESS, local(2026, 6, 17, 8, 0))
    assert Pause.objects.get(dossier=dossier).ended_by in {"payment_complete", "supplement"}


def test_a_pause_without_reason_is_refused(five_days: World):
    dossier = _received(five_days, MONDAY)

    with pytest.raises(Invalid) as refused:
        services.pause(five_days.processor, dossier.pk, reason_code="", reason_text="")
    assert {item.field for item in refused.value.errors} == {"reason_code", "reason_text"}


def test_the_four_times_of_a_dossier(five_days: World):
    dossier = _received(five_days, MONDAY)
    with clock.travel(local(2026, 6, 9, 8, 0)):
        act(five_days, "pause", dossier)
    with clock.travel(local(2026, 6, 10, 8, 0)):
        act(five_days, "resume", dossier)
    with clock.travel(local(2026, 6, 11, 8, 0)):
        times = queries.detail(five_days.citizen, dossier.pk).times

    assert (times.nominal, times.elapsed, times.paused, times.remaining) == (5 * DAY, 2 * DAY, DAY, 3 * DAY)
    assert times.elapsed + times.remaining == times.nominal


def test_the_times_stand_still_at_the_end(five_days: World):
    dossier = _received(five_days, MONDAY)
    with clock.travel(local(2026, 6, 10, 8, 0)):
        for verb in ("start", "propose", "approve"):
            act(five_days, verb, dossier)
    with clock.travel(local(2026, 7, 10, 8, 0)):
        times = queries.detail(five_days.citizen, dossier.pk).times

    assert (times.elapsed, times.remaining, times.running) == (2 * DAY, 3 * DAY, False)


@pytest.mark.fault("F-18")
def test_overdue_dossiers_are_flagged_to_officer_head_and_province_and_paused_ones_never(five_days: World):
    world = five_days
    late, paused = _received(world, MONDAY), _received(world, MONDAY)
    with clock.travel(MONDAY + timedelta(hours=1)):
        act(world, "pause", paused)
    with clock.travel(local(2026, 6, 15, 7, 59)):
        assert services.mark_overdue() == 0
        assert queries.worklist_counts(world.processor)["overdue"] == 0
    with clock.travel(local(2026, 6, 15, 9, 0)):
        assert [item.subject for item in findings() if item.detector == "dossiers.overdue_unmarked"] == [late.code]
        assert services.mark_overdue() == 1
        assert services.mark_overdue() == 0
        for someone in (world.processor, world.approver, world.monitor):
            assert [row.code for row in queries.worklist(someone, "overdue").rows] == [late.code]
            assert queries.worklist_counts(someone)["overdue"] == 1
        assert queries.worklist_counts(world.stranger)["overdue"] == 0
        assert [row.overdue for row in queries.worklist(world.processor, "waiting").rows] == [False]
        assert not [item for item in findings() if item.detector == "dossiers.overdue_unmarked"]
    with clock.travel(local(2026, 8, 3, 9, 0)):
        services.mark_overdue()

    assert [item.body.type_name for item in events.of_dossier(late.pk)][-1] == "dossier.overdue"
    assert Dossier.objects.get(pk=late.pk).overdue_at is not None
    assert Dossier.objects.get(pk=paused.pk).overdue_at is None


@pytest.mark.parametrize("state", [state for state in State if state is not State.DRAFT])
def test_every_open_dossier_has_a_date_to_keep(world: World, state: State):
    dossier = in_state(world, state)

    row = next(iter(queries.my_dossiers(world.citizen).rows))
    assert row.due_at is not None or state is State.INTAKE_REFUSED
    assert dossier.receive_by > dossier.submitted_at


def test_a_dossier_not_received_in_time_is_found_and_reception_clears_it(five_days: World):
    with clock.travel(MONDAY):
        dossier = five_days.submitted(ASSESSED)
    with clock.travel(local(2026, 6, 9, 8, 1)):
        assert [item.subject for item in findings() if item.detector == "dossiers.reception_late"] == [dossier.code]
        for someone in (five_days.reception, five_days.monitor):
            assert [row.overdue for row in queries.worklist(someone, "to_receive").rows] == [True]
        act(five_days, "receive", dossier)
        assert not [item for item in findings() if item.detector == "dossiers.reception_late"]
        assert queries.worklist(five_days.reception, "to_receive").rows == []
