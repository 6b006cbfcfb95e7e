"""The functions that every commune must have an officer for, and what counts as having one (ACC-07)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.rules import ROLES, Words


class CommuneFunction(StrEnum):
    """One function of a commune's one-stop work."""

    RECEIVE = "RECEIVE"
    PROCESS = "PROCESS"
    RETURN = "RETURN"
    FINANCE = "FINANCE"
    FEEDBACK = "FEEDBACK"
    ADMIN = "ADMIN"


FUNCTION_NAMES: Final[dict[CommuneFunction, Words]] = {
    CommuneFunction.RECEIVE: _("Tiếp nhận"),
    CommuneFunction.PROCESS: _("Xử lý"),
    CommuneFunction.RETURN: _("Trả kết quả"),
    CommuneFunction.FINANCE: _("Tài chính"),
    CommuneFunction.FEEDBACK: _("Phản ánh, kiến nghị"),
    CommuneFunction.ADMIN: _("Quản trị"),
}

REQUIRED_ROLES: Final[dict[CommuneFunction, frozenset[str]]] = {
    CommuneFunction.RECEIVE: frozenset({"RECEPTION"}),
    CommuneFunction.PROCESS: frozenset({"PROCESSOR"}),
    CommuneFunction.RETURN: frozenset({"RETURN"}),
    CommuneFunction.FINANCE: frozenset({"FINANCE_VIEW", "FEE_MAKER", "FEE_CHECKER", "REFUND_MAKER"}),
    CommuneFunction.FEEDBACK: frozenset({"FBK_HANDLER"}),
    CommuneFunction.ADMIN: frozenset({"UNIT_ADMIN"}),
}
"""Any of these roles, given at the commune or below it to an active officer, stands for the function.

A right given at the province reaches the commune's dossiers too, and is no sign that the commune has its people:
it does not count.
"""

FUNCTION_OF_ROLE: Final[dict[str, CommuneFunction]] = {
    role: function for function, roles in REQUIRED_ROLES.items() for role in sorted(roles)
}

if FUNCTION_OF_ROLE.keys() - ROLES.keys():
    raise ValueError(f"unknown roles {sorted(FUNCTION_OF_ROLE.keys() - ROLES.keys())}")


def missing_functions(roles: Iterable[str]) -> list[CommuneFunction]:
    """The functions that none of `roles` stands for, in the order of the table."""
    held = {FUNCTION_OF_ROLE[role] for role in roles if role in FUNCTION_OF_ROLE}
    return [function for function in CommuneFunction if function not in held]


def completion(complete: int, of_all: int) -> int:
    """Whole per cent, rounded down: 100 is said only where nothing is missing; 0 of 0 is 100."""
    return 100 * complete // of_all if of_all else 100
