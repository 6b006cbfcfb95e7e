"""The audit log for who may search it; the search itself leaves a row (SEC-02)."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from motcua.domain.organisations import account_names
from motcua.faces.administration.guard import administrators
from motcua.faces.problems import note
from motcua.faces.signing_in import SignedInRequest
from motcua.foundation import audit, audit_search
from motcua.foundation.audit_search import Found, Search
from motcua.foundation.errors import Invalid

FIELDS = ("nguoi", "loai", "doi-tuong", "thao-tac", "ket-qua", "ma", "tu", "den")
OUTCOMES = {"done": _("Đã thực hiện"), "refused": _("Bị từ chối"), "failed": _("Không thành công")}


@require_safe
@administrators("audit.view")
def log(request: SignedInRequest) -> HttpResponse:
    """Rows of the log that fit every filter given, the newest first, a page at a time."""
    typed = {name: request.GET.get(name, "").strip()[:100] for name in FIELDS}
    named = [name for name, value in typed.items() if value]
    audit.record(request.principal.actor(), "audit.search", ("audit", "log"), details={"filters": named})
    error = None
    found = Found([], None)
    try:
        found = audit_search.search(_wanted(typed), after=request.GET.get("sau", "")[:60])
    except Invalid as refused:
        error = refused
        note(request, refused)
    context = _context(typed, found, bool(request.GET.get("sau"))) | {"error": error}
    return render(request, "administration/audit.html", context, status=422 if error else 200)


def _wanted(typed: dict[str, str]) -> Search:
    return Search(
        actors=_actors(typed["nguoi"]),
        subject_kind=typed["loai"],
        subject_id=typed["doi-tuong"],
        action=typed["thao-tac"],
        outcome=typed["ket-qua"] if typed["ket-qua"] in OUTCOMES else "",
        correlation_id=typed["ma"].upper(),
        since=_day(typed["tu"], "tu"),
        until=_day(typed["den"], "den"),
    )


def _actors(written: str) -> tuple[str, ...] | None:
    """Accounts so named, and the written word itself: a job or an outside system has no account."""
    return (*account_names.ids_named(written), written) if written else None


def _day(written: str, field: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Invalid("DATE_MALFORMED", _("Ngày không đúng."), field=field) from None


def _context(typed: dict[str, str], found: Found, later: bool) -> dict[str, Any]:
    names = account_names.names_of({row.actor_id for row in found.rows})
    here = reverse("administration:audit")
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in typed.items() if value})
    following = f"{here}?{urlencode({**query.dict(), 'sau': found.following})}" if found.following else ""
    return {
        "rows": [(row, names.get(row.actor_id, ""), OUTCOMES[row.outcome]) for row in found.rows],
        "typed": {name.replace("-", "_"): value for name, value in typed.items()},
        "outcomes": OUTCOMES.items(),
        "following": following,
        "first": f"{here}?{query.urlencode()}" if later else "",
    }
