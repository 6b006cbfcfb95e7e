"""The first page of the administration: what this account may look after."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcua.domain.organisations.holding import actions_held
from motcua.faces.administration.navigation import entries_for
from motcua.faces.signing_in import SignedInRequest, signed_in
from motcua.foundation.errors import AccessDenied


@require_safe
@signed_in
def home(request: SignedInRequest) -> HttpResponse:
    """The subjects open to this officer; an officer without any is told whom to ask."""
    if not request.principal.is_staff:
        raise AccessDenied("OFFICERS_ONLY", _("Trang này dành cho cán bộ."))
    entries = entries_for(actions_held(request.principal))
    return render(request, "administration/home.html", {"entries": entries})
