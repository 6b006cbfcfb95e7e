"""Commands on accounts and grants (ACC-02, ACC-03). Every change and every refusal leaves an audit row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.access import Acting, Place, require
from motcua.domain.organisations.account_rules import ADMINISTRATOR_ROLES, INSPECTION_ROLES
from motcua.domain.organisations.models import Account, Field, Grant, Unit
from motcua.domain.organisations.rules import ROLES, AccountKind, Authority, Level, roles_giving, why_not_within
from motcua.domain.organisations.scoping import in_force
from motcua.foundation import audit, clock
from motcua.foundation.actor import Actor
from motcua.foundation.errors import AccessDenied, Conflict, Invalid, NotFound
from motcua.foundation.text import normalise_line


@dataclass(frozen=True, slots=True)
class Right:
    """A right to be given: role, unit (with all below it), field (None: every field), period (None: without end)."""

    role: str
    unit_id: int
    field_id: int | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None


def locked_account(account_id: UUID) -> Account:
    """The account, locked against other changes of its life; rows that point to it do not wait. Raises NotFound."""
    account = Account.objects.select_for_update(of=("self",), no_key=True).filter(pk=account_id).first()
    if account is None:
        raise NotFound("ACCOUNT_NOT_FOUND", _("Không tìm thấy tài khoản."))
    return account


def open_person_account(display_name: str, *, is_demonstration: bool = False) -> Account:
    """Opens the account of a citizen or foreigner at their first sign-on; it holds no right but ownership."""
    return open_account(AccountKind.PERSON, display_name, None, is_demonstration=is_demonstration)


def close_person_account(account: Account) -> None:
    """Ends a citizen's account whose profile went over to another of the same person; sessions end at once."""
    Account.objects.filter(pk=account.pk, kind=AccountKind.PERSON.value).update(is_active=False)


def install_account(kind: AccountKind, display_name: str, unit: Unit, *, is_demonstration: bool = False) -> Account:
    """Opens a staff or system account without an administrator: the installation's first one, demonstration data."""
    account = open_account(kind, display_name, unit, is_demonstration=is_demonstration)
    audit.record(Actor.job("installation"), "account.create", ("account", str(account.pk)), details={"unit": unit.code})
    return account


def open_account(
    kind: AccountKind,
    display_name: str,
    unit: Unit | None,
    *,
    username: str | None = None,
    is_demonstration: bool = False,
    is_inspection: bool = False,
) -> Account:
    """The account itself, for services that have asked for the right. Raises Invalid (NAME_REQUIRED)."""
    name = normalise_line(display_name)
    if not name:
        raise Invalid("NAME_REQUIRED", _("Phải nhập tên hiển thị của tài khoản."), field="display_name")
    account = Account(
        kind=kind.value,
        display_name=name,
        unit=unit,
        username=username,
        is_demonstration=is_demonstration,
        is_inspection=is_inspection,
    )
    account.set_unusable_password()
    account.save(force_insert=True)
    return account


def existing_unit(unit_id: int) -> Unit:
    """A unit that has not ended. Raises NotFound (UNIT_NOT_FOUND), Conflict (UNIT_ENDED)."""
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None:
        raise NotFound("UNIT_NOT_FOUND", _("Không tìm thấy đơn vị."))
    if unit.valid_to is not None and unit.valid_to <= clock.today():
        raise Conflict("UNIT_ENDED", _("Đơn vị này đã chấm dứt hoạt động."), field="unit")
    return unit


@transaction.atomic
def create_account(
    acting: Acting,
    *,
    kind: AccountKind,
    display_name: str,
    unit_id: int,
    username: str = "",
    is_inspection: bool = False,
) -> Account:
    """Opens a staff or system account in a unit.

    - needs `account.create` over the unit (an administrator's own subtree, ACC-03);
    - the account starts without any right; its user name, where one is given, is nobody else's.

    Raises AccessDenied, Invalid (PERSON_SIGNS_ON_ITSELF, NAME_REQUIRED), NotFound (UNIT_NOT_FOUND),
    Conflict (USERNAME_TAKEN, UNIT_ENDED).
    """
    unit = existing_unit(unit_id)
    actor = require(acting, "account.create", unit)
    if kind is AccountKind.PERSON:
        raise Invalid("PERSON_SIGNS_ON_ITSELF", _("Tài khoản người dân được mở khi đăng nhập lần đầu."), field="kind")
    name = normalise_line(username).casefold() or None
    if name is not None and Account.objects.filter(username=name).exists():
        raise Conflict("USERNAME_TAKEN", _("Tên đăng nhập này đã được dùng."), field="username")
    account = open_account(kind, display_name, unit, username=name, is_inspection=is_inspection)
    audit.record(actor, "account.create", ("account", str(account.pk)), details={"unit": unit.code})
    return account


@transaction.atomic
def grant_role(acting: Acting, account_id: UUID, right: Right, *, reason: str) -> Grant:
    """Gives a right to a staff or system account.

    - the account belongs to the grantor's subtree and is not the grantor's own;
    - one of the grantor's administering grants covers the unit, the field and the period and may give the role:
      nobody grants more than they hold (ACC-03);
    - the role fits the level of the unit; the period runs forward;
    - a role that gives rights to others is proposed and confirmed by another administrator (`grant_requests`, ACC-16).

    Raises AccessDenied, Invalid, Conflict (GRANT_EXISTS, SECOND_ADMINISTRATOR_NEEDED), NotFound.
    """
    account = locked_account(account_id)
    actor = require_grantor(acting, account, right)
    if right.role in ADMINISTRATOR_ROLES:
        raise Conflict(
            "SECOND_ADMINISTRATOR_NEEDED",
            _("Quyền quản trị phải được đề nghị và được một người quản trị khác xác nhận."),
            field="role",
        )
    grant = give(account, right, reason=reason, granted_by=acting.account_id)
    audit.record(actor, "grant.give", ("account", str(account.pk)), details=audited(grant))
    return grant


def require_grantor(acting: Acting, account: Account, right: Right) -> Actor:
    """Who gives, if `acting` may give this account this right: within the own subtree and the own rights (ACC-03).

    Raises AccessDenied (GRANT_TO_ONESELF, BEYOND_OWN_RIGHTS).
    """
    actor = require(acting, "account.grant", account)
    if account.pk == acting.account_id:
        raise AccessDenied("GRANT_TO_ONESELF", _("Ông/Bà không thể tự cấp quyền cho chính mình."))
    refuse_beyond_own_rights(acting, right)
    return actor


@transaction.atomic
def install_grant(account: Account, right: Right, *, reason: str) -> Grant:
    """Gives a right without a grantor: the installation's first administrator, demonstration data."""
    grant = give(account, right, reason=reason, granted_by=None)
    audit.record(Actor.job("installation"), "grant.give", ("account", str(account.pk)), details=audited(grant))
    return grant


def refuse_beyond_own_rights(acting: Acting, right: Right) -> None:
    """Raises AccessDenied unless one administering grant of `acting` covers role, unit, field and period (ACC-03)."""
    own = Grant.objects.filter(
        in_force(),
        account_id=acting.account_id,
        role__in=roles_giving(right.role),
        unit__links_down__descendant_id=right.unit_id,
    )
    reasons = [
        why_not_within(Authority(grant.role, grant.field_id, grant.valid_until), right.role, right.field_id,
                       right.valid_until)
        for grant in own
    ]  # fmt: skip
    if None in reasons:
        return
    require(acting, "account.grant", Place(right.unit_id, right.field_id))
    missing = reasons[0] if reasons else "ROLE"
    raise AccessDenied(
        "BEYOND_OWN_RIGHTS",
        _("Ông/Bà không thể cấp quyền vượt quá phạm vi quyền của mình."),
        details={"action": "account.grant", "missing": missing, "subject": ["unit", str(right.unit_id)]},
    )


def give(account: Account, right: Right, *, reason: str, granted_by: UUID | None) -> Grant:
    """The grant itself, for services that have asked for the right to give it. Raises Invalid, Conflict, NotFound."""
    unit = checked(account, right, reason)
    now = clock.now()
    same = Grant.objects.filter(
        account=account, role=right.role, unit=unit, field_id=right.field_id, revoked_at__isnull=True
    )
    if same.exclude(valid_until__lte=now).exists():
        raise Conflict("GRANT_EXISTS", _("Tài khoản đã có quyền này và quyền còn hiệu lực."))
    same.update(revoked_at=now, revoke_reason="Hết hạn, được cấp lại")
    return Grant.objects.create(
        account=account,
        role=right.role,
        unit=unit,
        field_id=right.field_id,
        valid_from=right.valid_from or now,
        valid_until=right.valid_until,
        granted_by_id=granted_by,
        reason=reason.strip(),
    )


def checked(account: Account, right: Right, reason: str) -> Unit:
    """The unit of a right that makes sense for the account. Raises Invalid, NotFound, Conflict."""
    unit = existing_unit(right.unit_id)
    if right.field_id is not None and not Field.objects.filter(pk=right.field_id).exists():
        raise NotFound("FIELD_NOT_FOUND", _("Không tìm thấy lĩnh vực."))
    if account.kind == AccountKind.PERSON:
        raise Invalid(
            "GRANT_TO_PERSON", _("Quyền nghiệp vụ chỉ cấp cho tài khoản cán bộ hoặc hệ thống."), field="account"
        )
    if account.is_inspection and (right.role not in INSPECTION_ROLES or right.valid_until is None):
        raise Invalid(
            "INSPECTION_ONLY",
            _("Tài khoản kiểm tra, khảo sát chỉ được cấp vai trò giám sát, khảo sát có thời hạn."),
            field="role",
        )
    role = ROLES.get(right.role)
    if role is None:
        raise Invalid("ROLE_UNKNOWN", _("Vai trò không tồn tại."), field="role")
    if Level(unit.level) not in role.levels:
        raise Invalid("ROLE_NOT_FOR_LEVEL", _("Vai trò này không cấp tại đơn vị cấp đã chọn."), field="role")
    if right.valid_until is not None and right.valid_until <= (right.valid_from or clock.now()):
        raise Invalid("PERIOD_BACKWARD", _("Thời hạn của quyền phải sau thời điểm bắt đầu."), field="valid_until")
    if not reason.strip():
        raise Invalid("REASON_REQUIRED", _("Phải ghi lý do hoặc văn bản làm căn cứ."), field="reason")
    return unit


def audited(grant: Grant) -> dict[str, str | int | None]:
    """What the audit row of a grant says."""
    until = grant.valid_until.isoformat() if grant.valid_until else None
    field = grant.field.code if grant.field else None
    return {"grant": grant.pk, "role": grant.role, "unit": grant.unit.code, "field": field, "until": until}


@transaction.atomic
def revoke_grant(acting: Acting, grant_id: int, *, reason: str) -> None:
    """Takes a right back at once, also in running sessions: every check reads the grants.

    Raises AccessDenied, NotFound, Invalid (REASON_REQUIRED), Conflict (GRANT_REVOKED).
    """
    grant = Grant.objects.select_for_update(of=("self",)).filter(pk=grant_id).first()
    if grant is None:
        raise NotFound("GRANT_NOT_FOUND", _("Không tìm thấy quyền đã cấp."))
    actor = require(acting, "account.grant", grant)
    if not reason.strip():
        raise Invalid("REASON_REQUIRED", _("Phải ghi lý do thu hồi quyền."), field="reason")
    if grant.revoked_at is not None:
        raise Conflict("GRANT_REVOKED", _("Quyền này đã được thu hồi."))
    Grant.objects.filter(pk=grant.pk).update(
        revoked_at=clock.now(), revoked_by_id=acting.account_id, revoke_reason=reason.strip()
    )
    audit.record(actor, "grant.revoke", ("account", str(grant.account_id)), details=audited(grant))


def note_sign_in(account: Account) -> None:
    """Remembers when the account was last used, for the periodic review (ACC-03)."""
    Account.objects.filter(pk=account.pk).update(last_login=clock.now())
