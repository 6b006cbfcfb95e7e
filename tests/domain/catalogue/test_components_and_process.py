"""Which papers a case needs, and when an internal process is complete."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.domain.catalogue import forms, rules
from motcua.domain.catalogue.definition import Step, StepKind, StepUnit, TimeLimit, TimeUnit
from tests.domain.catalogue.demo import SERVICES
from tests.domain.catalogue.form_samples import answers


def required(code: str, data: dict[str, Any]) -> set[str]:
    return {item.code.rpartition("-")[2] for item in rules.required_components(SERVICES[code], data)}


@pytest.mark.parametrize(
    ("code", "data", "expected"),
    [
        ("1.001193.01", {"birth_circumstance": "USUAL"}, {"KQ004389"}),
        ("1.001193.01", {"birth_circumstance": "ABANDONED"}, {"KQ003208"}),
        ("1.001193.01", {"birth_circumstance": "SURROGACY"}, {"KQ004389", "KQ003303"}),
        ("1.001193.01", {"birth_circumstance": "USUAL", "relationship": "AUTHORISED"}, {"KQ004389", "KQ003159"}),
        ("2.000635.01", {"relationship": "SELF"}, set()),
        ("2.000635.01", {"relationship": "SELF", "fee_exempt": True}, {"KQ003037.1"}),
        ("1.014199.01", {"position": "EXPERT", "criminal_record_source": "TOGETHER", "work_form": "CONTRACT"},
         {"KQ003054", "KQ003520", "KQ003522", "KQ003619.1"}),
        ("3.000347.01", {"applicant_identity": {"kind": "PASSPORT", "number": "C1234567"}}, {"KQ003263", "KQ003265"}),
        ("3.000347.01", {"applicant_identity": {"kind": "CITIZEN_ID"}, "health_electronic": True}, set()),
    ],
)  # fmt: skip
def test_a_case_needs_exactly_its_papers(code: str, data: dict[str, Any], expected: set[str]) -> None:
    assert required(code, data) == expected


@pytest.mark.parametrize("code", SERVICES)
def test_unconditional_papers_are_always_required_and_optional_ones_never(code: str) -> None:
    service = SERVICES[code]

    for seed in range(5):
        data = forms.clean(service.form, answers(service, seed))

        needed = rules.required_components(service, data)

        assert {item.code for item in service.components if item.required and item.when is None} <= {
            item.code for item in needed
        }
        assert all(item.required for item in needed)
        assert {item.code for item in needed} <= {item.code for item in rules.relevant_components(service, data)}


@pytest.mark.parametrize("code", SERVICES)
def test_taking_away_any_step_or_hour_makes_a_process_incomplete(code: str) -> None:
    service = SERVICES[code]

    for step in service.process:
        without = [other for other in service.process if other.order != step.order]
        assert rules.process_faults(without, service.time_limit)
        longer = [
            msgspec.structs.replace(other, hours=other.hours + (1 if other.order == step.order else 0))
            for other in service.process
        ]
        assert rules.process_faults(longer, service.time_limit)


@given(st.integers(1, 60), st.sampled_from(list(TimeUnit)))
def test_a_limit_is_planned_in_hours_of_an_eight_hour_day(amount: int, unit: TimeUnit) -> None:
    per_unit = {TimeUnit.HOUR: 1, TimeUnit.DAY: 8, TimeUnit.WORKING_DAY: 8, TimeUnit.MONTH: 240}

    assert rules.working_hours(TimeLimit(amount=amount, unit=unit)) == amount * per_unit[unit]


def test_an_approval_before_the_last_processing_is_no_approval() -> None:
    def step(order: int, kind: StepKind, hours: float) -> Step:
        return Step(order=order, name="b", role="R", unit=StepUnit.SETTLING, hours=hours, kind=kind)

    steps = [
        step(1, StepKind.RECEIVE, 1),
        step(2, StepKind.APPROVE, 1),
        step(3, StepKind.PROCESS, 6),
        step(4, StepKind.RETURN, 0),
    ]

    assert rules.process_faults(steps, TimeLimit(amount=1)) == ["NO_APPROVAL_AFTER_PROCESSING"]
