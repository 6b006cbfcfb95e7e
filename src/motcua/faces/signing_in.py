"""Pages for signed-in people: who is not signed in goes to sign-on and comes back, and loses nothing (SES-02)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.domain.people import sessions
from motcua.domain.people.principal import Principal, refuse_ended_capacity, require_party
from motcua.foundation.errors import AccessDenied


class SignedInRequest(HttpRequest):
    """A request whose sender is signed in."""

    principal: Principal


View = Callable[..., HttpResponseBase]

_KEPT = "sent_while_signed_out"
_KEPT_LIMIT = 200_000  # characters of a form; a page of ours sends far less


def signed_in(view: View) -> View:
    """The view for signed-in people only, in a capacity that holds (IDN-09).

    Everybody else is sent to sign-on and back. What a form had sent to its own page is kept in the session
    meanwhile, for `take_kept`; after a button's POST to another address the person comes back to the page.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.principal:  # type: ignore[attr-defined]
            refuse_ended_capacity(request.principal)  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)
        return _to_sign_on(request)

    return checked


def recently_signed_in(view: View) -> View:
    """The view for who proved who they are a short while ago (policy); others sign on again and come back (SES-04).

    For sensitive acts: whoever finds an officer's machine unlocked does not know how to sign on.
    """

    @signed_in
    @wraps(view)
    def checked(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if sessions.signed_on_recently(request.session):
            return view(request, *args, **kwargs)
        staff = {"vai": "can-bo"} if request.principal.is_staff else {}
        return redirect(f"/dang-nhap?{urlencode({'next': _way_back(request), 'lai': '1', **staff})}")

    return checked


def for_applicants(view: View) -> View:
    """The view for whoever acts for a person or an organisation; staff and systems are refused (403 NO_PARTY)."""

    @signed_in
    @wraps(view)
    def checked(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require_party(request.principal)
        return view(request, *args, **kwargs)

    return checked


def signed_in_as_anyone(view: View) -> View:
    """`signed_in`, also while the capacity has ended: for the pages on which another is chosen."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        signed = bool(request.principal)  # type: ignore[attr-defined]
        return view(request, *args, **kwargs) if signed else _to_sign_on(request)

    return checked


def _to_sign_on(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("HX-Request"):
        return render(request, "parts/signed_out.html")
    return redirect(f"/dang-nhap?{urlencode({'next': _way_back(request)})}")


def officers_only(view: View) -> View:
    """The view for signed-in officers, whatever they hold; the services decide about each object."""

    @signed_in
    @wraps(view)
    def checked(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.principal.is_staff:
            raise AccessDenied("OFFICERS_ONLY", _("Trang này dành cho cán bộ."))
        return view(request, *args, **kwargs)

    return checked


def _way_back(request: HttpRequest) -> str:
    if request.method != "POST":
        return request.get_full_path()
    page = urlsplit(request.headers.get("Referer", "")).path or request.path
    if page == request.path:
        _keep(request)
    return page


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
