"""Every way to configure a service wrongly has a name and a place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from motcua.domain.catalogue import checks, rules
from motcua.domain.catalogue.definition import document, service_from
from motcua.domain.catalogue.rules import Act, State
from tests.domain.catalogue.demo import SERVICES

GOOD = SERVICES["2.000635.01"]
Change = Callable[[dict[str, Any]], object]


def put(*path: str | int, to: Any) -> Change:
    """Writes `to` at `path` of the document."""

    def change(said: dict[str, Any]) -> None:
        place: Any = said
        for part in path[:-1]:
            place = place[part]
        place[path[-1]] = to

    return change


def twice(*path: str) -> Change:
    """Repeats the first item of the list at `path`."""

    def change(said: dict[str, Any]) -> None:
        place: Any = said
        for part in path:
            place = place[part]
        place.append(place[0])

    return change


FIELD = ("form", "ui", "fields", "copies")
SCHEMA = ("form", "schema", "properties", "copies")
UNKNOWN = {"properties": {"nobody": {"const": 1}}, "required": ["nobody"]}
NESTED = {"not": {"anyOf": [{"allOf": [UNKNOWN]}]}}
NO_SCHEMA = {"type": "nothing"}

BROKEN: list[tuple[Change, str, str]] = [
    (put("name", to="  "), "NAME_MISSING", "name"),
    (put("online_level", to="PARTIAL"), "PARTIAL_REASON_MISSING", "partial_reason"),
    (put("channels", to=["DIRECT"]), "NO_ONLINE_CHANNEL", "channels"),
    (put("audience", to=[]), "NO_AUDIENCE", "audience"),
    (put("time_limit", "amount", to=0), "TIME_LIMIT_MISSING", "time_limit"),
    (put("minimum_identity_level", to=3), "IDENTITY_LEVEL_UNKNOWN", "minimum_identity_level"),
    (put("cut_off", to="15h00"), "CUT_OFF_MALFORMED", "cut_off"),
    (put("cut_off", to="24:00"), "CUT_OFF_MALFORMED", "cut_off"),
    (put("result", "code", to=""), "RESULT_MISSING", "result"),
    (put("process", 1, "order", to=7), "STEPS_NOT_NUMBERED", "process"),
    (put("process", 0, "kind", to="process"), "NO_RECEPTION", "process"),
    (put("process", 1, "kind", to="approve"), "NO_PROCESSING", "process"),
    (put("process", 2, "kind", to="process"), "NO_APPROVAL_AFTER_PROCESSING", "process"),
    (put("process", 3, "hours", to=1), "NO_RETURN_OUTSIDE_THE_LIMIT", "process"),
    (put("process", 1, "hours", to=5.9), "HOURS_NOT_IN_QUARTERS", "process"),
    (put("process", 1, "hours", to=7), "HOURS_DIFFER_FROM_TIME_LIMIT", "process"),
    (put("form", "schema", "additionalProperties", to=True), "FORM_ACCEPTS_ANYTHING", "form.schema"),
    (put("form", "schema", "type", to="thing"), "FORM_SCHEMA_INVALID", "form.schema"),
    (put("form", "ui", "sections", 2, "fields", to=["copies"]), "FIELD_NOT_EVERYWHERE", "form.ui.fields.purpose"),
    (put("form", "schema", "properties", "extra", to={}), "FIELD_NOT_EVERYWHERE", "form.ui.fields.extra"),
    (put("form", "ui", "sections", 2, "fields", to=["copies", "copies"]), "FIELD_TWICE", "form.ui.sections.copies"),
    (put(*SCHEMA, "title", to=""), "FIELD_WITHOUT_TITLE", "form.ui.fields.copies"),
    (put(*FIELD, "options", to=[{"value": "x", "title": "X"}]), "OPTIONS_DIFFER", "form.ui.fields.copies"),
    (put(*FIELD, "prefill", to="person.salary"), "PREFILL_UNKNOWN", "form.ui.fields.copies"),
    (put(*FIELD, "widget", to="text"), "WIDGET_DOES_NOT_FIT", "form.ui.fields.copies"),
    (put(*FIELD, "widget", to="identity"), "WIDGET_DOES_NOT_FIT", "form.ui.fields.copies"),
    (put(*FIELD, "widget", to="date"), "WIDGET_DOES_NOT_FIT", "form.ui.fields.copies"),
    (put(*FIELD, "shown_when", to=UNKNOWN), "CONDITION_FIELD_UNKNOWN", "form.ui.fields.copies.shown_when.nobody"),
    (twice("fees"), "FEE_CODE_TWICE", "fees.TLHT"),
    (put("fees", 0, "amount", to=None), "FEE_WITHOUT_AMOUNT", "fees.TLHT"),
    (put("fees", 0, "amount", to=-1), "FEE_NEGATIVE", "fees.TLHT"),
    (put("fees", 0, "quantity_field", to="nobody"), "FEE_QUANTITY_UNKNOWN", "fees.TLHT"),
    (put("fees", 0, "multiplier_field", to="purpose"), "FEE_QUANTITY_UNKNOWN", "fees.TLHT"),
    (put("fees", 0, "condition", to=NO_SCHEMA), "CONDITION_INVALID", "fees.TLHT"),
    (put("fees", 0, "exemptions", 0, "when", to=UNKNOWN), "CONDITION_FIELD_UNKNOWN", "fees.TLHT.nobody"),
    (twice("components"), "COMPONENT_CODE_TWICE", "components.000.00.00.G15-KQ003040"),
    (put("components", 0, "accepts", to=[]), "COMPONENT_ACCEPTS_NOTHING", "components.000.00.00.G15-KQ003040"),
    (put("components", 0, "when", to=NESTED), "CONDITION_FIELD_UNKNOWN", "components.000.00.00.G15-KQ003040.nobody"),
]


@pytest.mark.parametrize(
    ("change", "code", "where"), BROKEN, ids=[f"{code}-{n}" for n, (_c, code, _w) in enumerate(BROKEN)]
)
def test_a_broken_definition_is_told_with_code_and_place(change: Change, code: str, where: str) -> None:
    said = msgspec.json.decode(msgspec.json.encode(document(GOOD)))
    change(said)

    found = checks.definition_faults(service_from(said))

    assert (code, where) in {(fault.code, fault.where) for fault in found}
    assert all(str(fault.message) for fault in found)


def test_every_fault_that_can_be_told_is_tried_above() -> None:
    from pathlib import Path
    from re import findall

    source = Path(checks.__file__).read_text()
    told = set(findall(r'Fault\(\s*"([A-Z_]+)"', source)) | set(checks._PROCESS_MESSAGES)

    assert told == {code for _change, code, _where in BROKEN}


@pytest.mark.parametrize(
    "change",
    [
        put("supplement", to={"clock": "stop"}),
        put("channels", to=["FAX"]),
        put("surprise", to=1),
        put("fees", 0, "kind", to="TAX"),
        put("process", 0, "unit", to="somewhere"),
    ],
)
def test_what_is_no_definition_is_not_read_as_one(change: Change) -> None:
    said = msgspec.json.decode(msgspec.json.encode(document(GOOD)))
    change(said)

    with pytest.raises(msgspec.ValidationError):
        service_from(said)


LEGAL = {
    (State.DECLARED, Act.TEST): State.TESTED,
    (State.TESTED, Act.PUBLISH): State.PUBLISHED,
    (State.PUBLISHED, Act.SUSPEND): State.SUSPENDED,
    (State.SUSPENDED, Act.RESUME): State.PUBLISHED,
    (State.DECLARED, Act.WITHDRAW): State.WITHDRAWN,
    (State.TESTED, Act.WITHDRAW): State.WITHDRAWN,
    (State.PUBLISHED, Act.WITHDRAW): State.WITHDRAWN,
    (State.SUSPENDED, Act.WITHDRAW): State.WITHDRAWN,
    (State.PUBLISHED, Act.TEST): State.PUBLISHED,
    (State.PUBLISHED, Act.PUBLISH): State.PUBLISHED,
    (State.SUSPENDED, Act.TEST): State.SUSPENDED,
    (State.SUSPENDED, Act.PUBLISH): State.SUSPENDED,
}
LEGAL_FOR_PROCEDURES = {
    (State.DECLARED, Act.PUBLISH): State.PUBLISHED,
    (State.PUBLISHED, Act.SUSPEND): State.SUSPENDED,
    (State.SUSPENDED, Act.RESUME): State.PUBLISHED,
    (State.DECLARED, Act.WITHDRAW): State.WITHDRAWN,
    (State.PUBLISHED, Act.WITHDRAW): State.WITHDRAWN,
    (State.SUSPENDED, Act.WITHDRAW): State.WITHDRAWN,
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("act", Act)
def test_only_the_legal_changes_of_state_exist(state: State, act: Act) -> None:
    for edge, legal in (
        (rules.edge(state, act), LEGAL),
        (rules.procedure_edge(state, act), LEGAL_FOR_PROCEDURES),
    ):
        assert (edge.target if edge else None) == legal.get((state, act))
        assert edge is None or edge.reason_needed == (act in (Act.SUSPEND, Act.WITHDRAW))
