"""One section of an application's form a page; answers are kept as typed, before and apart from any check."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from motcua.domain.dossiers import services
from motcua.domain.dossiers.draft_marks import marks
from motcua.faces.forms import fields, parsing
from motcua.faces.forms.reading import in_words
from motcua.faces.portal.application_tasks import Application, application
from motcua.faces.portal.filling_in import filling_in
from motcua.faces.signing_in import SignedInRequest, take_kept
from motcua.foundation.clock import now
from motcua.foundation.errors import Conflict


@require_http_methods(["GET", "HEAD", "POST"])
@filling_in
def section(request: SignedInRequest, draft_id: UUID, number: int) -> HttpResponse:
    """Shows the section; a POST saves first, then goes on if nothing in the section is wrong (SES-02: or came back)."""
    current = application(request.principal, draft_id)
    sent = request.POST if request.method == "POST" else take_kept(request)
    names = _names(current, number)
    if sent is None:
        view = fields.section(current.definition, number, current.draft.form)
        return _page(request, current, view, current.draft.form)
    answers = parsing.answers(current.definition.form, names, sent)
    try:
        draft = services.save_answers(request.principal, draft_id, answers, seen=_seen(sent))
    except Conflict as conflict:
        return _clashing(request, application(request.principal, draft_id), number, answers, conflict)
    errors = [] if sent.get("then") == "places" else fields.section_errors(current.definition, number, draft.form)
    if request.method == "POST" and not errors and sent.get("then") != "places":
        return redirect(_following(current, number, sent.get("then", "")))
    provinces = parsing.provinces(current.definition.form, names, sent)
    view = fields.section(current.definition, number, draft.form, errors=errors, provinces=provinces)
    restored = request.method != "POST"
    return _page(request, current, view, draft.form, restored=restored, status=422 if errors else 200)


@require_POST
@filling_in
def save(request: SignedInRequest, draft_id: UUID, number: int) -> HttpResponse:
    """Keeps what is typed while the person types, and shows or hides the fields that depend on it."""
    current = application(request.principal, draft_id)
    before, form = current.draft.form, current.definition.form
    answers = parsing.answers(form, _names(current, number), request.POST)
    try:
        after = services.save_answers(request.principal, draft_id, answers, seen=_seen(request.POST)).form
    except Conflict as conflict:
        return render(request, "portal/saved.html", {"conflict": conflict})
    earlier = fields.section(current.definition, number, before).fields
    later = fields.section(current.definition, number, after).fields
    changed = [new for old, new in zip(earlier, later) if (old.shown, old.is_passport) != (new.shown, new.is_passport)]
    context = {"changed": changed, "saved_at": now(), "seen": _marks(current, number, after)}
    return render(request, "portal/saved.html", context)


def _marks(current: Application, number: int, form: Mapping[str, Any]) -> str:
    return json.dumps(marks(form, _names(current, number)))


def _seen(sent: QueryDict) -> dict[str, str]:
    """The marks that the window was given; none where it sends none or something else."""
    try:
        said = json.loads(sent.get("_seen", "{}"))
    except ValueError:
        return {}
    return {str(name): str(known) for name, known in said.items()} if isinstance(said, dict) else {}


def _clashing(
    request: SignedInRequest, current: Application, number: int, answers: Mapping[str, Any], conflict: Conflict
) -> HttpResponse:
    """The page with what was typed here still in it, and above it what the other window saved."""
    stored, ui = current.draft.form, current.definition.form.ui
    typed = {name: value for name, value in {**stored, **answers}.items() if value is not None}
    elsewhere = [
        {"label": field.title, "value": in_words(ui.fields[field.name], stored.get(field.name))}
        for field in fields.section(current.definition, number, stored).fields
        if field.name in conflict.details["fields"]
    ]
    view = fields.section(current.definition, number, typed)
    return _page(request, current, view, stored, conflict=conflict, elsewhere=elsewhere, status=409)


def _names(current: Application, number: int) -> tuple[str, ...]:
    sections = current.definition.form.ui.sections
    if not 1 <= number <= len(sections):
        raise Http404
    return sections[number - 1].fields


def _following(current: Application, number: int, then: str) -> str:
    """The next section, the papers after the last one, or the task list where the person wants a break."""
    if then == "later":
        return reverse("portal:application", args=[current.draft.pk])
    if then == "check":
        return reverse("portal:check", args=[current.draft.pk])
    if number < len(current.definition.form.ui.sections):
        return reverse("portal:section", args=[current.draft.pk, number + 1])
    return reverse("portal:papers", args=[current.draft.pk])


def _page(
    request: SignedInRequest,
    current: Application,
    view: fields.SectionView,
    stored: Mapping[str, Any],
    *,
    restored: bool = False,
    conflict: Conflict | None = None,
    elsewhere: Sequence[Mapping[str, str]] = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "application": current,
        "section": view,
        "section_count": len(current.definition.form.ui.sections),
        "restored": restored,
        "conflict": conflict,
        "elsewhere": elsewhere,
        "seen": _marks(current, view.number, stored),
        "then": request.GET.get("roi", ""),
    }
    return render(request, "portal/section.html", context, status=status)
