"""What a ministry's system owes a locality (ACC-04), as data."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.rules import Words, roles_allowing


class Purpose(StrEnum):
    """What an account that a system's owner gives a locality is for."""

    MONITOR = "MONITOR"
    ADMIN = "ADMIN"


PURPOSE_NAMES: Final[dict[Purpose, Words]] = {
    Purpose.MONITOR: _("Giám sát"),
    Purpose.ADMIN: _("Quản trị"),
}

HANDLING_ROLES: Final = roles_allowing("dossier.process")
"""Whoever processes dossiers of a field works in the specialised system of that field, and needs an account there."""
