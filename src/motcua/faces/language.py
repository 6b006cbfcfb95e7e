"""Texts that are written in both languages: the one of the page."""

from __future__ import annotations

from django.utils.translation import get_language


def in_language(vietnamese: str, english: str) -> str:
    """The text in the language of the page; Vietnamese where no English is written."""
    return english if english and (get_language() or "vi").startswith("en") else vietnamese
