"""Search by name, by code, in everyday words, with or without diacritics."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from motcua.domain.catalogue import searching
from motcua.foundation.text import normalise_line

LONGEST_QUERY = 200


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The best ten; an empty query shows the form alone."""
    query = normalise_line(request.GET.get("q", ""))[:LONGEST_QUERY]
    results = searching.search(query) if query else []
    return render(request, "portal/search.html", {"query": query, "results": results})
