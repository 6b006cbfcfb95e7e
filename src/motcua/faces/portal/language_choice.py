"""The switch of language."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.i18n import set_language

from motcua.faces.redirects import on_site


def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Remembers the language and goes back to the page; Django refuses to go elsewhere, here the try is counted."""
    on_site(request.POST.get("next", "") or request.GET.get("next", ""))
    return set_language(request)
