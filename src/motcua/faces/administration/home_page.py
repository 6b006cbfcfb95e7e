"""The first page of the administration: what this account may look after."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from motcua.domain.organisations.holding import actions_held
from motcua.faces.administration.entries import EVERY_OFFICER
from motcua.faces.administration.navigation import entries_for
from motcua.faces.signing_in import SignedInRequest, officers_only


@require_safe
@officers_only
def home(request: SignedInRequest) -> HttpResponse:
    """The subjects open to this officer; what is open to every officer comes last."""
    entries = entries_for(actions_held(request.principal))
    context = {"entries": entries, "idle": all(entry.actions == EVERY_OFFICER for entry in entries)}
    return render(request, "administration/home.html", context)
