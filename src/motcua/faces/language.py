"""The language of a page and of texts that are written in both.

A national portal speaks Vietnamese: a browser that was sold with English must not change that. A
person chooses English with the switch (a cookie); a machine by the Accept-Language of its API request.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header

VIETNAMESE, ENGLISH = "vi", "en"


def language_of(request: HttpRequest) -> str:
    """What the person chose with the switch; on the API else what the client asks for first; else Vietnamese."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if not chosen and is_for_machines(request):
        asked = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
        chosen = asked[0][0].partition("-")[0] if asked else ""
    return chosen if chosen in (VIETNAMESE, ENGLISH) else VIETNAMESE


def is_for_machines(request: HttpRequest) -> bool:
    """Whether the request is one to the API."""
    return request.path.startswith("/api/")


def in_language(vietnamese: str, english: str) -> str:
    """The text in the language of the page; Vietnamese where no English is written."""
    return english if english and (get_language() or VIETNAMESE).startswith(ENGLISH) else vietnamese
