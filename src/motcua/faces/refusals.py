"""What a refusal leaves behind, written by the face after the rollback: the audit row of a denied act (SEC-02), and the
security event of what only an attack or a mishap sends (SEC-01)."""

from __future__ import annotations

from django.http import HttpRequest

from motcua.domain.organisations.access import record_refusal
from motcua.foundation import security
from motcua.foundation.errors import AccessDenied, DomainError
from motcua.foundation.security_kinds import SecurityKind

_EVENTS = {"MALWARE": SecurityKind.MALWARE, "LOGOUT_TOKEN_INVALID": SecurityKind.FORGED_CALLBACK}


def note_refusal(request: HttpRequest, error: DomainError) -> None:
    """Leaves an audit row where a signed-in account was denied an act; none for nobody or for another error."""
    if error.code in _EVENTS:
        security.note(_EVENTS[error.code], error.code.lower())
    if not isinstance(error, AccessDenied):
        return  # who is signed in is a question to the database, which may be what fails
    principal = getattr(request, "auth", None) or getattr(request, "principal", None)
    if principal:
        record_refusal(principal, error)
        action = str(error.details.get("action", error.code.lower()))
        security.note(SecurityKind.DENIED, action, account_id=str(principal.account_id))
