"""Dossiers whose next step no active officer may take, for who can give the right (F-68)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from motcua.domain.dossiers.unattended import unattended_seen
from motcua.faces.administration.guard import administrators
from motcua.faces.signing_in import SignedInRequest

SHOWN = 200


@require_safe
@administrators("account.view")
def unattended(request: SignedInRequest) -> HttpResponse:
    """By unit, field and step; the places with the most dossiers first, two hundred at most."""
    places = unattended_seen(request.principal)
    context = {
        "places": places[:SHOWN],
        "number": len(places),
        "dossiers": sum(place.dossiers for place in places),
        "more": len(places) > SHOWN,
    }
    return render(request, "administration/unattended.html", context)
