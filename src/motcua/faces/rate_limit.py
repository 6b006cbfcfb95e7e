"""How often one sender may use what is open to everybody, so that nobody walks through all codes or floods it (SEC-05).

Counted in each server process by itself, in memory: a brake, no account. A policy of 0 switches a limit off, for an
operator whose proxy does it or hides the senders' addresses.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcua.domain.dossiers.policies import LOOKUP_MISSES_PER_MINUTE, LOOKUPS_PER_MINUTE
from motcua.domain.people.policies import SIGN_ONS_PER_MINUTE
from motcua.faces.source import source_of
from motcua.foundation import security
from motcua.foundation.errors import DomainError
from motcua.foundation.policies import Policy
from motcua.foundation.security_kinds import SecurityKind
from motcua.foundation.windows import Window


@dataclass(frozen=True)
class Limit:
    """One public function: its name in security events, its policy, what a refused person reads."""

    name: str
    policy: Policy[int]
    message: str | Promise
    what_next: str | Promise
    kind: SecurityKind = SecurityKind.RATE_LIMITED
    window: Window = field(default_factory=Window)


LOOKUPS = Limit(
    "lookup",
    LOOKUPS_PER_MINUTE,
    _("Ông/Bà đã tra cứu quá nhiều lần trong một phút"),
    _("Ông/Bà vui lòng chờ một phút rồi tra cứu lại."),
)
MISSES = Limit(
    "lookup.unknown_codes",
    LOOKUP_MISSES_PER_MINUTE,
    _("Ông/Bà đã tra cứu quá nhiều mã hồ sơ không có"),
    _("Ông/Bà xem lại mã trên giấy tiếp nhận, chờ một phút rồi tra cứu lại."),
    SecurityKind.ENUMERATION,
)
SIGN_ONS = Limit(
    "sign_on",
    SIGN_ONS_PER_MINUTE,
    _("Có quá nhiều lượt đăng nhập từ địa chỉ mạng của Ông/Bà trong một phút"),
    _("Ông/Bà vui lòng chờ một phút rồi đăng nhập lại."),
)
LIMITS = (LOOKUPS, MISSES, SIGN_ONS)


def hold(request: HttpRequest, limit: Limit) -> None:
    """Counts one use by the request's sender. Raises DomainError TOO_MANY_REQUESTS (429) above the policy."""
    most = limit.policy.get()
    if most and limit.window.count(source_of(request)) > most:
        raise _refusal(limit)


def limit_lookups(request: HttpRequest) -> None:
    """Holds a look-up to its policies: so many in all, and so many of codes that do not exist."""
    hold(request, LOOKUPS)
    most = MISSES.policy.get()
    if most and MISSES.window.so_far(source_of(request)) >= most:
        raise _refusal(MISSES)


def note_miss(request: HttpRequest) -> None:
    """Counts a look-up of a code that does not exist."""
    MISSES.window.count(source_of(request))


def forget() -> None:
    """Forgets everything counted (tests)."""
    for limit in LIMITS:
        limit.window.clear()


def _refusal(limit: Limit) -> DomainError:
    security.note(limit.kind, limit.name)
    return DomainError("TOO_MANY_REQUESTS", limit.message, status=429, what_next=limit.what_next)
