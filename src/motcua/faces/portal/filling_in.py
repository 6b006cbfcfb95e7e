"""Pages of an application: for its applicant, and for the officer who makes it with them at the desk (IDN-14)."""

from __future__ import annotations

from functools import wraps
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase

from motcua.domain.dossiers.draft_queries import is_assisted
from motcua.domain.people.principal import require_party
from motcua.faces.signing_in import SignedInRequest, View, signed_in


def filling_in(view: View) -> View:
    """The view for whoever applies, and for an officer only with an application that they make at the desk."""

    @signed_in
    @wraps(view)
    def checked(request: SignedInRequest, draft_id: UUID, **kwargs: Any) -> HttpResponseBase:
        if not (request.principal.is_staff and is_assisted(request.principal, draft_id)):
            require_party(request.principal)
        return view(request, draft_id, **kwargs)

    return checked
