"""Separation of duties (ACC-16): who did the first act on an object does not do the second, whatever their rights."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.domain.organisations.account_rules import MAKER_OF, words_of
from motcua.domain.organisations.scoping import Acting
from motcua.foundation.errors import AccessDenied


def refuse_own_work(acting: Acting, second_act: str, makers: Iterable[UUID | str], subject: tuple[str, str]) -> None:
    """Refuses `second_act` (a key of `MAKER_OF`) to an account that stands among the makers of the first act.

    Raises AccessDenied (OWN_WORK). The caller asks for the right to the second act besides.
    """
    first_act = MAKER_OF[second_act]
    if str(acting.account_id) not in {str(maker) for maker in makers}:
        return
    raise AccessDenied(
        "OWN_WORK",
        _("Ông/Bà đã thực hiện bước “%(first)s” của việc này nên không được thực hiện bước “%(second)s”.")
        % {"first": words_of(first_act), "second": words_of(second_act)},
        what_next=_("Một người khác có quyền phải thực hiện bước này."),
        details={"action": second_act, "first_act": first_act, "subject": list(subject), "missing": "SECOND_PERSON"},
    )
