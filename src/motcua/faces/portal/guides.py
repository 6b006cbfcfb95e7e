"""Guides to signing on, for organisations, for foreigners, and to filing at the counter (IDN-15)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from motcua.faces.guides import COUNTER, FOREIGNER, ORGANISATION, SIGN_ON, TITLES, address

_TEMPLATES = {
    SIGN_ON: "portal/guides/sign_on.html",
    ORGANISATION: "portal/guides/organisation.html",
    FOREIGNER: "portal/guides/foreigner.html",
    COUNTER: "portal/guides/counter.html",
}


@require_safe
def guide(request: HttpRequest, name: str) -> HttpResponse:
    """One guide, open to everybody; 404 for a name that is none."""
    template = _TEMPLATES.get(name)
    if template is None:
        raise Http404
    others = [(address(other), title) for other, title in TITLES.items() if other != name]
    return render(request, template, {"title": TITLES[name], "others": others})
