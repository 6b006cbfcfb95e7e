"""What an account holds anywhere at all: for menus, and for pages that list what lies in many units."""

from __future__ import annotations

from django.utils.translation import gettext as _

from motcua.domain.organisations.models import Grant
from motcua.domain.organisations.rules import ACTIONS, ROLES, UnknownAction
from motcua.domain.organisations.scoping import Acting, in_force
from motcua.foundation.errors import AccessDenied


def actions_held(acting: Acting) -> frozenset[str]:
    """Every action that some grant in force allows somewhere; 1 statement."""
    roles = Grant.objects.filter(in_force(), account_id=acting.account_id).values_list("role", flat=True).distinct()
    return frozenset(action for role in roles for action in ROLES[role].actions)


def require_somewhere(acting: Acting, action: str) -> None:
    """Refuses a page about `action` to who holds it nowhere; each object is still asked for by itself. 1 statement.

    Raises AccessDenied, and UnknownAction for a code outside ACTIONS.
    """
    if action not in ACTIONS:
        raise UnknownAction(action)
    if action in actions_held(acting):
        return
    raise AccessDenied(
        "ACCESS_DENIED",
        _("Ông/Bà chưa được cấp quyền %(action)s tại đơn vị nào.") % {"action": ACTIONS[action].words},
        details={"action": action, "subject": ["account", str(acting.account_id)], "missing": "FUNCTION"},
    )
