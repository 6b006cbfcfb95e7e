"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from motcua.domain.people import sessions

HOTLINE = "1800.1096"


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """The national hotline (POR-12), who is signed in, the language, whether this is a demonstration."""
    principal = getattr(request, "principal", None)
    return {
        "hotline": HOTLINE,
        "principal": principal,
        "page_language": get_language(),
        "is_demonstration": settings.DEMONSTRATION,
        "session_seconds": int(sessions.idle_limit().total_seconds()) if principal else None,
        "session_warning_seconds": int(sessions.warning_time().total_seconds()) if principal else None,
    }
