"""Asking the population register for a dossier: only for one that is in the officer's own hands (IDN-12)."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from motcua.domain.dossiers.identity import stated_by
from motcua.domain.dossiers.models import Dossier, Task
from motcua.domain.dossiers.rules import State
from motcua.domain.organisations.access import Acting, require
from motcua.domain.people.population.services import Answered, Inquiry, Occasion, ask
from motcua.foundation.errors import AccessDenied

IN_HAND = frozenset(
    {
        State.SUBMITTED,
        State.RECEIVED,
        State.IN_PROCESS,
        State.TRANSFERRED,
        State.WAIT_SUPPLEMENT,
        State.WAIT_PAYMENT,
        State.STOPPED,
    }
)
"""States in which somebody still works on a dossier."""


def query_population(acting: Acting, dossier_id: UUID, inquiry: Inquiry) -> Answered:
    """Asks about the applicant of a dossier that the officer is working on.

    - needs `population.query` where the dossier is held now; a dossier that does not exist is refused alike;
    - the dossier is not finished, and its open task is nobody else's;
    - purpose, reason, field limitation, record and audit: `people.population`.

    Raises AccessDenied (ACCESS_DENIED, NO_DOSSIER, DOSSIER_NOT_IN_HAND), and what `ask` raises. Call it outside a
    transaction.
    """
    dossier = Dossier.objects.select_related("holding_unit").filter(pk=dossier_id).first()
    if dossier is None:
        raise _refused("NO_DOSSIER", str(dossier_id))
    actor = require(acting, "population.query", dossier)
    if not in_hand(acting, dossier):
        raise _refused("DOSSIER_NOT_IN_HAND", str(dossier.pk))
    return ask(actor, acting.account_id, _occasion(dossier), inquiry)


def in_hand(acting: Acting, dossier: Dossier) -> bool:
    """Whether the dossier is still being worked on, and by nobody else by name; one statement."""
    if dossier.state not in IN_HAND:
        return False
    held = Task.objects.filter(dossier=dossier, closed_at__isnull=True).values_list("assignee_id", flat=True).first()
    return held is None or held == acting.account_id


def _occasion(dossier: Dossier) -> Occasion:
    stated = stated_by(dossier)
    return Occasion(
        subject=stated.subject,
        holding_unit_id=dossier.holding_unit_id,
        holding_unit_code=dossier.holding_unit.code,
        service_code=dossier.service_code,
        owner_party_id=dossier.owner_party_id,
        account_id=dossier.submitted_by_id,
        stated=stated.values,
    )


def _refused(code: str, dossier_id: str) -> AccessDenied:
    return AccessDenied(
        code,
        _("Chỉ khai thác dữ liệu dân cư cho hồ sơ Ông/Bà đang xử lý."),
        details={"action": "population.query", "subject": ["dossier", dossier_id]},
    )
