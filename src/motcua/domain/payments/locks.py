"""The one order in which this room locks rows, so that no two transactions wait for each other.

    dossier → obligation → transaction (attempt) → receipt counter

- The dossier comes first because paying may move it, and its own room locks it before anything of ours.
- The receipt counter comes last and is held for two statements: every receipt of a series waits for it.
- Rows that are only ever inserted (ledger, credits, events) are not locked; unique keys decide.
"""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from motcua.domain.dossiers.models import Dossier
from motcua.domain.payments.models import Attempt, Obligation
from motcua.foundation.errors import NotFound


def obligation(obligation_id: UUID) -> Obligation:
    """The obligation with its dossier, both locked until the transaction ends. NotFound (OBLIGATION_UNKNOWN)."""
    dossier_id = Obligation.objects.filter(pk=obligation_id).values_list("dossier_id", flat=True).first()
    if dossier_id is None:
        raise NotFound("OBLIGATION_UNKNOWN", _("Không tìm thấy khoản phải nộp này"))
    dossier = Dossier.objects.select_for_update(no_key=True).get(pk=dossier_id)
    locked = Obligation.objects.select_for_update(no_key=True).get(pk=obligation_id)
    locked.dossier = dossier
    return locked


def attempt(attempt_id: UUID) -> Attempt:
    """The transaction with its obligation and dossier, all locked. NotFound (TRANSACTION_UNKNOWN)."""
    obligation_id = Attempt.objects.filter(pk=attempt_id).values_list("obligation_id", flat=True).first()
    if obligation_id is None:
        raise NotFound("TRANSACTION_UNKNOWN", _("Không tìm thấy giao dịch này"))
    owed = obligation(obligation_id)
    locked = Attempt.objects.select_for_update(no_key=True).get(pk=attempt_id)
    locked.obligation = owed
    return locked
