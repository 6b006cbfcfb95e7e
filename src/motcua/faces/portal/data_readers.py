"""Who looked at my data: every read of one's dossiers by officers and systems (SEC-02)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from motcua.domain.dossiers import readers
from motcua.faces.signing_in import SignedInRequest, signed_in


@require_safe
@signed_in
def data_readers(request: SignedInRequest) -> HttpResponse:
    """The reads of the party's dossiers, the newest first: unit and role, when, what."""
    before = request.GET.get("truoc", "")
    known = int(before) if before.isdecimal() and len(before) < 19 else None
    rows = readers.readings_of(request.principal, before=known)
    here = reverse("portal:data_readers")
    context = {
        "rows": rows,
        "following": f"{here}?truoc={rows[-1].reference}" if len(rows) == readers.PAGE else "",
        "first": here if known else "",
    }
    return render(request, "portal/data_readers.html", context)
