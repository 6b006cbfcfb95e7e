"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

HOTLINE = "1800.1096"


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """The national hotline (POR-12), who is signed in, the language, whether this is a demonstration."""
    return {
        "hotline": HOTLINE,
        "principal": getattr(request, "principal", None),
        "page_language": get_language(),
        "is_demonstration": settings.DEMONSTRATION,
    }
