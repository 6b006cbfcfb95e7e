"""What happens in an account's life, for later rooms; no personal data."""

from __future__ import annotations

from uuid import UUID

from motcua.foundation.events import EventBody, event_type


@event_type("account.opened_on_request", aggregate="account")
class AccountOpenedOnRequest(EventBody, frozen=True, kw_only=True):
    """An officer's account was opened for the person whose own account asked for it."""

    request_id: UUID
    asked_by: UUID


@event_type("account.suspended", aggregate="account")
class AccountSuspended(EventBody, frozen=True, kw_only=True):
    """The account may not act for now: its sessions end, its open work is laid down (ACC-14)."""


@event_type("account.left", aggregate="account")
class AccountLeft(EventBody, frozen=True, kw_only=True):
    """The officer left: no session, no right, no open work any more (ACC-14)."""


@event_type("account.transferred", aggregate="account")
class AccountTransferred(EventBody, frozen=True, kw_only=True):
    """The officer works for another unit now; rights and open work stayed behind (ACC-14)."""

    from_unit: str
    to_unit: str
