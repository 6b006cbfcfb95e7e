"""Check your answers, then send: one submission, however often the button is pressed (SUB-03)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from motcua.domain.dossiers import services
from motcua.faces.forms.answers_page import answers_in_words
from motcua.faces.portal.application_tasks import Application, application
from motcua.faces.portal.filling_in import filling_in
from motcua.faces.signing_in import SignedInRequest
from motcua.foundation.errors import Invalid


@require_http_methods(["GET", "HEAD", "POST"])
@filling_in
def check(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """All answers, papers and the fee; the POST submits the draft, whose id is the idempotency key."""
    error = None
    if request.method == "POST":
        try:
            submitted = services.submit_draft(request.principal, draft_id)
            page = "workbench:dossier" if request.principal.is_staff else "portal:submitted"
            return redirect(page, submitted.dossier_id)
        except Invalid as refused:
            error = refused
    current = application(request.principal, draft_id)
    context = {
        "application": current,
        "answers": answers_in_words(current.definition, current.draft.form),
        "todo": left_to_do(current),
        "error": error,
    }
    return render(request, "portal/check.html", context, status=422 if error else 200)


@dataclass(frozen=True)
class ToDo:
    """Something that keeps the application from being sent, and the page where it is mended."""

    message: str
    href: str


def left_to_do(current: Application) -> list[ToDo]:
    """Everything missing or wrong, in the order of the pages."""
    back = "?roi=check"
    left = [
        ToDo(str(error.message), reverse("portal:section", args=[current.draft.pk, section.number]) + back)
        for section in current.sections
        for error in section.errors
    ]
    papers = reverse("portal:papers", args=[current.draft.pk])
    return left + [ToDo(component.name, papers) for component in current.components if component.missing]
