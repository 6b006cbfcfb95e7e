"""The look-up that is open to everybody, held to its limits, by page and by API alike (POR-02, SEC-05)."""

from __future__ import annotations

from django.http import HttpRequest

from motcua.domain.dossiers.tracking import Track, track
from motcua.faces.rate_limit import limit_lookups, note_miss
from motcua.foundation.errors import NotFound


def look_up(request: HttpRequest, code: str) -> Track:
    """The public view of a dossier. Raises what `track` raises, and TOO_MANY_REQUESTS (429)."""
    limit_lookups(request)
    try:
        return track(code)
    except NotFound:
        note_miss(request)
        raise
