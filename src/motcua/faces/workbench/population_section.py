"""Asking the population register from the dossier page: the form by purpose, the answer, who has asked (IDN-12)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.domain.dossiers import queries as dossiers
from motcua.domain.dossiers import services
from motcua.domain.dossiers.identity import SUBJECT
from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.services.population import in_hand
from motcua.domain.organisations import access
from motcua.domain.organisations.access import Acting
from motcua.domain.people.population import queries
from motcua.domain.people.population.rules import POPULATION_FIELDS, PURPOSES, QueryOutcome
from motcua.domain.people.population.services import Answered, Inquiry
from motcua.faces.identity_words import in_words, population_words, query_words
from motcua.faces.signing_in import SignedInRequest, signed_in
from motcua.faces.workbench.dossier_page import render_dossier
from motcua.faces.workbench.sections import later_sections
from motcua.foundation.errors import DomainError

VERB = "population"


def population_section(acting: Acting, dossier: Dossier) -> dict[str, Any]:
    """The form for whom the dossier is in hand, and the questions asked before for whom may ask at all."""
    allowed = access.can(acting, "population.query", dossier)
    return {
        "template": "workbench/parts/population.html",
        "allowed": allowed,
        "in_hand": allowed and in_hand(acting, dossier),
        "purposes": [
            (purpose.value, rule.words, [(field.value, POPULATION_FIELDS[field]) for field in rule.fields])
            for purpose, rule in PURPOSES.items()
        ],
        "asked": [query_words(row) for row in queries.of_subject(SUBJECT, dossier.pk)] if allowed else [],
    }


later_sections.add("population", population_section)


@require_POST
@signed_in
def ask(request: SignedInRequest, dossier_id: UUID) -> HttpResponse:
    """Asks the register and shows its answer, once: the answer is not kept."""
    form = request.POST
    inquiry = Inquiry(form.get("purpose", ""), form.getlist("fields"), form.get("reason", ""))
    try:
        answered = services.query_population(request.principal, dossier_id, inquiry)
        if answered.outcome in {QueryOutcome.REFUSED, QueryOutcome.UNAVAILABLE}:
            raise _no_answer()
    except DomainError as error:
        if error.status == 403:
            raise
        return render_dossier(request, dossier_id, error=error, verb=VERB)
    response = render(request, "workbench/population_answer.html", _context(request, dossier_id, answered))
    response["Cache-Control"] = "private, no-store"
    return response


def _context(request: SignedInRequest, dossier_id: UUID, answered: Answered) -> dict[str, Any]:
    return {
        "dossier": dossiers.get(request.principal, dossier_id),
        "query": query_words(answered.query),
        "found": answered.outcome is QueryOutcome.FOUND,
        "rows": population_words(answered.query, answered.values),
        "differences": in_words(answered.differences),
    }


def _no_answer() -> DomainError:
    return DomainError(
        "POPULATION_UNAVAILABLE",
        _("Chưa nhận được dữ liệu từ Cơ sở dữ liệu quốc gia về dân cư."),
        status=503,
        what_next=_("Ông/Bà thử lại sau ít phút; việc giải quyết hồ sơ không phải chờ tra cứu này."),
    )
