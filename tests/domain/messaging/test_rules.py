"""States, waits, lengths and texts of messages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.domain.messaging.rules import (
    CAUSE_NAMES,
    EDGES,
    FINAL,
    STATE_NAMES,
    Cause,
    Fact,
    IllegalTransition,
    State,
    Template,
    Unsendable,
    compose,
    next_state,
    poll_wait,
    retry_wait,
    segments,
)
from motcua.domain.messaging.templates import declare, templates
from motcua.foundation.text import to_ascii
from motcua.simulators.sms.api import segments as gateway_segments

GSM = set("\n !\"#$%&'()*+,-./0123456789:;<=>?@_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz^{}\\[]~|")
LONG = Template("t", "Hồ sơ {code}, thủ tục {name}, cần bổ sung", shortened="name")


def test_nothing_leaves_a_final_state_and_every_other_state_can_be_left() -> None:
    assert {before for before, _ in EDGES} == set(State) - FINAL
    assert set(EDGES.values()) | {State.REQUESTED} == set(State)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("fact", list(Fact))
def test_only_the_table_moves_a_message(state: State, fact: Fact) -> None:
    if (state, fact) in EDGES:
        assert next_state(state, fact) is EDGES[state, fact]
    else:
        with pytest.raises(IllegalTransition):
            next_state(state, fact)


def test_every_state_and_cause_has_words() -> None:
    assert set(STATE_NAMES) == set(State)
    assert set(CAUSE_NAMES) == set(Cause)


def test_waits_double_up_to_the_longest() -> None:
    waits = [retry_wait(n, timedelta(seconds=30), timedelta(seconds=300)).seconds for n in range(1, 8)]

    assert waits == [30, 60, 120, 240, 300, 300, 300]
    assert retry_wait(10_000, timedelta(seconds=30), timedelta(hours=1)) == timedelta(hours=1)


def test_the_gateway_is_asked_less_often_the_longer_a_message_waits() -> None:
    longest = timedelta(minutes=30)

    assert poll_wait(timedelta(0), longest) == timedelta(seconds=5)
    assert poll_wait(timedelta(minutes=4), longest) == timedelta(minutes=2)
    assert poll_wait(timedelta(days=1), longest) == longest


@pytest.mark.parametrize(
    ("text", "expected"), [("", 1), ("x" * 160, 1), ("x" * 161, 2), ("x" * 306, 2), ("x" * 307, 3), ("[" * 81, 2)]
)
def test_segments_are_what_the_carrier_bills(text: str, expected: int) -> None:
    assert segments(text) == expected


@given(st.text(alphabet=sorted(GSM), max_size=700))
def test_we_count_as_the_gateway_counts(text: str) -> None:
    assert segments(text) == gateway_segments(text)


def test_a_text_loses_its_diacritics_whatever_their_form() -> None:
    composed = compose(LONG, {"code": "H26-1", "name": "Đăng ký khai sinh"}, 3)
    decomposed = compose(LONG, {"code": "H26-1", "name": "Đăng ký khai sinh"}, 3)

    assert composed == decomposed == "Ho so H26-1, thu tuc Dang ky khai sinh, can bo sung"


def composed(template: Template, parameters: dict[str, str], most: int) -> str | Unsendable:
    try:
        return compose(template, parameters, most)
    except Unsendable as fault:
        return fault


@given(name=st.text(min_size=1, max_size=400).filter(lambda text: text.strip()), most=st.integers(1, 4))
def test_whatever_the_name_the_message_is_sendable_and_keeps_the_code(name: str, most: int) -> None:
    message = composed(LONG, {"code": "H26.18.05-260604-010001", "name": name}, most)
    if isinstance(message, Unsendable):
        reasons = {"IDENTITY_NUMBER": re.search(r"\d{7}", to_ascii(name)), "MISSING_PARAMETER": not to_ascii(name)}
        assert reasons[message.code]
        return

    assert set(message) <= GSM
    assert segments(message) <= min(most, LONG.max_segments)
    assert message.startswith("Ho so H26.18.05-260604-010001, thu tuc ")
    assert message.endswith(", can bo sung")


def test_a_long_name_is_cut_and_says_so_but_a_long_code_is_not() -> None:
    message = compose(LONG, {"code": "H26-1", "name": "Cấp giấy phép " * 40}, 1)
    assert len(message) <= 160
    assert message.endswith("..., can bo sung")

    with pytest.raises(Unsendable) as refused:
        compose(Template("t", "{code}", max_segments=1), {"code": "x" * 161}, 4)
    assert refused.value.code == "TOO_LONG"


@pytest.mark.parametrize("parameters", [{}, {"code": "H26-1"}, {"code": "H26-1", "name": "  "}])
def test_a_missing_parameter_is_never_sent_as_a_gap(parameters: dict[str, str]) -> None:
    with pytest.raises(Unsendable) as refused:
        compose(LONG, parameters, 3)

    assert refused.value.code == "MISSING_PARAMETER"


@pytest.mark.parametrize("number", ["001085999001", "019999001", "B1234567", "X9990009", "số 001085999001."])
def test_an_identity_number_is_never_sent(number: str) -> None:
    with pytest.raises(Unsendable) as refused:
        compose(LONG, {"code": "H26-1", "name": number}, 3)

    assert refused.value.code == "IDENTITY_NUMBER"


@pytest.mark.parametrize(
    "value",
    [
        "H42.012.05-260604-010001",
        "000.00.01.H42-210518-0001",
        "1.004194.01",
        "GD0000000001",
        "1800.1096",
        "0912 345 678",
    ],
)
def test_codes_and_hotlines_are_no_identity_numbers(value: str) -> None:
    assert value in compose(LONG, {"code": value, "name": "x"}, 3)


def test_braces_in_a_value_are_text() -> None:
    assert "{code}" in compose(LONG, {"code": "H26-1", "name": "{code} {0.__class__}"}, 3)


def test_a_template_key_is_declared_once_and_shortens_what_it_has() -> None:
    with pytest.raises(ValueError, match="no parameter"):
        declare(Template("probe.wrong", "{code}", shortened="name"))
    with pytest.raises(ValueError, match="twice"):
        declare(Template("probe.received", "another text"))
    assert "probe.wrong" not in templates
