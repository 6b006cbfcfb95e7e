"""Units, roles and accounts in words of the page's language."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.account_rules import STATE_NAMES, AccountState
from motcua.domain.organisations.rules import ROLES, Level, UnitKind

register = template.Library()

KIND_NAMES: dict[str, str | Promise] = {
    UnitKind.NATION.value: _("Quốc gia"),
    UnitKind.MINISTRY.value: _("Bộ, cơ quan ngang bộ"),
    UnitKind.PROVINCE.value: _("Tỉnh, thành phố"),
    UnitKind.DEPARTMENT.value: _("Cơ quan chuyên môn, đơn vị trực thuộc"),
    UnitKind.COMMUNE.value: _("Xã, phường, đặc khu"),
    UnitKind.DESK.value: _("Bộ phận một cửa"),
}
LEVEL_NAMES: dict[str, str | Promise] = {
    Level.NATIONAL.value: _("Quốc gia"),
    Level.MINISTRY.value: _("Cấp bộ"),
    Level.PROVINCE.value: _("Cấp tỉnh"),
    Level.COMMUNE.value: _("Cấp xã"),
}


@register.filter
def unit_kind(code: str) -> str:
    """The name of a kind of unit."""
    return str(KIND_NAMES[code])


@register.filter
def unit_level(code: str) -> str:
    """The name of a level of handling (cấp xử lý)."""
    return str(LEVEL_NAMES[code])


@register.filter
def role_name(code: str) -> str:
    """The name of a role."""
    return str(ROLES[code].words)


@register.filter
def account_state_name(state: AccountState) -> str:
    """Where an account stands, in words."""
    return str(STATE_NAMES[state])


@register.filter
def account_tone(state: AccountState) -> str:
    """Colour of an account's state; the state is always written out beside it."""
    return {AccountState.ACTIVE: "done", AccountState.SUSPENDED: "attention"}.get(state, "stopped")
