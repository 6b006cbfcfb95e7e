"""Whether this process answers, and whether each of the seven core functions works (POR-01)."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from ninja import Router, Status

from motcua.domain.catalogue.queries import submittable_services
from motcua.domain.dossiers import queries, tracking
from motcua.domain.dossiers.models import RoutingRule
from motcua.domain.payments import services as payments
from motcua.domain.people import vneid
from motcua.faces.api import schemas
from motcua.faces.draining import is_draining
from motcua.foundation import clock
from motcua.foundation.errors import DomainError, NotFound
from motcua.foundation.functions import FUNCTION_NAMES, Function, require_on

logger = logging.getLogger("motcua.health")
router = Router(tags=["health"])
KEPT_SECONDS = 5.0
"""How long an answer is given again, so that whoever asks often does not load the partners."""


@dataclass(frozen=True)
class Checked:
    """What one probe found: `cause` is empty where the function works."""

    function: Function
    cause: str
    checked_at: datetime


def _submit() -> None:
    if not submittable_services() or not RoutingRule.objects.exists():
        raise DomainError("NOTHING_TO_SUBMIT", "", status=503)


def _look_up() -> None:
    try:
        tracking.track("G01.001-260101-010000")
    except NotFound:
        return


def _list(*tabs: str) -> Callable[[], None]:
    def probe() -> None:
        for tab in tabs:
            queries.first_of(tab)

    return probe


PROBES: dict[Function, Callable[[], object]] = {
    Function.LOG_IN: vneid.probe,
    Function.SUBMIT: _submit,
    Function.LOOK_UP: _look_up,
    Function.PAY: payments.banks,
    Function.RECEIVE: _list("to_receive"),
    Function.PROCESS: _list("in_process", "waiting"),
    Function.RETURN: _list("to_return"),
}
"""What each function needs at least: its partner, its tables. None of them changes anything."""

_lock = threading.Lock()
_kept: tuple[float, list[Checked]] | None = None


def check_all() -> list[Checked]:
    """Every function probed by itself: one that fails does not hide the others. Kept for a few seconds."""
    global _kept
    with _lock:
        if _kept is None or time.monotonic() - _kept[0] > KEPT_SECONDS:
            _kept = (time.monotonic(), [_check(function) for function in Function])
        return _kept[1]


def forget() -> None:
    """Drops the kept answer (tests)."""
    global _kept
    _kept = None


def _check(function: Function) -> Checked:
    cause = ""
    try:
        require_on(function)
        PROBES[function]()
    except DomainError as error:
        cause = error.code
    except Exception:
        logger.exception("probe of %s failed", function.value)
        cause = "INTERNAL_ERROR"
    return Checked(function, cause, clock.now())


@router.get("/health", response={200: schemas.HealthOut, 503: schemas.HealthOut}, auth=None)
def health(request: HttpRequest) -> Any:
    """The seven functions, each with its own answer; 503 where any of them fails."""
    checked = check_all()
    works = not any(item.cause for item in checked)
    functions = [
        {
            "function": item.function.value,
            "name": str(FUNCTION_NAMES[item.function]),
            "works": not item.cause,
            "cause": item.cause,
            "checked_at": item.checked_at,
        }
        for item in checked
    ]
    return Status(200 if works else 503, {"status": "ok" if works else "failed", "functions": functions})


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 while the process serves requests; touches nothing else."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 while a balancer may send requests here, 503 once this server was asked to stop (SES-03).

    A missing database does not make it unready: every node would be taken out, and people would read the balancer's
    error instead of our page with what to do.
    """
    draining = is_draining()
    return JsonResponse({"status": "draining" if draining else "ok"}, status=503 if draining else 200)
