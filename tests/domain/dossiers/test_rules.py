"""The rule table itself, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.domain.dossiers.events import _Reasoned
from motcua.domain.dossiers.queries import TABS
from motcua.domain.dossiers.rules import (
    EDGES,
    FINAL_STATES,
    NATIONAL_NUMBER,
    OWNER,
    PAUSED_STATES,
    PRODUCT,
    REASONED_STATES,
    STATE_NAMES,
    Clock,
    State,
    edge,
    substantive,
    verbs_from,
)
from motcua.domain.organisations.rules import ACTIONS
from motcua.foundation.events import event_types


def test_every_state_has_a_name_a_number_and_exactly_one_tab():
    stored = set(State) - {State.DRAFT}

    assert set(STATE_NAMES) == set(State)
    assert set(NATIONAL_NUMBER) == set(State)
    assert sorted(state for tab in TABS.values() for state in tab) == sorted(stored)


def test_every_state_is_reached_from_a_draft():
    reached = {State.DRAFT}
    while True:
        following = {EDGES[verb].target for state in reached for verb in verbs_from(state)} - {None} - reached
        if not following:
            break
        reached |= following

    assert reached == set(State)


def test_every_open_state_leads_to_an_end():
    for state in set(State) - FINAL_STATES:
        seen, wave = {state}, {state}
        while wave:
            wave = {EDGES[v].target or State.IN_PROCESS for s in wave for v in verbs_from(s)} - seen
            seen |= wave
        assert State.CLOSED in seen, state


def test_every_officers_edge_names_a_right_that_exists():
    for item in EDGES.values():
        assert item.action in {OWNER, PRODUCT} or item.action in ACTIONS, item.verb


def test_every_edge_into_a_reasoned_state_demands_a_reason():
    for item in EDGES.values():
        if item.target in REASONED_STATES:
            assert item.reason, item.verb


def test_pausing_edges_lead_into_paused_states_and_only_these():
    for item in EDGES.values():
        assert (item.target in PAUSED_STATES) == (item.clock is Clock.PAUSES), item.verb


def test_no_verb_leaves_a_closed_dossier():
    assert verbs_from(State.CLOSED) == ()
    assert edge(State.CLOSED, "submit") is None
    assert edge(State.SUBMITTED, "no such verb") is None


def test_every_event_of_the_room_is_declared_with_its_aggregate():
    names = [name for name, body in event_types.items() if body.__module__ == "motcua.domain.dossiers.events"]

    assert len(names) == 22
    assert all(name.startswith("dossier.") for name in names)
    assert issubclass(event_types["dossier.refused"], _Reasoned)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".",
        "không",
        "không đạt",
        "Không hợp lệ",
        "hồ sơ không hợp lệ!",
        "..........",
        "aaaaaaaaaaaaaaaa",
        "TỪ CHỐI",
    ],
)
def test_empty_phrases_are_no_reason(text):
    assert not substantive(text)


@pytest.mark.parametrize(
    "text",
    [
        "Giấy chứng sinh bị mờ, không đọc được ngày sinh",
        "Thiếu bản sao giấy tờ của người mẹ",
        "GIẤY TỜ ĐÃ HẾT HẠN NGÀY 01/5/2026",
    ],
)
def test_a_specific_sentence_is_a_reason(text):
    assert substantive(text)


@given(st.text(alphabet=" \t\n.,;:!?-_*0123456789", max_size=200))
def test_no_amount_of_punctuation_is_a_reason(text):
    assert not substantive(text)
