"""An application from its beginning to its task list: where to submit, what is left to do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.domain.catalogue.queries import require_submittable
from motcua.domain.dossiers import queries, services
from motcua.domain.people.applicants import known_of
from motcua.faces.forms.prefill import first_answers
from motcua.faces.portal.application_tasks import application
from motcua.faces.portal.filling_in import filling_in
from motcua.faces.portal.locality import chosen_locality, locality_field
from motcua.faces.signing_in import SignedInRequest, for_applicants
from motcua.foundation.errors import FieldError


@require_http_methods(["GET", "HEAD", "POST"])
@for_applicants
def begin(request: SignedInRequest, code: str) -> HttpResponse:
    """Where the dossier goes; then a draft, filled with what is known of the person. An unfinished draft is offered."""
    service = require_submittable(code)
    services.check_applicant(request.principal, service)
    level = service.definition.receiving_level
    locality = chosen_locality(level, request.POST)
    if request.method == "POST" and locality is not None:
        answers = first_answers(service.definition.form, known_of(request.principal))
        draft = services.open_draft(request.principal, service.code, answers=answers, locality_id=locality)
        return redirect("portal:application", draft.pk)
    asked_again = request.method == "POST" and request.POST.get("then") != "places"
    context = {
        "service": service,
        "field": locality_field(level, request.POST, errors=[_missing()] if asked_again else []),
        "drafts": [draft for draft in queries.my_drafts(request.principal) if draft.service.code == service.code],
    }
    return render(request, "portal/begin.html", context, status=422 if asked_again else 200)


def _missing() -> FieldError:
    return FieldError("/locality", "LOCALITY_REQUIRED", _("Ông/Bà chọn nơi nộp hồ sơ."))


@require_safe
@filling_in
def task_list(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """What is done and what is left; nothing has to be done in one sitting."""
    return render(request, "portal/application.html", _context(request, draft_id))


@require_POST
@filling_in
def discard(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """Throws the draft away."""
    services.discard(request.principal, draft_id)
    return redirect("portal:my_dossiers")


def _context(request: SignedInRequest, draft_id: UUID) -> dict[str, Any]:
    return {"application": application(request.principal, draft_id)}
