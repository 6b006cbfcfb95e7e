"""Who calls the API: a bearer token, a signed call, or the browser's session with CSRF protection."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.security.http import HttpAuthBase
from ninja.utils import check_csrf

from motcua.domain.people.partner_keys import authenticate_call
from motcua.domain.people.partner_rules import SCHEME, SignedCall
from motcua.domain.people.principal import Principal, refuse_ended_capacity
from motcua.domain.people.tokens import authenticate_token
from motcua.foundation import security
from motcua.foundation.security_kinds import SecurityKind


class BearerToken(HttpBearer):
    """`Authorization: Bearer …`: one statement finds the token, its account and the party it acts for."""

    def authenticate(self, request: HttpRequest, token: str) -> Principal | None:
        principal = authenticate_token(token)
        if principal is None:
            security.note(SecurityKind.FORGED_CREDENTIAL, "bearer")
        return principal


class SignedCalls(HttpAuthBase):
    """`Authorization: MOTCUA-HMAC-SHA256 …`: a connected system signs the whole call (SEC-04)."""

    openapi_scheme = SCHEME.lower()

    def __call__(self, request: HttpRequest) -> Principal | None:
        written = request.headers.get("Authorization", "")
        if not written.upper().startswith(SCHEME):
            return None
        return authenticate_call(SignedCall(request.method or "", request.get_full_path(), request.body, written))


class Session(APIKeyCookie):
    """The portal's own pages call the API with their session; writing needs the CSRF token."""

    param_name = "motcua_session"

    def __init__(self) -> None:
        super().__init__(csrf=False)

    def _get_key(self, request: HttpRequest) -> str | None:
        return request.COOKIES.get(self.param_name)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        if key is None:
            return None
        if check_csrf(request) is not None:
            security.note(SecurityKind.CSRF, "api")
            return None
        principal = getattr(request, "principal", None)
        if not principal:
            return None
        refuse_ended_capacity(principal)
        return principal


either = [BearerToken(), SignedCalls(), Session()]


def principal_of(request: HttpRequest) -> Principal:
    """The principal that an authenticated operation was called by."""
    return request.auth  # type: ignore[attr-defined, no-any-return]
