"""What an account holds anywhere at all: for menus, and for pages that list what lies in many units."""

from __future__ import annotations

from django.utils.translation import gettext as _

from motcua.domain.organisations.access import Place, require
from motcua.domain.organisations.models import Account, Grant
from motcua.domain.organisations.rules import ACTIONS, ROLES, UnknownAction
from motcua.domain.organisations.scoping import Acting, in_force
from motcua.foundation.errors import AccessDenied


def actions_held(acting: Acting) -> frozenset[str]:
    """Every action that some grant in force allows somewhere; 1 statement."""
    roles = Grant.objects.filter(in_force(), account_id=acting.account_id).values_list("role", flat=True).distinct()
    return frozenset(action for role in roles for action in ROLES[role].actions)


def require_somewhere(acting: Acting, action: str) -> None:
    """Refuses a page about `action` to who holds it nowhere; each object is still asked for by itself.

    One statement where it is not refused; an officer is told what is missing and who can grant it (ACC-09).
    Raises AccessDenied, and UnknownAction for a code outside ACTIONS.
    """
    if action not in ACTIONS:
        raise UnknownAction(action)
    if action in actions_held(acting):
        return
    home = Account.objects.filter(pk=acting.account_id).values_list("unit_id", flat=True).first()
    if home is not None:  # an officer is told whom to ask in their own unit
        require(acting, action, Place(home))
    raise AccessDenied(
        "ACCESS_DENIED",
        _("Ông/Bà chưa được cấp quyền %(action)s tại đơn vị nào.") % {"action": ACTIONS[action].words},
        details={"action": action, "subject": ["account", str(acting.account_id)], "missing": "FUNCTION"},
    )
