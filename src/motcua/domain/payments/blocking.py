"""Where a procedure demands payment first, its dossier is not worked on while money is owed (SUB-14, DOS-11)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from motcua.domain.dossiers.models import Dossier
from motcua.domain.payments.models import Obligation
from motcua.domain.payments.rules import ObligationState
from motcua.foundation.errors import Conflict

BLOCKED_VERBS = frozenset({"start", "approve", "return_result"})
"""Reception is never blocked: the alternative payment is offered at the same desk."""


def refuse_while_payment_is_due(dossier: Dossier, verb: str) -> None:
    """Raises Conflict PAYMENT_DUE for work on a dossier with an open blocking obligation; at most one statement."""
    if verb not in BLOCKED_VERBS:
        return
    due = Obligation.objects.filter(dossier=dossier, blocks=True, state=ObligationState.UNPAID.value)
    if due.exists():
        raise Conflict(
            "PAYMENT_DUE",
            _("Hồ sơ còn nghĩa vụ tài chính phải thực hiện trước khi giải quyết"),
            what_next=_("Người nộp thanh toán trực tuyến, hoặc nộp tại bộ phận một cửa để cán bộ ghi nhận."),
        )
