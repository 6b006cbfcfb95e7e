"""Pure rules of the catalogue: what is to be paid, which papers are needed, which changes of state exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from motcua.domain.catalogue.conditions import holds
from motcua.domain.catalogue.definition import (
    Channel,
    Component,
    FeeKind,
    FeeMoment,
    FeeRule,
    ServiceDefinition,
    Step,
    StepKind,
    TimeLimit,
    TimeUnit,
)

HOURS_OF_A_DAY = 8
DAYS_OF_A_MONTH = 30


class State(StrEnum):
    """Where a procedure or a service stands (CAT-03)."""

    DECLARED = "DECLARED"
    TESTED = "TESTED"
    PUBLISHED = "PUBLISHED"
    SUSPENDED = "SUSPENDED"
    WITHDRAWN = "WITHDRAWN"


class Act(StrEnum):
    """What may happen to a procedure or a service."""

    TEST = "test"
    PUBLISH = "publish"
    SUSPEND = "suspend"
    RESUME = "resume"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Edge:
    """One legal change of state."""

    source: State
    act: Act
    target: State
    reason_needed: bool = False


EDGES: tuple[Edge, ...] = (
    Edge(State.DECLARED, Act.TEST, State.TESTED),
    Edge(State.TESTED, Act.PUBLISH, State.PUBLISHED),
    Edge(State.PUBLISHED, Act.SUSPEND, State.SUSPENDED, reason_needed=True),
    Edge(State.SUSPENDED, Act.RESUME, State.PUBLISHED),
    Edge(State.DECLARED, Act.WITHDRAW, State.WITHDRAWN, reason_needed=True),
    Edge(State.TESTED, Act.WITHDRAW, State.WITHDRAWN, reason_needed=True),
    Edge(State.PUBLISHED, Act.WITHDRAW, State.WITHDRAWN, reason_needed=True),
    Edge(State.SUSPENDED, Act.WITHDRAW, State.WITHDRAWN, reason_needed=True),
    # A new revision of what is public goes live by its own test; the old one stays public until then (CAT-05).
    Edge(State.PUBLISHED, Act.TEST, State.PUBLISHED),
    Edge(State.PUBLISHED, Act.PUBLISH, State.PUBLISHED),
    # What made a suspension necessary is mended behind closed doors; resuming opens them.
    Edge(State.SUSPENDED, Act.TEST, State.SUSPENDED),
    Edge(State.SUSPENDED, Act.PUBLISH, State.SUSPENDED),
)
_EDGES = {(edge.source, edge.act): edge for edge in EDGES}

# A procedure's text is announced by decision; tests apply to the services that implement it (CAT-29).
PROCEDURE_EDGES: tuple[Edge, ...] = (
    Edge(State.DECLARED, Act.PUBLISH, State.PUBLISHED),
    *(
        edge
        for edge in EDGES
        if edge.act in (Act.SUSPEND, Act.RESUME, Act.WITHDRAW) and edge.source is not State.TESTED
    ),
)
_PROCEDURE_EDGES = {(edge.source, edge.act): edge for edge in PROCEDURE_EDGES}


def edge(state: str, act: Act) -> Edge | None:
    """The legal change that `act` makes from `state`, or None: there is no such change."""
    return _EDGES.get((State(state), act))


def procedure_edge(state: str, act: Act) -> Edge | None:
    """The legal change that `act` makes of a procedure in `state`, or None."""
    return _PROCEDURE_EDGES.get((State(state), act))


@dataclass(frozen=True)
class FeeDue:
    """One line to pay, with how it came about. `amount` None: an officer assesses it. Đồng."""

    code: str
    name: str
    kind: FeeKind
    unit_amount: int | None
    quantity: int
    amount: int | None
    blocks: bool
    exemption: str = ""
    name_en: str = ""


def fees_due(
    service: ServiceDefinition,
    data: Mapping[str, Any],
    when: FeeMoment | str,
    *,
    channel: Channel | str = Channel.ONLINE,
) -> tuple[FeeDue, ...]:
    """The fee lines that fall due at `when` for the cleaned form `data`, in the definition's order (FRM-05).

    Depends on nothing but its arguments: the same input always gives the same amounts; an amount sent by a client
    is not an input. A line exempted to zero stays, so that the person sees why nothing is to be paid.
    """
    moment, came_by = FeeMoment(when), Channel(channel)
    return tuple(
        _line(fee, data)
        for fee in service.fees
        if fee.moment is moment and (not fee.channels or came_by in fee.channels) and holds(fee.condition, data)
    )


def total(lines: Sequence[FeeDue]) -> int:
    """Đồng to pay now: lines still to be assessed count nothing yet."""
    return sum(line.amount or 0 for line in lines)


def _line(fee: FeeRule, data: Mapping[str, Any]) -> FeeDue:
    exemption = next((item for item in fee.exemptions if holds(item.when, data)), None)
    quantity = _count(fee.quantity_field, data)
    times = _count(fee.multiplier_field, data)
    amount = None
    if exemption is not None:
        unit = exemption.amount
        amount = unit * quantity * times
    else:
        unit = fee.amount
        if unit is not None:
            amount = min(_priced(fee, unit, quantity), fee.maximum or _NO_CAP) * times
    return FeeDue(
        code=fee.code,
        name=fee.name,
        kind=fee.kind,
        unit_amount=unit,
        quantity=quantity * times,
        amount=amount,
        blocks=fee.blocks,
        exemption=exemption.name if exemption else "",
        name_en=fee.name_en,
    )


_NO_CAP = 10**15


def _count(field: str | None, data: Mapping[str, Any]) -> int:
    """The quantity written in `field`: 1 without a field, 0 where nothing (or nothing countable) is entered."""
    if field is None:
        return 1
    value = data.get(field)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _priced(fee: FeeRule, unit: int, quantity: int) -> int:
    """Đồng for `quantity` units: up to the first tier at the base price, beyond each tier at its own."""
    bounds = [0, *(tier.above for tier in fee.tiers)]
    prices = [unit, *(tier.amount for tier in fee.tiers)]
    ends = [*bounds[1:], quantity]
    return sum(price * max(0, min(end, quantity) - start) for start, end, price in zip(bounds, ends, prices))


def required_components(service: ServiceDefinition, data: Mapping[str, Any]) -> tuple[Component, ...]:
    """The papers without which a dossier with this form data is incomplete (CAT-18: one rule for every channel)."""
    return tuple(item for item in service.components if item.required and holds(item.when, data))


def relevant_components(service: ServiceDefinition, data: Mapping[str, Any]) -> tuple[Component, ...]:
    """The papers to ask for: the required ones and those that may be added in this case."""
    return tuple(item for item in service.components if holds(item.when, data))


def working_hours(limit: TimeLimit) -> int:
    """A time limit in planned working hours, 8 a day (domain rule 3.4); a month is planned as 30 days."""
    of_unit = {
        TimeUnit.HOUR: 1,
        TimeUnit.WORKING_DAY: HOURS_OF_A_DAY,
        TimeUnit.DAY: HOURS_OF_A_DAY,
        TimeUnit.MONTH: HOURS_OF_A_DAY * DAYS_OF_A_MONTH,
    }
    return limit.amount * of_unit[limit.unit]


def process_faults(steps: Sequence[Step], limit: TimeLimit) -> list[str]:
    """What keeps the internal process from being followed, as machine codes; empty where it is complete.

    It begins with a reception, ends with the return of the result, has a processing step and an approval in between,
    its steps are numbered 1…n, and its hours add up to the time limit; returning is outside the limit (0 hours).
    """
    faults: list[str] = []
    kinds = [step.kind for step in steps]
    if [step.order for step in steps] != list(range(1, len(steps) + 1)):
        faults.append("STEPS_NOT_NUMBERED")
    if not kinds or kinds[0] is not StepKind.RECEIVE:
        faults.append("NO_RECEPTION")
    if StepKind.PROCESS not in kinds:
        faults.append("NO_PROCESSING")
    if StepKind.APPROVE not in kinds or StepKind.PROCESS in kinds[kinds.index(StepKind.APPROVE) :]:
        faults.append("NO_APPROVAL_AFTER_PROCESSING")
    if not kinds or kinds[-1] is not StepKind.RETURN or steps[-1].hours != 0:
        faults.append("NO_RETURN_OUTSIDE_THE_LIMIT")
    if any(step.hours < 0 or (step.hours * 4) % 1 for step in steps):
        faults.append("HOURS_NOT_IN_QUARTERS")
    if sum(step.hours for step in steps) != working_hours(limit):
        faults.append("HOURS_DIFFER_FROM_TIME_LIMIT")
    return faults
