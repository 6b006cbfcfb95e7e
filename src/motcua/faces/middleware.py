"""What every request passes: correlation id, content security policy, language, principal, domain errors."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from motcua.faces.language import is_for_machines, language_of
from motcua.faces.problems import answer
from motcua.faces.source import source_of
from motcua.foundation.correlation import correlated
from motcua.foundation.errors import DomainError
from motcua.foundation.security import coming_from

Next = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger("motcua.request")

_GIVEN_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")
_IN_WORDS = ("text/html", "application/problem+json")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; object-src 'self'; form-action 'self'{form_targets}; base-uri 'none'; "
    "frame-ancestors 'self'; manifest-src 'self'"
)


def correlation(get_response: Next) -> Next:
    """Gives the request an id (or keeps a partner's well-formed one), logs it with status and time, answers it back."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Correlation-Id", "")
        with correlated(given if _GIVEN_ID.match(given) else None) as identifier:
            response = get_response(request)
            response["X-Correlation-Id"] = identifier
            if response.status_code >= 500:
                route = request.resolver_match.route if request.resolver_match else "-"
                logger.error("%s /%s answered %s", request.method, route, response.status_code)
            return response

    return middleware


def source(get_response: Next) -> Next:
    """Remembers who sends the request, for security events; a refused flood hears when to come back."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with coming_from(source_of(request)):
            response = get_response(request)
        if response.status_code == 429:
            response.setdefault("Retry-After", "60")
        return response

    return middleware


def content_security_policy(get_response: Next) -> Next:
    """A strict policy without inline script or style; a view may allow one more form target (sign-on)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        targets = getattr(response, "form_targets", "")
        response.setdefault("Content-Security-Policy", _POLICY.format(form_targets=targets))
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response

    return middleware


def language(get_response: Next) -> Next:
    """Answers in the language of `language_of` and says so where the answer is words: a page, a problem document."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = language_of(request)
        with translation.override(chosen):
            response = get_response(request)
        patch_vary_headers(response, ["Cookie", "Accept-Language"] if is_for_machines(request) else ["Cookie"])
        if response.get("Content-Type", "").startswith(_IN_WORDS):
            response.setdefault("Content-Language", chosen)
        return response

    return middleware


def domain_errors(get_response: Next) -> Next:
    """Turns a DomainError of a service into the page or the problem document it stands for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            return answer(request, exception)
        return None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def principal(get_response: Next) -> Next:
    """`request.principal`: who is signed in, resolved lazily so that anonymous pages cost no statement."""
    from motcua.faces.principal import lazy_principal

    def middleware(request: HttpRequest) -> HttpResponse:
        request.principal = lazy_principal(request)  # type: ignore[attr-defined]
        return get_response(request)

    return middleware
