"""Differing identity data on the official's dossier page: both values, the register, the way to resolve it (IDN-11)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.domain.dossiers.identity import SUBJECT
from motcua.domain.dossiers.models import Dossier
from motcua.domain.organisations import access
from motcua.domain.organisations.access import Acting
from motcua.domain.people.differences import queries, services
from motcua.faces.identity_words import in_words
from motcua.faces.signing_in import SignedInRequest, signed_in
from motcua.faces.workbench.dossier_page import render_dossier
from motcua.faces.workbench.sections import later_sections
from motcua.foundation.errors import DomainError


def identity_section(acting: Acting, dossier: Dossier) -> dict[str, Any]:
    """The differences of this dossier; a dossier without any shows nothing."""
    rows = queries.of_subject(SUBJECT, dossier.pk)
    allowed = bool(rows) and access.can(acting, "identity_difference.view", dossier)
    return {
        "template": "workbench/parts/identity.html",
        "rows": [{"words": words, "verb": _verb(words.row.pk)} for words in in_words(rows)] if allowed else [],
        "open": sum(row.resolved_at is None for row in rows),
        "may_resolve": allowed and access.can(acting, "identity_difference.resolve", rows[0]),
    }


def _verb(difference_id: int) -> str:
    """What the page calls the act on this difference, to keep what was typed at the right place."""
    return f"identity_difference-{difference_id}"


later_sections.add("identity", identity_section)


@require_POST
@signed_in
def record_correction(request: SignedInRequest, dossier_id: UUID, difference_id: int) -> HttpResponse:
    """Records that a difference was corrected, with the evidence seen."""
    try:
        evidence = request.POST.get("evidence", "")
        services.record_correction(request.principal, dossier_id, difference_id, evidence=evidence)
    except DomainError as error:
        if error.status in {403, 404}:
            raise
        return render_dossier(request, dossier_id, error=error, verb=_verb(difference_id))
    messages.success(request, _("Đã ghi nhận việc đính chính"))
    return redirect("workbench:dossier", dossier_id=dossier_id)
