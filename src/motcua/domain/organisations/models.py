"""Tables of the unit tree, accounts and grants. Only this room's services write them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from motcua.domain.organisations.account_models import AccountRequest, AccountReview, GrantRequest
from motcua.domain.organisations.account_rules import AccountState, account_state
from motcua.domain.organisations.coverage.models import StaffingNeed
from motcua.domain.organisations.defects.models import AccountDefect, AccountDefectStep
from motcua.domain.organisations.rules import ROLES, AccountKind, Level, UnitKind
from motcua.domain.organisations.scoping import ScopedManager
from motcua.domain.organisations.systems.models import OfficerMapping, ProvidedAccount, SpecialisedSystem, SystemField
from motcua.foundation import clock
from motcua.foundation.actor import Actor
from motcua.foundation.folding import Folded

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

__all__ = [
    "Account",
    "AccountDefect",
    "AccountDefectStep",
    "AccountRequest",
    "AccountReview",
    "Field",
    "Grant",
    "GrantRequest",
    "OfficerMapping",
    "ProvidedAccount",
    "SpecialisedSystem",
    "StaffingNeed",
    "SystemField",
    "Unit",
    "UnitClosure",
    "UnitVersion",
]


def _values(names: type[UnitKind] | type[Level] | type[AccountKind]) -> list[str]:
    return [name.value for name in names]


class Unit(models.Model):
    """A body of the one unit tree: the nation, a ministry, a province, a department, a commune, a one-stop desk.

    The columns hold what is in force today; `UnitVersion` keeps every period, past and planned (ACC-01).
    """

    code = models.CharField(
        max_length=35,
        unique=True,
        db_comment="Electronic identification code (QĐ 20/2020/QĐ-TTg); opaque, never parsed",
    )
    gso_code = models.CharField(
        max_length=5,
        null=True,
        blank=True,
        db_comment="Code of the General Statistics Office (QĐ 19/2025/QĐ-TTg): 2 digits province, 5 digits commune",
    )
    name = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)
    name_folded = models.GeneratedField(
        expression=Folded("name"), output_field=models.TextField(), db_persist=True, db_comment="search key of the name"
    )
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in UnitKind])
    level = models.CharField(max_length=10, choices=[(level.value, level.value) for level in Level])
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, db_comment="First day the unit no longer exists; NULL: exists")
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        db_comment="The unit this one was merged into",
    )
    end_reason = models.CharField(max_length=500, default="", db_comment="Decision behind the merger that ended it")
    support_phone = models.CharField(max_length=20, blank=True, db_comment="Local support number (POR-12)")
    working_hours = models.JSONField(
        null=True, blank=True, db_comment='{"0".."6": [["07:30","11:30"],…]} by weekday; NULL: as the level above'
    )

    if TYPE_CHECKING:
        parent_id: int | None
        children: RelatedManager[Unit]
        versions: RelatedManager[UnitVersion]

    objects: ScopedManager[Unit] = ScopedManager()

    class Meta:
        db_table = "organisations_unit"
        db_table_comment = "Units of the one tree from the nation to the one-stop desk (ACC-01)"
        constraints = [
            models.CheckConstraint(name="unit_kind_known", condition=Q(kind__in=_values(UnitKind))),
            models.CheckConstraint(name="unit_level_known", condition=Q(level__in=_values(Level))),
            models.CheckConstraint(name="unit_is_not_its_own_parent", condition=~Q(parent=F("id"))),
            models.CheckConstraint(
                name="only_the_nation_is_a_root",
                condition=Q(kind=UnitKind.NATION.value, parent__isnull=True)
                | (~Q(kind=UnitKind.NATION.value) & Q(parent__isnull=False)),
            ),
            models.UniqueConstraint(name="exactly_one_root", fields=["kind"], condition=Q(kind=UnitKind.NATION.value)),
            models.CheckConstraint(
                name="unit_exists_at_least_a_day", condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from"))
            ),
            models.CheckConstraint(
                name="gso_code_fits_the_kind",
                condition=Q(kind=UnitKind.PROVINCE.value, gso_code__regex=r"^\d{2}$")
                | Q(kind=UnitKind.COMMUNE.value, gso_code__regex=r"^\d{5}$")
                | (~Q(kind__in=[UnitKind.PROVINCE.value, UnitKind.COMMUNE.value]) & Q(gso_code__isnull=True)),
            ),
            models.UniqueConstraint(
                name="one_existing_unit_per_gso_code", fields=["gso_code"], condition=Q(valid_to__isnull=True)
            ),
            models.CheckConstraint(
                name="a_merged_unit_has_ended", condition=Q(successor__isnull=True) | Q(valid_to__isnull=False)
            ),
        ]
        indexes = [models.Index(name="unit_kind_name", fields=["kind", "name"])]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class UnitClosure(models.Model):
    """Every ancestor of every unit with its distance, itself at 0: kept by `units`, compared by a detector."""

    ancestor = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="links_down")
    descendant = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="links_up")
    depth = models.PositiveSmallIntegerField()

    if TYPE_CHECKING:
        ancestor_id: int
        descendant_id: int

    class Meta:
        db_table = "organisations_unit_closure"
        constraints = [
            models.UniqueConstraint(name="one_link_per_pair", fields=["ancestor", "descendant"]),
            models.CheckConstraint(
                name="depth_zero_is_the_unit_itself",
                condition=Q(depth=0, ancestor=F("descendant")) | (Q(depth__gt=0) & ~Q(ancestor=F("descendant"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ancestor_id} > {self.descendant_id} ({self.depth})"


class UnitVersion(models.Model):
    """Name and place of a unit in one period [valid_from, valid_to): its history and its planned changes."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="versions")
    name = models.CharField(max_length=300)
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True, db_comment="Decision or resolution behind the change")
    recorded_at = models.DateTimeField(default=clock.now)

    if TYPE_CHECKING:
        unit_id: int
        parent_id: int | None

    class Meta:
        db_table = "organisations_unit_version"
        constraints = [
            models.UniqueConstraint(name="one_version_of_a_unit_from_a_day", fields=["unit", "valid_from"]),
            models.UniqueConstraint(
                name="one_open_version_of_a_unit", fields=["unit"], condition=Q(valid_to__isnull=True)
            ),
            models.CheckConstraint(
                name="version_lasts_at_least_a_day",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.valid_from}: {self.name}"


class Field(models.Model):
    """A field of administration (lĩnh vực), e.g. G15-TP07 Hộ tịch, and the ministry that owns it."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=300)
    ministry = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="fields")

    class Meta:
        db_table = "organisations_field"

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Account(AbstractBaseUser):
    """Who acts: a person, a member of staff or a connected system. Rights are grants, nothing else.

    Holds no personal data beyond the display name; profiles live in `people`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=6, choices=[(kind.value, kind.value) for kind in AccountKind])
    username = models.CharField(max_length=150, unique=True, null=True, blank=True)
    display_name = models.CharField(max_length=200)
    name_folded = models.GeneratedField(
        expression=Folded("display_name"),
        output_field=models.TextField(),
        db_persist=True,
        db_comment="search key of the name",
    )
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="accounts",
        db_comment="The unit that employs the officer or owns the system; gives no right",
    )
    is_active = models.BooleanField(default=True)
    left_at = models.DateTimeField(null=True, blank=True, db_comment="When the officer left; NULL: in service")
    version = models.PositiveIntegerField(default=0, db_comment="Sequence number of the account's last event")
    is_inspection = models.BooleanField(
        default=False, db_comment="Opened for an inspection: every access is audited (ACC-13)"
    )
    locked_until = models.DateTimeField(null=True, blank=True)
    is_demonstration = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["kind", "display_name"]

    if TYPE_CHECKING:
        unit_id: int | None

    objects: ScopedManager[Account] = ScopedManager()

    class Meta:  # pyright: ignore[reportIncompatibleVariableOverride]
        db_table = "organisations_account"
        constraints = [
            models.CheckConstraint(name="account_kind_known", condition=Q(kind__in=_values(AccountKind))),
            models.CheckConstraint(
                name="only_staff_and_systems_belong_to_a_unit",
                condition=Q(kind=AccountKind.PERSON.value, unit__isnull=True)
                | (~Q(kind=AccountKind.PERSON.value) & Q(unit__isnull=False)),
            ),
            models.CheckConstraint(
                name="who_left_is_not_active", condition=Q(left_at__isnull=True) | Q(is_active=False)
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def account_id(self) -> UUID:
        """Lets an account stand as the actor of an access question."""
        return self.pk

    @property
    def party_id(self) -> UUID | None:
        """A bare account acts for no party; a `Principal` says for whom it acts."""
        return None

    @property
    def state(self) -> AccountState:
        """Where the account stands in its life (`account_rules.ACCOUNT_EDGES`)."""
        return account_state(self.is_active, self.left_at is not None)

    @property
    def service_codes(self) -> frozenset[str] | None:
        """A bare account has no mandate that could limit it."""
        return None

    def actor(self) -> Actor:
        """This account as events and audit rows name it."""
        return Actor(self.kind.lower(), str(self.pk))


class Grant(models.Model):
    """A right: role × unit with all below it × field (NULL: every field) × period (ACC-02)."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=30)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="grants")
    field = models.ForeignKey(Field, on_delete=models.PROTECT, null=True, blank=True, related_name="grants")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_comment="NULL: given by the installation itself (first administrator, demonstration)",
    )
    granted_at = models.DateTimeField(default=clock.now)
    reason = models.CharField(max_length=500)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revoke_reason = models.CharField(max_length=500, blank=True)

    if TYPE_CHECKING:
        account_id: UUID
        unit_id: int
        field_id: int | None

    objects: ScopedManager[Grant] = ScopedManager()

    class Meta:
        db_table = "organisations_grant"
        constraints = [
            models.CheckConstraint(name="grant_role_known", condition=Q(role__in=sorted(ROLES))),
            models.CheckConstraint(
                name="grant_period_is_forward",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
            ),
            models.CheckConstraint(name="grant_not_to_oneself", condition=~Q(granted_by=F("account"))),
            models.UniqueConstraint(
                name="one_unrevoked_grant_of_a_right",
                fields=["account", "role", "unit", "field"],
                condition=Q(revoked_at__isnull=True),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role} @ {self.unit_id}"
