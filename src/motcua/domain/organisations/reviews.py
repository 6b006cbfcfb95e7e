"""The periodic review of accounts: who looked through which account, when (ACC-03)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.access import Acting, require
from motcua.domain.organisations.models import AccountReview
from motcua.domain.organisations.services import locked_account
from motcua.foundation import audit
from motcua.foundation.errors import AccessDenied


@transaction.atomic
def review_account(acting: Acting, account_id: UUID, *, note: str = "") -> AccountReview:
    """Records that an administrator looked the account and its rights through. Raises AccessDenied, NotFound."""
    account = locked_account(account_id)
    actor = require(acting, "account.suspend", account)
    if account.pk == acting.account_id:
        raise AccessDenied("REVIEW_ONESELF", _("Ông/Bà không rà soát tài khoản của chính mình."))
    review = AccountReview.objects.create(account=account, reviewed_by_id=acting.account_id, note=note.strip()[:500])
    audit.record(actor, "account.review", ("account", str(account.pk)))
    return review
