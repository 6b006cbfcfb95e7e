"""Ways through the states: a dossier in any state, and what each verb needs on each channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from motcua.domain.dossiers import services
from motcua.domain.dossiers.models import Dossier, SupplementRequest
from motcua.domain.dossiers.policies import CLOSE_AFTER_DAYS
from motcua.domain.dossiers.rules import State
from motcua.domain.dossiers.services.intake import SupplementItem
from motcua.domain.people.principal import Principal
from motcua.foundation import clock
from motcua.foundation.actor import Actor
from tests.domain.dossiers.world import ASSESSED, World, upload

TEXT = "Bản chụp giấy tờ bị mờ, không đọc được ngày cấp"
REASON = {"reason_code": "INVALID_COMPONENT", "reason_text": TEXT}
STORED = [state for state in State if state is not State.DRAFT]
PROCEDURE = ASSESSED  # the one service whose table uses every edge: components to ask for, a fee assessed later


def asked_component(world: World) -> str:
    """A component of the service that an officer may ask for."""
    return world.definitions[PROCEDURE].components[0].code


def assessed_fee(world: World) -> str:
    """The code of a fee that an officer assesses."""
    return next(fee.code for fee in world.definitions[PROCEDURE].fees if fee.moment.value == "after")


@dataclass(frozen=True)
class Way:
    """One verb: who is entitled to it, its path in the API, its arguments for the service and its body for the API."""

    who: Callable[[World], Principal]
    path: str
    arguments: Callable[[World], Mapping[str, Any]]
    body: Callable[[World], Mapping[str, Any]]


def _same(path: str, who: Callable[[World], Principal], fields: Mapping[str, Any]) -> Way:
    return Way(who, path, lambda _world: fields, lambda _world: fields)


def _ask(world: World) -> dict[str, Any]:
    return {**REASON, "items": [SupplementItem(asked_component(world), "Chụp lại rõ hơn")]}


def _ask_body(world: World) -> dict[str, Any]:
    return {**REASON, "items": [{"component": asked_component(world), "what": "Chụp lại rõ hơn"}]}


def _answer(world: World) -> dict[str, Any]:
    return {"files": [(asked_component(world), upload(world.citizen).pk)]}


def _answer_body(world: World) -> dict[str, Any]:
    file_id = str(upload(world.citizen).pk)
    return {"components": [{"component": asked_component(world), "files": [file_id]}]}


def _result(world: World) -> dict[str, Any]:
    return {"file_id": upload(world.approver).pk, "number": "1/KQ", "signature": "UNSIGNED"}


def _processor(world: World) -> Principal:
    return world.processor


def _approver(world: World) -> Principal:
    return world.approver


WAYS: dict[str, Way] = {
    "receive": _same("receive", lambda world: world.reception, {}),
    "refuse_intake": _same("refuse-intake", lambda world: world.reception, REASON),
    "ask_supplement": Way(_processor, "ask-supplement", _ask, _ask_body),
    "supplement": Way(lambda world: world.citizen, "supplement", _answer, _answer_body),
    "start": _same("start", _processor, {}),
    "transfer": Way(
        _processor,
        "transfer",
        lambda world: {**REASON, "to_unit_code": world.commune.code},
        lambda world: {**REASON, "to_unit": world.commune.code},
    ),
    "ask_payment": Way(
        _processor,
        "ask-payment",
        lambda world: {"reason_text": TEXT, "amounts": [(assessed_fee(world), 650_000)]},
        lambda world: {"reason_text": TEXT, "fees": [{"code": assessed_fee(world), "amount": 650_000}]},
    ),
    "pause": _same("pause", _processor, REASON),
    "resume": _same("resume", _processor, REASON),
    "propose": _same("propose", _processor, {}),
    "send_back": _same("send-back", _approver, REASON),
    "approve": Way(
        _approver, "approve", _result, lambda world: {"file": str(upload(world.approver).pk), "number": "1/KQ"}
    ),
    "refuse": _same("refuse", _approver, REASON),
    "return_result": _same("return", lambda world: world.returner, {"method": "ONLINE"}),
    "withdraw": _same("withdraw", lambda world: world.citizen, {"reason_text": TEXT}),
}
"""Every verb that a person may take on a stored dossier."""


def act(world: World, verb: str, dossier: Dossier, *, by: Principal | None = None, **changes: Any) -> Dossier:
    """Takes `verb` by its service with acceptable arguments."""
    way = WAYS[verb]
    service: Callable[..., Dossier] = getattr(services, verb)
    return service(by or way.who(world), dossier.pk, **{**way.arguments(world), **changes})


PATHS: dict[State, tuple[str, ...]] = {
    State.SUBMITTED: (),
    State.RECEIVED: ("receive",),
    State.INTAKE_REFUSED: ("refuse_intake",),
    State.IN_PROCESS: ("receive", "start"),
    State.TRANSFERRED: ("receive", "transfer"),
    State.WAIT_SUPPLEMENT: ("receive", "start", "ask_supplement"),
    State.WAIT_PAYMENT: ("receive", "start", "ask_payment"),
    State.WITHDRAWN: ("receive", "withdraw"),
    State.STOPPED: ("receive", "start", "pause"),
    State.RESOLVED: ("receive", "start", "propose", "approve"),
    State.REFUSED: ("receive", "start", "refuse"),
    State.RETURNED: ("receive", "start", "propose", "approve", "return_result"),
    State.CLOSED: ("receive", "start", "propose", "approve", "return_result"),
}


def in_state(world: World, state: State) -> Dossier:
    """A dossier that came to `state` by legal steps."""
    dossier = world.submitted(PROCEDURE)
    for verb in PATHS[state]:
        act(world, verb, dossier)
    if state is State.CLOSED:
        with clock.travel(clock.now() + timedelta(days=CLOSE_AFTER_DAYS.get() + 1)):
            services.close_finished()
    dossier.refresh_from_db()
    assert dossier.state == state, dossier.state
    return dossier


def pay(dossier: Dossier) -> list[Any]:
    """What the payments room does when nothing blocking is owed any more."""
    return services.resume_after_payment([dossier.pk], Actor.job("test"))


def open_request(dossier: Dossier) -> SupplementRequest:
    """The supplement request that waits for an answer."""
    return SupplementRequest.objects.get(dossier=dossier, answered_at__isnull=True)
