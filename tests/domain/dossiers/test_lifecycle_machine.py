"""Any actor, any act, any order, any time between: what must hold after every step of a dossier's life (DOS-09)."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack
from dataclasses import fields
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from motcua.domain.dossiers import queries, services, tracking
from motcua.domain.dossiers.detectors import (
    every_dossier_has_its_whole_history,
    every_open_dossier_has_one_holder,
    refusals_and_pauses_have_reasons,
)
from motcua.domain.dossiers.models import Dossier, Pause, SupplementRequest, Task
from motcua.domain.dossiers.rules import FINAL_STATES, PAUSED_STATES, REASONED_STATES, State, edge
from motcua.domain.payments.models import Obligation
from motcua.domain.payments.services import record_offline
from motcua.domain.people.principal import Principal
from motcua.foundation import audit, clock, events, reactions
from motcua.foundation.clock import local
from motcua.foundation.errors import AccessDenied, Conflict, Invalid
from tests.domain.dossiers.ways import PROCEDURE, WAYS, act
from tests.domain.dossiers.world import World, findings, small_world, upload
from tests.domain.payments.factories import configure

PEOPLE = [item.name for item in fields(World) if item.type == "Principal"]
START = local(2026, 6, 1, 8, 0)
EXAMPLES, STEPS = 4, 12
LATENESS = {
    "dossiers.reception_late", "dossiers.overdue_unmarked", "reactions.late", "audit.sealed",
    "messaging.without_end", "messaging.unprocessed", "payments.every_payment_has_its_receipt",
}  # fmt: skip
"""What time alone brings about where no worker runs and officers take weeks."""


class DossiersLives(RuleBasedStateMachine):
    """Each example lives in one transaction that is rolled back, at a clock that only the machine moves."""

    world: World
    dossiers = Bundle("dossiers")

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self._stack.enter_context(_rolled_back())
        self._now = START
        self._travel: ExitStack = ExitStack()
        self._go(timedelta(0))

    def _go(self, ahead: timedelta) -> None:
        self._travel.close()
        self._now += ahead
        self._travel = ExitStack()
        self._travel.enter_context(clock.travel(self._now))

    def teardown(self) -> None:
        try:
            assert [item for item in findings() if item.detector not in LATENESS] == []
            assert {item.kind for item in audit.verify()} <= {"UNSEALED"}
        finally:
            self._travel.close()
            self._stack.close()

    @rule(target=dossiers)
    def submit(self) -> Any:
        if Dossier.objects.count() >= 3:
            return multiple()
        return self.world.submitted(PROCEDURE).pk

    @rule(dossier_id=dossiers, verb=st.sampled_from(sorted(WAYS)), somebody=st.sampled_from(PEOPLE))
    def anybody_acts(self, dossier_id: Any, verb: str, somebody: str) -> None:
        self._acts(dossier_id, verb, getattr(self.world, somebody))

    @rule(dossier_id=dossiers, verb=st.sampled_from(sorted(WAYS)))
    def who_may_acts(self, dossier_id: Any, verb: str) -> None:
        self._acts(dossier_id, verb, WAYS[verb].who(self.world))

    @rule(dossier_id=dossiers)
    def the_next_allowed_act(self, dossier_id: Any) -> None:
        state = State(Dossier.objects.get(pk=dossier_id).state)
        way_on = ["receive", "start", "propose", "approve", "return_result", "supplement", "resume"]
        verb = next((verb for verb in way_on if edge(state, verb)), None)
        if verb:
            self._acts(dossier_id, verb, WAYS[verb].who(self.world))

    def _acts(self, dossier_id: Any, verb: str, who: Principal) -> None:
        before = Dossier.objects.get(pk=dossier_id)
        legal = edge(State(before.state), verb)
        changes = _files_for(before, who) if verb == "supplement" else {}
        try:
            with transaction.atomic():
                after = act(self.world, verb, before, by=who, **changes)
        except (AccessDenied, Conflict, Invalid):
            unchanged = Dossier.objects.get(pk=dossier_id)
            assert (unchanged.state, unchanged.version) == (before.state, before.version)
        else:
            assert legal is not None
            assert after.version == before.version + 1
            assert after.state == (legal.target or State(before.resume_state))

    @rule(dossier_id=dossiers)
    def payment_comes(self, dossier_id: Any) -> None:
        before = Dossier.objects.get(pk=dossier_id)
        for owed in Obligation.objects.filter(dossier=before, state="UNPAID"):
            record_offline(owed.pk, method="CASH", document_number="PT-1", paid_at=None, acting=self.world.reception)
        after = Dossier.objects.get(pk=dossier_id)
        assert after.state == (before.resume_state if before.state == State.WAIT_PAYMENT else before.state)

    @rule(hours=st.integers(min_value=1, max_value=400))
    def time_passes(self, hours: int) -> None:
        self._go(timedelta(hours=hours))

    @rule()
    def the_background_works(self) -> None:
        services.mark_overdue()
        services.close_finished()
        reactions.drain_all()

    @invariant()
    def history_is_whole(self) -> None:
        for dossier in Dossier.objects.all():
            trace = [item for item in events.of_dossier(dossier.pk) if item.aggregate_id == dossier.pk]
            assert dossier.version == len(trace) == trace[-1].seq
            moves = [item.body for item in trace if hasattr(item.body, "after")]
            assert all(a.after == b.before for a, b in pairwise(moves))
            assert not moves or moves[-1].after == dossier.state

    @invariant()
    def exactly_one_holds_what_is_not_finished(self) -> None:
        for dossier in Dossier.objects.all():
            holders = Task.objects.filter(dossier=dossier, closed_at__isnull=True).count()
            assert holders == (0 if State(dossier.state) in FINAL_STATES else 1)

    @invariant()
    def a_pause_is_open_exactly_while_paused_and_has_its_reason(self) -> None:
        for dossier in Dossier.objects.all():
            state = State(dossier.state)
            open_pauses = Pause.objects.filter(dossier=dossier, ended_at__isnull=True)
            assert open_pauses.count() == (1 if state in PAUSED_STATES else 0)
            assert state not in REASONED_STATES or dossier.reason_text
            asked = SupplementRequest.objects.filter(dossier=dossier, answered_at__isnull=True).exists()
            assert asked == (state is State.WAIT_SUPPLEMENT)

    @invariant()
    def portal_workbench_and_public_view_show_one_state_in_one_tab(self) -> None:
        listed = [
            (row.code, tab, row.state)
            for tab in queries.TABS
            for row in queries.worklist(self.world.monitor, tab, size=100).rows
        ]
        counts = queries.worklist_counts(self.world.monitor)
        assert sorted(code for code, *_rest in listed) == sorted(Dossier.objects.values_list("code", flat=True))
        assert sum(counts[tab] for tab in queries.TABS) == len(listed)
        officer = {code: (tab, state) for code, tab, state in listed}
        for row in queries.my_dossiers(self.world.citizen, size=100).rows:
            tab, state = officer[row.code]
            detail = queries.detail(self.world.citizen, row.id)
            assert row.state == state == detail.state == tracking.track(row.code).state
            assert row.state in queries.TABS[tab]
            if detail.times and detail.times.running:
                assert detail.times.remaining <= detail.times.nominal

    @invariant()
    def the_rooms_detectors_find_nothing(self) -> None:
        checks = (
            every_dossier_has_its_whole_history,
            every_open_dossier_has_one_holder,
            refusals_and_pauses_have_reasons,
        )
        assert [list(check()) for check in checks] == [[], [], []]


def _files_for(dossier: Dossier, who: Principal) -> dict[str, Any]:
    """Fresh files for what is asked for now; the usual answer where nothing is."""
    request = SupplementRequest.objects.filter(dossier=dossier, answered_at__isnull=True).first()
    return {"files": [(item["component"], upload(who).pk) for item in request.items]} if request else {}


class _rolled_back:
    def __enter__(self) -> None:
        self._atomic = transaction.atomic()
        self._atomic.__enter__()

    def __exit__(self, *details: Any) -> None:
        transaction.set_rollback(True)
        self._atomic.__exit__(None, None, None)


@pytest.fixture
def early_world(db: Any) -> Generator[World]:
    with clock.travel(START - timedelta(days=30)):
        world = small_world(PROCEDURE)
        configure(world.province)
        yield world


def test_whatever_happens_in_whatever_order_the_house_stays_in_order(early_world: World):
    DossiersLives.world = early_world
    assert connection.in_atomic_block
    build: Callable[[], DossiersLives] = DossiersLives
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        build,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=checks,
        ),
    )
