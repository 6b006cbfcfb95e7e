"""Why an account may or may not do something, in words, and who could give the missing right (ACC-09)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext as _

from motcua.domain.organisations.models import Account, Field, Grant, Unit
from motcua.domain.organisations.rules import ACTIONS, CHANGING_ROLES, ROLES, AccountKind, roles_allowing, roles_giving
from motcua.domain.organisations.scoping import (
    Acting,
    Reach,
    grants_reaching,
    in_force,
    owns,
    permitted,
    reach_of,
)
from motcua.foundation import audit, clock
from motcua.foundation.actor import Actor
from motcua.foundation.errors import AccessDenied, Unauthenticated

MOST_GIVERS = 5


class Missing(StrEnum):
    """What stands between an account and an action."""

    NOTHING = "NOTHING"
    SIGN_IN = "SIGN_IN"
    ACCOUNT_SUSPENDED = "ACCOUNT_SUSPENDED"
    ACCOUNT_LOCKED = "ACCOUNT_LOCKED"
    NOT_OWNER = "NOT_OWNER"
    UNIT_OF_OBJECT = "UNIT_OF_OBJECT"
    PERIOD = "PERIOD"
    FIELD = "FIELD"
    AREA = "AREA"
    FUNCTION = "FUNCTION"


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer: `words` for a person, `missing` for a machine, the grants that allow, who can grant.

    `lacking` says what is missing about anybody ("Thiếu địa bàn: …"); `unit_code` and `field_code` name where the
    right would have to be given, empty where that is not the question.
    """

    allowed: bool
    missing: Missing
    words: str
    grant_ids: tuple[int, ...] = ()
    can_be_granted_by: tuple[str, ...] = ()
    lacking: str = ""
    unit_code: str = ""
    field_code: str = ""


def explain(acting: Acting | None, action: str, thing: object) -> Explanation:
    """Answers "why can / can't this account do this?" for one object, naming grants and who can grant."""
    if acting is None:
        return Explanation(False, Missing.SIGN_IN, _("Ông/Bà chưa đăng nhập."))
    account = Account.objects.get(pk=acting.account_id)
    closed = _account_closed(account)
    if closed is not None:
        return closed
    if owns(acting, action, thing):
        return Explanation(True, Missing.NOTHING, _("Được phép: đây là thông tin của chính Ông/Bà."))
    reach = reach_of(thing, action)
    grants = list(grants_reaching(acting, action, reach).distinct().select_related("unit", "field"))
    if grants:
        return _allowed_by(grants)
    if account.kind == AccountKind.PERSON:
        return Explanation(False, Missing.NOT_OWNER, _("Thông tin này không thuộc về Ông/Bà."))
    return _refused(acting, action, reach)


def require(acting: Acting | None, action: str, thing: object) -> Actor:
    """Who acts, with the role and unit that allow it: what events and audit rows take over (DOS-03).

    One statement where allowed. Raises Unauthenticated (401) for nobody and AccessDenied (403) with the explanation.
    """
    actor = permitted(acting, action, thing)
    if actor is not None:
        return actor
    if acting is None:
        raise Unauthenticated("SIGN_IN_REQUIRED", _("Ông/Bà cần đăng nhập để thực hiện thao tác này."))
    explanation = explain(acting, action, thing)
    identifier = getattr(thing, "pk", None) or getattr(thing, "unit_id", "")
    raise AccessDenied(
        "ACCESS_DENIED",
        explanation.words,
        details={
            "action": action,
            "subject": [type(thing).__name__.lower(), str(identifier)],
            "missing": explanation.missing.value,
            "can_be_granted_by": list(explanation.can_be_granted_by),
            "unit": explanation.unit_code,
            "field": explanation.field_code,
        },
    )


def require_any_change(acting: Acting) -> None:
    """Refuses accounts that only read, monitors among them, for what belongs to no unit yet: a file sent in (ACC-05).

    One statement. Raises AccessDenied (READ_ONLY_ACCOUNT).
    """
    grants = Grant.objects.filter(in_force(), account_id=acting.account_id, role__in=CHANGING_ROLES)
    if not grants.exists():
        raise AccessDenied(
            "READ_ONLY_ACCOUNT",
            _("Tài khoản của Ông/Bà chỉ được xem, không được thay đổi dữ liệu."),
            details={"subject": ["account", str(acting.account_id)]},
        )


def reads_only(acting: Acting) -> bool:
    """Whether every right the account holds now only reads: a monitoring account (ACC-05). One statement."""
    roles = set(Grant.objects.filter(in_force(), account_id=acting.account_id).values_list("role", flat=True))
    return bool(roles) and not roles & set(CHANGING_ROLES)


def record_refusal(acting: Acting, refusal: AccessDenied) -> None:
    """Leaves the audit row of a refused act; a face calls it after the rollback (requirements §3.2)."""
    kind, identifier = refusal.details.get("subject", ["", ""])
    missing = {"missing": refusal.details["missing"]} if "missing" in refusal.details else {}
    action = refusal.details.get("action", refusal.code.lower())
    audit.record(acting.actor(), action, (kind, identifier), outcome="refused", details=missing)


def _account_closed(account: Account) -> Explanation | None:
    if not account.is_active:
        return Explanation(False, Missing.ACCOUNT_SUSPENDED, _("Tài khoản đang bị tạm ngừng sử dụng."))
    if account.locked_until is not None and account.locked_until > clock.now():
        until = clock.to_local(account.locked_until).strftime("%H:%M ngày %d/%m/%Y")
        return Explanation(False, Missing.ACCOUNT_LOCKED, _("Tài khoản bị khóa đến %(until)s.") % {"until": until})
    return None


def describe(grant: Grant) -> str:
    """One grant in words: role, unit, field, end."""
    words = _("%(role)s tại %(unit)s") % {"role": ROLES[grant.role].words, "unit": grant.unit.name}
    if grant.field is not None:
        words += _(", lĩnh vực %(field)s") % {"field": grant.field.name}
    if grant.valid_until is not None:
        words += _(", đến hết %(until)s") % {"until": clock.to_local(grant.valid_until).strftime("%d/%m/%Y %H:%M")}
    return words


def _allowed_by(grants: Sequence[Grant]) -> Explanation:
    words = _("Được phép theo quyền: %(grants)s.") % {"grants": "; ".join(describe(grant) for grant in grants)}
    return Explanation(True, Missing.NOTHING, words, tuple(grant.pk for grant in grants))


def _refused(acting: Acting, action: str, reach: Reach) -> Explanation:
    if not reach.unit_ids:
        return Explanation(False, Missing.UNIT_OF_OBJECT, _("Nội dung này chưa được gắn với đơn vị nào."))
    missing = _what_is_missing(acting, action, reach)
    givers = who_can_grant(action, reach, except_account=acting)
    units = list(Unit.objects.filter(pk__in=reach.unit_ids).order_by("pk"))
    field = Field.objects.filter(pk=reach.field_id).first() if reach.field_id else None
    names = {
        "unit": ", ".join(unit.name for unit in units),
        "field": field.name if field else _("chưa xác định"),
        "action": ACTIONS[action].words,
    }
    words = _words_of(missing) % names
    if givers:
        words += " " + _("Người có thể cấp quyền: %(givers)s.") % {"givers": ", ".join(givers)}
    return Explanation(
        False,
        missing,
        words,
        (),
        givers,
        lacking=_lacking(missing) % names,
        unit_code=units[0].code if units else "",
        field_code=field.code if field else "",
    )


def _what_is_missing(acting: Acting, action: str, reach: Reach) -> Missing:
    """Looks at what the account holds, from nearly enough to nothing."""
    mine = Grant.objects.filter(account_id=acting.account_id)
    allowing = mine.filter(role__in=roles_allowing(action))
    here = Q(unit__links_down__descendant_id__in=reach.unit_ids)
    fits_field = Q(field__isnull=True) | Q(field_id=reach.field_id)
    if allowing.filter(here, in_force()).exists():
        return Missing.FIELD
    if allowing.filter(here, fits_field).exists():
        return Missing.PERIOD
    if allowing.filter(in_force()).exists():
        return Missing.AREA
    return Missing.FUNCTION


def _words_of(missing: Missing) -> str:
    """The sentence to the person who was refused."""
    return {
        Missing.FIELD: _("Quyền của Ông/Bà tại %(unit)s không gồm lĩnh vực %(field)s."),
        Missing.PERIOD: _("Quyền %(action)s của Ông/Bà tại %(unit)s đã hết hạn, bị thu hồi hoặc chưa có hiệu lực."),
        Missing.AREA: _("Ông/Bà có quyền %(action)s nhưng không tại %(unit)s."),
        Missing.FUNCTION: _("Ông/Bà chưa được cấp quyền %(action)s tại %(unit)s."),
    }[missing]


def _lacking(missing: Missing) -> str:
    """The same about anybody, for who looks into another's account."""
    return {
        Missing.FIELD: _("Thiếu lĩnh vực: %(field)s (quyền %(action)s tại %(unit)s)"),
        Missing.PERIOD: _("Quyền %(action)s tại %(unit)s đã hết hạn, bị thu hồi hoặc chưa có hiệu lực"),
        Missing.AREA: _("Thiếu địa bàn: %(unit)s (quyền %(action)s)"),
        Missing.FUNCTION: _("Thiếu chức năng: %(action)s tại %(unit)s"),
    }[missing]


def who_can_grant(action: str, reach: Reach, *, except_account: Acting | None = None) -> tuple[str, ...]:
    """Names of the administrators, nearest unit first, whose grants in force let them give a role with `action`."""
    giving = {giver for role in roles_allowing(action) for giver in roles_giving(role)}
    holders = (
        Grant.objects.filter(
            in_force(),
            Q(field__isnull=True) | Q(field_id=reach.field_id),
            role__in=giving,
            unit__links_down__descendant_id__in=reach.unit_ids,
        )
        .select_related("account", "unit")
        .order_by("unit__links_down__depth", "account__display_name")
    )
    if except_account is not None:
        holders = holders.exclude(account_id=except_account.account_id)
    names = dict.fromkeys(f"{grant.account.display_name} ({grant.unit.name})" for grant in holders[: 4 * MOST_GIVERS])
    return tuple(names)[:MOST_GIVERS]
