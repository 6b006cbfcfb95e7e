"""Rights to administer: proposed by one administrator, given when another one confirms them (ACC-16).

Both must be entitled to give the right by themselves (ACC-03); neither is the one who gets it.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.access import Acting
from motcua.domain.organisations.account_rules import ADMINISTRATOR_ROLES, RequestState
from motcua.domain.organisations.models import Grant, GrantRequest
from motcua.domain.organisations.separation import refuse_own_work
from motcua.domain.organisations.services import Right, audited, checked, give, locked_account, require_grantor
from motcua.foundation import audit, clock
from motcua.foundation.errors import Conflict, Invalid, NotFound


@transaction.atomic
def propose_grant(acting: Acting, account_id: UUID, right: Right, *, reason: str) -> GrantRequest:
    """Asks for a role that gives rights to others; it gives nothing until another administrator confirms.

    Raises AccessDenied, Invalid (ROLE_NEEDS_NO_SECOND), Conflict (GRANT_EXISTS, GRANT_ASKED), NotFound.
    """
    account = locked_account(account_id)
    actor = require_grantor(acting, account, right)
    if right.role not in ADMINISTRATOR_ROLES:
        raise Invalid("ROLE_NEEDS_NO_SECOND", _("Vai trò này được cấp trực tiếp, không cần xác nhận."), field="role")
    unit = checked(account, right, reason)
    same = {"account": account, "role": right.role, "unit": unit, "field_id": right.field_id}
    if Grant.objects.filter(**same, revoked_at__isnull=True).exclude(valid_until__lte=clock.now()).exists():
        raise Conflict("GRANT_EXISTS", _("Tài khoản đã có quyền này và quyền còn hiệu lực."))
    if GrantRequest.objects.filter(**same, state=RequestState.PENDING.value).exists():
        raise Conflict("GRANT_ASKED", _("Quyền này đã được đề nghị và đang chờ xác nhận."))
    request = GrantRequest.objects.create(
        **same,
        valid_from=right.valid_from,
        valid_until=right.valid_until,
        reason=reason.strip(),
        requested_by_id=acting.account_id,
    )
    audit.record(actor, "grant.propose", ("account", str(account.pk)), details=_details(request))
    return request


@transaction.atomic
def confirm_grant(acting: Acting, request_id: UUID) -> Grant:
    """The second administrator's word: the right holds from now on.

    Raises AccessDenied (OWN_WORK: who proposed it; GRANT_TO_ONESELF, BEYOND_OWN_RIGHTS), Conflict (DECIDED), NotFound.
    """
    request = _pending(request_id)
    account = locked_account(request.account_id)
    right = Right(request.role, request.unit_id, request.field_id, request.valid_from, request.valid_until)
    refuse_own_work(acting, "account.confirm", [request.requested_by_id], ("account", str(account.pk)))
    actor = require_grantor(acting, account, right)
    grant = give(account, right, reason=request.reason, granted_by=request.requested_by_id)
    _decide(request, RequestState.APPROVED, acting, grant=grant)
    audit.record(actor, "grant.confirm", ("account", str(account.pk)), details=audited(grant))
    return grant


@transaction.atomic
def refuse_grant(acting: Acting, request_id: UUID, *, reason: str) -> None:
    """Ends a proposal without giving the right; who proposed it withdraws it this way.

    Raises AccessDenied, Invalid (REASON_REQUIRED), Conflict (DECIDED), NotFound.
    """
    request = _pending(request_id)
    account = locked_account(request.account_id)
    right = Right(request.role, request.unit_id, request.field_id, request.valid_from, request.valid_until)
    actor = require_grantor(acting, account, right)
    if not reason.strip():
        raise Invalid("REASON_REQUIRED", _("Phải ghi lý do."), field="reason")
    own = request.requested_by_id == acting.account_id
    _decide(request, RequestState.WITHDRAWN if own else RequestState.REFUSED, acting, text=reason)
    audit.record(actor, "grant.refuse_proposal", ("account", str(account.pk)), details=_details(request))


def _pending(request_id: UUID) -> GrantRequest:
    request = GrantRequest.objects.select_for_update(of=("self",), no_key=True).filter(pk=request_id).first()
    if request is None:
        raise NotFound("REQUEST_NOT_FOUND", _("Không tìm thấy đề nghị này."))
    if request.state != RequestState.PENDING:
        raise Conflict("DECIDED", _("Đề nghị này đã được quyết định."))
    return request


def _decide(
    request: GrantRequest, state: RequestState, acting: Acting, *, text: str = "", grant: Grant | None = None
) -> None:
    request.state = state.value
    request.decided_by_id = acting.account_id
    request.decided_at = clock.now()
    request.decision_text = text.strip()[:500]
    request.grant = grant
    request.save(update_fields=["state", "decided_by", "decided_at", "decision_text", "grant"])


def _details(request: GrantRequest) -> dict[str, str]:
    return {"request": str(request.pk), "role": request.role, "unit": request.unit.code}
