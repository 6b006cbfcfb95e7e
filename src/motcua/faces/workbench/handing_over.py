"""A dossier whose officer is gone: the page says so and lets who may do the step take it up (ACC-14)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.domain.dossiers import queries, services
from motcua.domain.dossiers.models import Dossier
from motcua.domain.organisations.access import Acting
from motcua.faces.signing_in import SignedInRequest, signed_in
from motcua.faces.workbench.dossier_page import render_dossier
from motcua.faces.workbench.sections import later_sections
from motcua.foundation.errors import DomainError


def laid_down_section(acting: Acting, dossier: Dossier) -> dict[str, Any]:
    """Nothing for a dossier that somebody works on."""
    return {"template": "workbench/parts/laid_down.html", "laid_down": queries.is_laid_down(dossier.pk)}


later_sections.add("laid_down", laid_down_section)


@require_POST
@signed_in
def take_up(request: SignedInRequest, dossier_id: UUID) -> HttpResponse:
    """The officer takes the dossier up."""
    try:
        services.take_up(request.principal, dossier_id)
    except DomainError as error:
        if error.status in {403, 404}:
            raise
        return render_dossier(request, dossier_id, error=error)
    messages.success(request, _("Ông/Bà đã nhận xử lý hồ sơ này."))
    return redirect("workbench:dossier", dossier_id=dossier_id)
