"""Look-up of a dossier by its code, open to everybody (POR-02). What it shows names nobody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from motcua.faces.event_names import event_name
from motcua.faces.looking_up import look_up
from motcua.faces.problems import note
from motcua.faces.state_tones import STATE_TONES
from motcua.foundation.errors import DomainError
from motcua.foundation.text import normalise_line


@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    """The form; with a code it leads to the address of that dossier, so that it can be kept and sent."""
    code = normalise_line(request.GET.get("ma", ""))
    if code and "/" not in code:
        return redirect("portal:found", code)
    return render(request, "portal/lookup.html", {"code": code})


@require_safe
def found(request: HttpRequest, code: str) -> HttpResponse:
    """State, unit, due date and history; a malformed code (422) and an unknown one (404) say what to do."""
    try:
        tracked = look_up(request, code)
    except DomainError as error:
        context: dict[str, Any] = {
            "code": code,
            "error": error,
            "title": _title(error),
            "reference": note(request, error),
        }
        context["code_error"] = error.message if error.status in _TITLES else ""
        return render(request, "portal/lookup.html", context, status=error.status)
    steps = [{"title": event_name(step.type), "at": step.occurred_at, "tone": "done"} for step in tracked.steps]
    context = {"code": code, "found": tracked, "steps": steps, "tone": STATE_TONES.get(tracked.state, "")}
    return render(request, "portal/lookup.html", context)


_TITLES: dict[int, str | Promise] = {404: gettext_lazy("Không tìm thấy hồ sơ"), 422: gettext_lazy("Mã hồ sơ chưa đúng")}
"""A dossier that is not there, a code to mend; any other refusal has its own words."""


def _title(error: DomainError) -> str:
    return str(_TITLES.get(error.status, error.message))
