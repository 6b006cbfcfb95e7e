"""Accounts as an administrator finds and reads them: lists, the periodic review, one account with all its rights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from motcua.domain.organisations.access import Acting
from motcua.domain.organisations.account_rules import ACCOUNT_EDGES, AccountState, AccountVerb, RequestState
from motcua.domain.organisations.models import Account, AccountRequest, AccountReview, Grant, GrantRequest, UnitClosure
from motcua.domain.organisations.policies import DORMANT_DAYS
from motcua.domain.organisations.rules import ROLES, AccountKind, Level
from motcua.domain.organisations.scoping import can, in_force
from motcua.foundation import clock
from motcua.foundation.errors import NotFound
from motcua.foundation.text import fold

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; empty values narrow nothing."""

    search: str = ""
    unit_id: int | None = None
    role: str = ""
    state: AccountState | None = None
    only_dormant: bool = False


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account of a list or of the periodic review (ACC-03)."""

    account_id: UUID
    display_name: str
    username: str
    unit: str
    roles: Sequence[str]
    state: AccountState
    last_login: datetime | None
    is_dormant: bool
    reviewed_at: datetime | None


@dataclass(frozen=True, slots=True)
class AccountPage:
    """A page of accounts, oldest first, and the cursor of the next one."""

    rows: Sequence[AccountRow]
    following: UUID | None


_NOBODY_WANTED = Wanted()


def find_accounts(
    acting: Acting, wanted: Wanted = _NOBODY_WANTED, *, after: UUID | None = None, limit: int = PAGE
) -> AccountPage:
    """Staff and system accounts the reader may see, oldest first; 2 statements.

    Dormant: active, and neither signed in nor opened within the policy `accounts.dormant_days`.
    """
    dormant_before = clock.now() - timedelta(days=DORMANT_DAYS.get())
    accounts = Account.objects.visible_to(acting).exclude(kind=AccountKind.PERSON.value)
    accounts = accounts.filter(_narrowed(wanted, dormant_before))
    if after is not None:
        accounts = accounts.filter(pk__gt=after)
    newest_review = AccountReview.objects.filter(account=OuterRef("pk")).order_by("-reviewed_at")
    found = list(
        accounts.select_related("unit")
        .annotate(
            held=ArrayAgg("grants__role", filter=in_force("grants__"), distinct=True, default=[]),
            reviewed_at=Subquery(newest_review.values("reviewed_at")[:1]),
        )
        .order_by("pk")[: limit + 1]
    )
    following = found[limit - 1].pk if len(found) > limit else None
    return AccountPage([_row(account, dormant_before) for account in found[:limit]], following)


def _narrowed(wanted: Wanted, dormant_before: datetime) -> Q:
    condition = Q()
    if wanted.search.strip():
        condition &= Q(name_folded__contains=fold(wanted.search)) | Q(username=wanted.search.strip().casefold())
    if wanted.unit_id is not None:
        below = UnitClosure.objects.filter(ancestor_id=wanted.unit_id).values("descendant_id")
        condition &= Q(unit_id__in=below)
    if wanted.role:
        condition &= Q(Exists(Grant.objects.filter(in_force(), account_id=OuterRef("pk"), role=wanted.role)))
    if wanted.state is not None:
        left = wanted.state is AccountState.LEFT
        condition &= Q(left_at__isnull=not left, is_active=wanted.state is AccountState.ACTIVE)
    if wanted.only_dormant:
        silent = Q(last_login__lt=dormant_before) | Q(last_login__isnull=True, created_at__lt=dormant_before)
        condition &= silent & Q(is_active=True)
    return condition


def _row(account: Account, dormant_before: datetime) -> AccountRow:
    return AccountRow(
        account.pk,
        account.display_name,
        account.username or "",
        account.unit.name if account.unit else "",
        account.held,  # pyright: ignore[reportAttributeAccessIssue] - annotated by `find_accounts`
        account.state,
        account.last_login,
        account.is_active and (account.last_login or account.created_at) < dormant_before,
        account.reviewed_at,  # pyright: ignore[reportAttributeAccessIssue] - annotated by `find_accounts`
    )


@dataclass(frozen=True, slots=True)
class AccountDetail:
    """One account: its rights past and present, what is asked for it, what the reader may do with it."""

    account: Account
    state: AccountState
    grants: Sequence[Grant]
    in_force: frozenset[int]
    requests: Sequence[GrantRequest]
    reviews: Sequence[AccountReview]
    verbs: Sequence[AccountVerb]
    may_grant: bool
    is_own: bool


MOST_GRANTS = 200


def account_detail(acting: Acting, account_id: UUID) -> AccountDetail:
    """One account for who may see it; a fixed number of statements. Raises NotFound."""
    visible = Account.objects.visible_to(acting).exclude(kind=AccountKind.PERSON.value)
    account = visible.select_related("unit").filter(pk=account_id).first()
    if account is None:
        raise NotFound("ACCOUNT_NOT_FOUND", _("Không tìm thấy tài khoản."))
    own = account.pk == acting.account_id
    grants = Grant.objects.filter(account=account).select_related("unit", "field", "granted_by", "revoked_by")
    pending = GrantRequest.objects.filter(account=account, state=RequestState.PENDING.value)
    reviews = AccountReview.objects.filter(account=account).select_related("reviewed_by").order_by("-reviewed_at")
    return AccountDetail(
        account,
        account.state,
        list(grants.order_by("revoked_at", "-granted_at", "-pk")[:MOST_GRANTS]),
        frozenset(Grant.objects.filter(in_force(), account=account).values_list("pk", flat=True)),
        list(pending.select_related("unit", "field", "requested_by").order_by("pk")),
        list(reviews[:5]),
        [] if own else _verbs(acting, account),
        not own and account.state is not AccountState.LEFT and can(acting, "account.grant", account),
        own,
    )


def _verbs(acting: Acting, account: Account) -> list[AccountVerb]:
    possible = [verb for verb, edge in ACCOUNT_EDGES.items() if account.state in edge.sources]
    held = {action: can(acting, action, account) for action in {ACCOUNT_EDGES[verb].action for verb in possible}}
    return [verb for verb in possible if held[ACCOUNT_EDGES[verb].action]]


def roles_to_give(acting: Acting) -> list[str]:
    """Codes of the roles that some grant in force lets the account give, in the order of the table; 1 statement."""
    mine = Grant.objects.filter(in_force(), account_id=acting.account_id).values_list("role", flat=True).distinct()
    given = {role for holder in mine for role in ROLES[holder].gives}
    return [code for code in ROLES if code in given]


def roles_to_ask(level: Level) -> list[str]:
    """Codes of the roles that a request for an account may name at this level."""
    return [code for code, role in ROLES.items() if level in role.levels and not role.gives]


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits for a decision of the administrators of these units."""

    accounts: Sequence[AccountRequest]
    grants: Sequence[GrantRequest]


def pending_requests(acting: Acting, *, limit: int = PAGE) -> Pending:
    """Requests that wait, oldest first; 4 statements."""
    waiting = {"state": RequestState.PENDING.value}
    accounts = AccountRequest.objects.visible_to(acting).filter(**waiting).select_related("unit", "requested_by")
    grants = GrantRequest.objects.visible_to(acting).filter(**waiting)
    grants = grants.select_related("unit", "field", "account", "requested_by")
    return Pending(list(accounts.order_by("pk")[:limit]), list(grants.order_by("pk")[:limit]))


def own_requests(acting: Acting) -> list[AccountRequest]:
    """The last requests this person made for themselves, newest first; 1 statement."""
    own = AccountRequest.objects.filter(requested_by_id=acting.account_id, for_oneself=True)
    return list(own.select_related("unit").order_by("-pk")[:5])
