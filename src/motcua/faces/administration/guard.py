"""Pages of the administration: for officers who hold the page's action somewhere; objects are asked for one by one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase

from motcua.domain.organisations.holding import require_somewhere
from motcua.faces.signing_in import SignedInRequest, View, signed_in


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
