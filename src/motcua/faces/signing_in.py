"""Pages for signed-in people: who is not signed in goes to sign-on and comes back, and loses nothing (SES-02)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

View = Callable[..., HttpResponse]

_KEPT = "sent_while_signed_out"
_KEPT_LIMIT = 200_000  # characters of a form; a page of ours sends far less


def signed_in(view: View) -> View:
    """The view for signed-in people only.

    Everybody else is sent to sign-on and back to the same address; what a form had sent is kept in the
    session meanwhile, for `take_kept`. Every address that takes a POST answers a GET too.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.principal:  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)
        if request.headers.get("HX-Request"):
            return render(request, "parts/signed_out.html")
        if request.method == "POST":
            _keep(request)
        return redirect(f"/dang-nhap?{urlencode({'next': request.get_full_path()})}")

    return checked


def _keep(request: HttpRequest) -> None:
    sent = {name: value for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    if sum(len(str(value)) for value in sent.values()) <= _KEPT_LIMIT:
        request.session[_KEPT] = {"path": request.path, "sent": sent}


def take_kept(request: HttpRequest) -> QueryDict | None:
    """What this address had been sent before its sender was asked to sign in again; given once."""
    kept = request.session.get(_KEPT)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[_KEPT]
    sent = QueryDict(mutable=True)
    sent.update(kept["sent"])
    return sent
