"""Every pair of state and verb: allowed as the rule table says, refused with the current state otherwise (DOS-01)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import transaction

from motcua.domain.dossiers import services
from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.rules import EDGES, OWNER, PRODUCT, State, edge
from motcua.domain.dossiers.transition import opened_by_product
from motcua.foundation import audit, events
from motcua.foundation.actor import Actor
from motcua.foundation.errors import AccessDenied, Conflict, NotFound
from motcua.foundation.models import AuditEntry
from tests.domain.dossiers.ways import STORED, WAYS, act, in_state, pay
from tests.domain.dossiers.world import World


def test_every_verb_of_the_table_is_tried():
    by_product = {verb for verb, item in EDGES.items() if item.action == PRODUCT}

    assert set(WAYS) | by_product | {"submit"} == set(EDGES)


@pytest.mark.parametrize("state", STORED)
def test_every_verb_is_taken_or_refused_as_the_table_says(world: World, state: State):
    dossier = in_state(world, state)

    for verb in WAYS:
        with transaction.atomic():
            _try(world, verb, dossier)
            transaction.set_rollback(True)


def _try(world: World, verb: str, dossier: Dossier) -> None:
    state, found = State(dossier.state), edge(State(dossier.state), verb)
    target = (found.target or State(dossier.resume_state)) if found else None
    if verb == "ask_supplement" and dossier.supplement_count:
        return  # the service allows one request; its own test says so
    if found is None:
        with pytest.raises(Conflict) as refused:
            act(world, verb, dossier)
        assert refused.value.code == "ILLEGAL_TRANSITION", (state, verb)
        assert refused.value.details["current_state"] == state
        after = Dossier.objects.get(pk=dossier.pk)
        assert (after.state, after.version) == (state, dossier.version)
        return
    act(world, verb, dossier)
    after = Dossier.objects.get(pk=dossier.pk)
    assert (after.state, after.version) == (target, dossier.version + 1), (state, verb)


@pytest.mark.parametrize("state", STORED)
def test_only_a_dossier_that_waits_for_payment_is_resumed_by_one(world: World, state: State):
    dossier = in_state(world, state)

    resumed = pay(dossier)

    after = Dossier.objects.get(pk=dossier.pk)
    assert resumed == ([dossier.pk] if state is State.WAIT_PAYMENT else [])
    assert after.state == (State.IN_PROCESS if state is State.WAIT_PAYMENT else state)


@pytest.mark.parametrize("state", STORED)
def test_the_product_itself_cannot_close_what_is_not_at_an_end(world: World, state: State):
    dossier = in_state(world, state)

    if edge(state, "close"):
        assert opened_by_product(Actor.job("test"), dossier.pk, "close").target is State.CLOSED
        return
    with pytest.raises(Conflict) as refused:
        opened_by_product(Actor.job("test"), dossier.pk, "close")
    assert refused.value.details["current_state"] == state


@pytest.mark.parametrize("verb", WAYS)
def test_nobody_takes_a_verb_without_the_right_to_it(world: World, verb: str):
    state = next(state for state in STORED if edge(state, verb))
    dossier = in_state(world, state)
    strangers = [world.neighbour, world.stranger, world.monitor]
    strangers += [world.reception] if EDGES[verb].action == OWNER else [world.citizen]

    for someone in strangers:
        with pytest.raises(AccessDenied):
            act(world, verb, dossier, by=someone)

    after = Dossier.objects.get(pk=dossier.pk)
    assert (after.state, after.version) == (state, dossier.version)


@pytest.mark.parametrize("verb", WAYS)
def test_a_dossier_that_does_not_exist_is_not_found(world: World, verb: str):
    with pytest.raises(NotFound):
        act(world, verb, Dossier(pk=uuid4()))


def test_every_step_leaves_one_event_and_one_audit_row_by_its_actor(world: World):
    dossier = world.submitted()

    services.receive(world.reception, dossier.pk)

    recorded = events.of_dossier(dossier.pk)[-1]
    row = AuditEntry.objects.filter(action="dossier.receive").get()
    assert (recorded.actor.id, recorded.actor.role) == (str(world.reception.account_id), "RECEPTION")
    assert recorded.actor.unit == world.commune.code
    assert (recorded.body.before, recorded.body.after) == ("SUBMITTED", "RECEIVED")
    assert row.actor_id == str(world.reception.account_id)
    assert list(audit.verify()) == []
