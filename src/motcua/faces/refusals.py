"""The audit row of a refused act: written by the face, after the transaction has been rolled back (SEC-02)."""

from __future__ import annotations

from django.http import HttpRequest

from motcua.domain.organisations.access import record_refusal
from motcua.foundation.errors import AccessDenied, DomainError


def note_refusal(request: HttpRequest, error: DomainError) -> None:
    """Leaves an audit row where a signed-in account was denied an act; none for nobody or for another error."""
    if not isinstance(error, AccessDenied):
        return  # who is signed in is a question to the database, which may be what fails
    principal = getattr(request, "auth", None) or getattr(request, "principal", None)
    if principal:
        record_refusal(principal, error)
