"""What every page knows."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from motcua.domain.organisations import queries
from motcua.domain.people import availability, sessions

HOTLINE = "1800.1096"
LOCALITY_COOKIE = "motcua_locality"


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """The national hotline (POR-12), who is signed in, the language, whether this is a demonstration."""
    principal = getattr(request, "principal", None)
    return {
        "hotline": HOTLINE,
        "principal": principal,
        "page_language": get_language(),
        "is_demonstration": settings.DEMONSTRATION,
        "session_seconds": _seconds_left(request, principal) if principal else None,
        "session_warning_seconds": int(sessions.warning_time().total_seconds()) if principal else None,
        "vneid_outage": SimpleLazyObject(availability.outage),
        "provinces": SimpleLazyObject(queries.provinces),
        **_local_support(request),
    }


def _seconds_left(request: HttpRequest, principal: Any) -> int:
    return max(0, int(sessions.time_left(request.session, principal).total_seconds()))


def _local_support(request: HttpRequest) -> dict[str, Any]:
    """The support number of the province the visitor chose; asked of the database only by a page that shows it.

    A view that knows a nearer place (a dossier's unit) gives its own `support_phone`.
    """
    chosen = request.COOKIES.get(LOCALITY_COOKIE, "")
    if not re.fullmatch(r"\d{2}", chosen, re.ASCII):
        return {"support_phone": "", "locality": None}
    locality = SimpleLazyObject(lambda: queries.place(chosen))
    return {"support_phone": SimpleLazyObject(lambda: _phone_of(locality)), "locality": locality}


def _phone_of(locality: Any) -> str:
    return queries.support_phone_of(locality.pk) if locality else ""
