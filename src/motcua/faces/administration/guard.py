"""Pages of the administration: for officers who hold the page's action somewhere; objects are asked for one by one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from motcua.domain.organisations.holding import require_somewhere
from motcua.faces.signing_in import SignedInRequest, View, signed_in
from motcua.foundation.errors import AccessDenied


def administrators(action: str) -> Callable[[View], View]:
    """The view for signed-in accounts that hold `action` somewhere; 403 with the reason for everybody else."""

    def guard(view: View) -> View:
        @signed_in
        @wraps(view)
        def checked(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require_somewhere(request.principal, action)
            return view(request, *args, **kwargs)

        return checked

    return guard


def officers_only(view: View) -> View:
    """The view for signed-in officers, whatever they hold; the services decide about each object."""

    @signed_in
    @wraps(view)
    def checked(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.principal.is_staff:
            raise AccessDenied("OFFICERS_ONLY", _("Trang này dành cho cán bộ."))
        return view(request, *args, **kwargs)

    return checked
