"""What a page demands of its visitor before it does anything."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from motcua.domain.people.principal import Principal

View = Callable[..., HttpResponseBase]


class SignedInRequest(HttpRequest):
    """A request whose view stands behind `signed_in`."""

    principal: Principal


def signed_in(view: View) -> View:
    """Sends an anonymous visitor to sign in and back here; nothing of the page is lost for a GET."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.principal:
            return view(request, *args, **kwargs)
        back = request.get_full_path() if request.method in ("GET", "HEAD") else request.META.get("HTTP_REFERER", "/")
        return redirect(f"/dang-nhap?{urlencode({'next': back})}")

    return guarded
