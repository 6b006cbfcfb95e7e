"""Tables of the register of account defects."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q

from motcua.domain.organisations.defects.rules import CoveredSystem, DefectKind, DefectState, Desk
from motcua.domain.organisations.scoping import ScopedManager

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

_ANSWERED = [DefectState.CLOSED.value, DefectState.DONE.value, DefectState.REFUSED.value]


class AccountDefect(models.Model):
    """One thing wrong with one officer's account in one system, from report to closed (ACC-06)."""

    kind = models.CharField(max_length=20)
    system = models.CharField(max_length=20)
    state = models.CharField(max_length=20, default=DefectState.REPORTED.value)
    unit = models.ForeignKey("organisations.Unit", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(
        "organisations.Account",
        on_delete=models.PROTECT,
        null=True,
        related_name="defects",
        db_comment="whose account it is; NULL: the officer has none",
    )
    person_name = models.CharField(max_length=200)
    person_key = models.CharField(max_length=260, db_comment="the account, or unit and folded name where there is none")
    requested_by = models.ForeignKey("organisations.Account", on_delete=models.PROTECT, related_name="+")
    wanted_action = models.CharField(max_length=60, default="", db_comment="the action refused; empty: not said")
    wanted_unit = models.ForeignKey("organisations.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    wanted_field = models.ForeignKey("organisations.Field", on_delete=models.PROTECT, null=True, related_name="+")
    desk = models.CharField(max_length=3, default="", db_comment="C12 or D01, once forwarded")
    answer = models.CharField(max_length=1000, default="")
    times_reported = models.PositiveSmallIntegerField(default=1)
    reported_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        unit_id: int
        account_id: UUID | None
        requested_by_id: UUID
        wanted_unit_id: int | None
        wanted_field_id: int | None
        steps: RelatedManager[AccountDefectStep]

    objects: ScopedManager[AccountDefect] = ScopedManager()

    class Meta:
        db_table = "organisations_account_defect"
        constraints = [
            models.CheckConstraint(
                name="account_defect_kind_known", condition=Q(kind__in=[item.value for item in DefectKind])
            ),
            models.CheckConstraint(
                name="account_defect_system_known", condition=Q(system__in=[item.value for item in CoveredSystem])
            ),
            models.CheckConstraint(
                name="account_defect_state_known", condition=Q(state__in=[item.value for item in DefectState])
            ),
            models.CheckConstraint(
                name="a_forwarded_account_defect_has_a_desk",
                condition=Q(desk__in=[item.value for item in Desk])
                | Q(desk="") & ~Q(state=DefectState.FORWARDED.value),
            ),
            models.CheckConstraint(
                name="an_answered_account_defect_has_its_answer", condition=~Q(state__in=_ANSWERED) | ~Q(answer="")
            ),
            models.CheckConstraint(
                name="a_closed_account_defect_has_its_time",
                condition=Q(state=DefectState.CLOSED.value, closed_at__isnull=False)
                | ~Q(state=DefectState.CLOSED.value) & Q(closed_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="one_open_account_defect_of_a_person",
                fields=["person_key", "kind", "system", "wanted_action", "wanted_unit", "wanted_field"],
                condition=~Q(state=DefectState.CLOSED.value),
                nulls_distinct=False,
            ),
        ]
        indexes = [models.Index(name="account_defects_by_state", fields=["state", "-id"])]


class AccountDefectStep(models.Model):
    """One step of a defect's way: who, when, what was said; never changed."""

    defect = models.ForeignKey(AccountDefect, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=20)
    state = models.CharField(max_length=20, db_comment="state after the step")
    by = models.ForeignKey("organisations.Account", on_delete=models.PROTECT, related_name="+")
    by_unit = models.CharField(
        max_length=35, default="", db_comment="unit of the right acted under; empty: own account"
    )
    words = models.CharField(max_length=1000, default="")
    at = models.DateTimeField()

    if TYPE_CHECKING:
        by_id: UUID

    class Meta:
        db_table = "organisations_account_defect_step"
        constraints = [
            models.CheckConstraint(
                name="account_defect_step_state_known", condition=Q(state__in=[item.value for item in DefectState])
            )
        ]
