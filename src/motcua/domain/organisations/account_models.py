"""Tables of requests about accounts and rights, and of their periodic review. Only this room's services write them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from motcua.domain.organisations.account_rules import ADMINISTRATOR_ROLES, RequestState
from motcua.domain.organisations.scoping import ScopedManager
from motcua.foundation import clock

_ACCOUNT, _UNIT, _FIELD = "organisations.Account", "organisations.Unit", "organisations.Field"
_PENDING = RequestState.PENDING.value
_DECIDED = Q(state=_PENDING, decided_at__isnull=True, decided_by__isnull=True) | (
    ~Q(state=_PENDING) & Q(decided_at__isnull=False, decided_by__isnull=False)
)
_STATES = sorted(state.value for state in RequestState)


class AccountRequest(models.Model):
    """Somebody asks for an officer's account in a unit, for oneself or for a colleague; an administrator decides."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    display_name = models.CharField(max_length=200)
    unit = models.ForeignKey(_UNIT, on_delete=models.PROTECT, related_name="+")
    roles = ArrayField(models.CharField(max_length=30), db_comment="Roles asked for at the unit")
    reason = models.CharField(max_length=500)
    requested_by = models.ForeignKey(_ACCOUNT, on_delete=models.PROTECT, related_name="+")
    for_oneself = models.BooleanField(db_comment="The requester is the person who is to sign on to the account")
    requested_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=9, default=_PENDING)
    decided_by = models.ForeignKey(_ACCOUNT, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_text = models.CharField(max_length=500, default="")
    account = models.OneToOneField(_ACCOUNT, on_delete=models.PROTECT, null=True, related_name="opened_on")

    objects: ScopedManager[AccountRequest] = ScopedManager()

    if TYPE_CHECKING:
        unit_id: int
        requested_by_id: UUID
        decided_by_id: UUID | None
        account_id: UUID | None

    class Meta:
        db_table = "organisations_account_request"
        constraints = [
            models.CheckConstraint(name="account_request_state_known", condition=Q(state__in=_STATES)),
            models.CheckConstraint(name="account_request_is_decided_by_somebody", condition=_DECIDED),
            models.CheckConstraint(
                name="account_request_approved_has_its_account",
                condition=Q(state=RequestState.APPROVED.value, account__isnull=False)
                | (~Q(state=RequestState.APPROVED.value) & Q(account__isnull=True)),
            ),
            models.CheckConstraint(
                name="account_request_not_approved_by_its_maker",
                condition=~Q(state=RequestState.APPROVED.value) | ~Q(decided_by=F("requested_by")),
            ),
            models.UniqueConstraint(
                name="one_pending_request_for_oneself",
                fields=["requested_by"],
                condition=Q(state=_PENDING, for_oneself=True),
            ),
        ]
        indexes = [models.Index(name="account_requests_of_a_unit", fields=["unit", "state", "id"])]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class GrantRequest(models.Model):
    """A right to administer, proposed by one administrator and given only when another one confirms it (ACC-16)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(_ACCOUNT, on_delete=models.PROTECT, related_name="grant_requests")
    role = models.CharField(max_length=30)
    unit = models.ForeignKey(_UNIT, on_delete=models.PROTECT, related_name="+")
    field = models.ForeignKey(_FIELD, on_delete=models.PROTECT, null=True, related_name="+")
    valid_from = models.DateTimeField(null=True, db_comment="NULL: from the confirmation on")
    valid_until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500)
    requested_by = models.ForeignKey(_ACCOUNT, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=9, default=_PENDING)
    decided_by = models.ForeignKey(_ACCOUNT, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_text = models.CharField(max_length=500, default="")
    grant = models.OneToOneField(
        "organisations.Grant", on_delete=models.PROTECT, null=True, related_name="confirmed_request"
    )

    objects: ScopedManager[GrantRequest] = ScopedManager()

    if TYPE_CHECKING:
        account_id: UUID
        unit_id: int
        field_id: int | None
        requested_by_id: UUID
        decided_by_id: UUID | None

    class Meta:
        db_table = "organisations_grant_request"
        constraints = [
            models.CheckConstraint(name="grant_request_state_known", condition=Q(state__in=_STATES)),
            models.CheckConstraint(
                name="grant_request_for_an_administrator", condition=Q(role__in=sorted(ADMINISTRATOR_ROLES))
            ),
            models.CheckConstraint(name="grant_request_is_decided_by_somebody", condition=_DECIDED),
            models.CheckConstraint(
                name="grant_request_approved_has_its_grant",
                condition=Q(state=RequestState.APPROVED.value, grant__isnull=False)
                | (~Q(state=RequestState.APPROVED.value) & Q(grant__isnull=True)),
            ),
            models.CheckConstraint(
                name="second_administrator_confirms",
                condition=~Q(state=RequestState.APPROVED.value) | ~Q(decided_by=F("requested_by")),
            ),
            models.CheckConstraint(
                name="nobody_confirms_the_own_right",
                condition=~Q(account=F("requested_by"))
                & (Q(decided_by__isnull=True) | ~Q(state=RequestState.APPROVED.value) | ~Q(account=F("decided_by"))),
            ),
            models.UniqueConstraint(
                name="one_pending_request_of_a_right",
                fields=["account", "role", "unit", "field"],
                condition=Q(state=_PENDING),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} @ {self.unit_id}: {self.state}"


class AccountReview(models.Model):
    """One account looked through in the periodic review: who did, when, what they noted (ACC-03); append-only."""

    account = models.ForeignKey(_ACCOUNT, on_delete=models.PROTECT, related_name="reviews")
    reviewed_by = models.ForeignKey(_ACCOUNT, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(default=clock.now)
    note = models.CharField(max_length=500, default="")

    class Meta:
        db_table = "organisations_account_review"
        constraints = [
            models.CheckConstraint(name="nobody_reviews_the_own_account", condition=~Q(account=F("reviewed_by")))
        ]
        indexes = [models.Index(name="newest_review_of_an_account", fields=["account", "-reviewed_at"])]

    def __str__(self) -> str:
        return f"{self.pk} {self.reviewed_at:%Y-%m-%d}"
