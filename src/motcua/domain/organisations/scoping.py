"""The one access policy: default deny; an object is reached by a grant or by owning it (ACC-02, ACC-10).

- A grant reaches an object when its role allows the action, the object's unit lies in the grant's subtree, the
  grant names no field or the object's field, and the grant is in force; the account must be active and not locked.
- An owner reaches their object for the actions its room declared for owners, in the capacity they act in.
- `can` answers for one object and `visible_to` for a list; both read the same `Scope`, so they cannot differ.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.db.models.lookups import IsNull

from motcua.domain.organisations.rules import ACTIONS, UnknownAction, roles_allowing
from motcua.foundation import clock
from motcua.foundation.actor import Actor

if TYPE_CHECKING:
    from motcua.domain.organisations.models import Account, Grant

_M = TypeVar("_M", bound=models.Model)
OWNER = "OWNER"
"""What events and audit rows say as the role of who acts on what is their own."""


class Acting(Protocol):
    """Whoever asks: an account, or a principal acting for a party."""

    @property
    def account_id(self) -> UUID: ...

    @property
    def party_id(self) -> UUID | None: ...

    @property
    def service_codes(self) -> frozenset[str] | None:
        """The services that a mandate limits the party's affairs to; None: no limit."""
        ...

    def actor(self) -> Actor: ...


@dataclass(frozen=True, slots=True)
class Scope:
    """How the objects of one model lie under the policy; paths are ORM paths of ids, e.g. `dossier__unit_id`.

    `view` is the action a list is filtered by; `units` are the paths of which any may lie in a grant's subtree;
    `units_for` narrows them for single actions; `owner_actions` is what an owner may do; `owner_service` is where the
    code of the service stands, by which a mandate for some services only is kept within them (IDN-08).
    """

    view: str
    units: tuple[str, ...] = ()
    field: str | None = None
    owner_account: str | None = None
    owner_party: str | None = None
    owner_service: str | None = None
    owner_actions: frozenset[str] = frozenset()
    units_for: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)

    def unit_paths(self, action: str) -> tuple[str, ...]:
        """The unit paths that count for `action`."""
        return self.units_for.get(action, self.units)


@dataclass(frozen=True, slots=True)
class Place:
    """A unit (and field) in which something is to be made: the object of an action before there is an object."""

    unit_id: int
    field_id: int | None = None


_scopes: dict[type, Scope] = {Place: Scope(view="unit.view", units=("unit_id",), field="field_id")}


def register_scope(model: type[models.Model], scope: Scope) -> None:
    """Declares how `model` lies under the policy; called once, from its room's `AppConfig.ready`.

    Raises ValueError for a second, different declaration and UnknownAction for an action that does not exist.
    """
    for action in {scope.view, *scope.owner_actions, *scope.units_for}:
        if action not in ACTIONS:
            raise UnknownAction(action)
    if _scopes.setdefault(model, scope) != scope:
        raise ValueError(f"{model.__name__} already has another scope")


def scope_of(thing: object) -> Scope:
    """The scope of an object or a model class. Raises LookupError where none is declared (default deny)."""
    kind = thing if isinstance(thing, type) else type(thing)
    meta = getattr(kind, "_meta", None)
    scope = _scopes.get(meta.concrete_model if meta else kind)
    if scope is None:
        raise LookupError(f"no access scope is declared for {kind.__name__}")
    return scope


def registered_scopes() -> Mapping[type, Scope]:
    """Every declared scope, for tests about the whole."""
    return dict(_scopes)


@dataclass(frozen=True, slots=True)
class Reach:
    """Where one object lies: the units and the field a grant must cover, and its owners."""

    unit_ids: tuple[int, ...]
    field_id: int | None
    owner_account: UUID | None
    owner_party: UUID | None


def _follow(thing: Any, path: str | None) -> Any:
    for step in path.split("__") if path else ():
        thing = getattr(thing, step, None)
        if thing is None:
            return None
    return thing if path else None


def reach_of(thing: object, action: str) -> Reach:
    """Reads an object's place by its scope. Raises LookupError where none is declared."""
    scope = scope_of(thing)
    found = (_follow(thing, path) for path in scope.unit_paths(action))
    return Reach(
        tuple(dict.fromkeys(unit for unit in found if unit is not None)),
        _follow(thing, scope.field),
        _follow(thing, scope.owner_account),
        _follow(thing, scope.owner_party),
    )


def owns(acting: Acting, action: str, thing: object) -> bool:
    """Whether `acting` owns the object in the present capacity and owners may do `action`; no statement."""
    scope = scope_of(thing)
    if action not in scope.owner_actions:
        return False
    reach = reach_of(thing, action)
    by_account = reach.owner_account is not None and reach.owner_account == acting.account_id
    by_party = reach.owner_party is not None and reach.owner_party == acting.party_id
    return by_account or (by_party and _within_mandate(acting, scope, thing))


def _within_mandate(acting: Acting, scope: Scope, thing: object) -> bool:
    """A mandate for some services reaches nothing that does not say which service it belongs to."""
    return acting.service_codes is None or _follow(thing, scope.owner_service) in acting.service_codes


def active_accounts() -> models.QuerySet[Account]:
    """Accounts that may act now: active and not locked."""
    from motcua.domain.organisations.models import Account

    return Account.objects.filter(_unlocked(""), is_active=True)


def _unlocked(prefix: str) -> Q:
    return Q(**{f"{prefix}locked_until__isnull": True}) | Q(**{f"{prefix}locked_until__lte": clock.now()})


def in_force(prefix: str = "") -> Q:
    """The condition that a grant (reached over `prefix`) holds now, its account's state included."""
    now = clock.now()
    return (
        Q(
            **{
                f"{prefix}revoked_at__isnull": True,
                f"{prefix}valid_from__lte": now,
                f"{prefix}account__is_active": True,
            }
        )
        & (Q(**{f"{prefix}valid_until__isnull": True}) | Q(**{f"{prefix}valid_until__gt": now}))
        & _unlocked(f"{prefix}account__")
    )


def grants_reaching(acting: Acting, action: str, reach: Reach) -> models.QuerySet[Grant]:
    """The grants in force that allow `action` on an object lying at `reach`."""
    from motcua.domain.organisations.models import Grant

    return Grant.objects.filter(
        in_force(),
        Q(field__isnull=True) | Q(field_id=reach.field_id),
        account_id=acting.account_id,
        role__in=roles_allowing(action),
        unit__links_down__descendant_id__in=reach.unit_ids,
    )


def permitted(acting: Acting | None, action: str, thing: object) -> Actor | None:
    """Who acts, with the role and unit that allow it, if `acting` may do `action` on `thing`; None otherwise.

    At most one statement. Raises UnknownAction and LookupError for an action or a kind of object nobody declared.
    """
    allowed_roles = roles_allowing(action)
    reach = reach_of(thing, action)
    if acting is None:
        return None
    if owns(acting, action, thing):
        active = active_accounts().filter(pk=acting.account_id).exists()
        return replace(acting.actor(), role=OWNER) if active else None
    if not reach.unit_ids or not allowed_roles:
        return None
    grants = grants_reaching(acting, action, reach).order_by("unit__links_down__depth", "pk")
    nearest = grants.values_list("role", "unit__code").first()
    return replace(acting.actor(), role=nearest[0], unit=nearest[1]) if nearest else None


def can(acting: Acting | None, action: str, thing: object) -> bool:
    """Whether `acting` may do `action` on `thing`: at most one statement, errors as `permitted`."""
    return permitted(acting, action, thing) is not None


class _LiesIn(Func):
    """`column = ANY(array)`: one parameter and one text of the statement for any number of units."""

    template = "(%(expressions)s = ANY(%%s::bigint[]))"

    def __init__(self, path: str, units: Collection[int]) -> None:
        super().__init__(F(path), output_field=models.BooleanField())
        self.units = sorted(units)

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:  # pyright: ignore[reportIncompatibleMethodOverride]
        text, parameters = super().as_sql(compiler, connection, **context)
        return text, [*parameters, self.units]


_NOTHING = Q(pk__in=[])


@dataclass(slots=True)
class _Held:
    """Where an account holds an action: everywhere, or in these units."""

    everywhere: bool = False
    units: set[int] = dataclasses.field(default_factory=set)

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.units)

    def at(self, path: str) -> Q:
        """The unit at `path` lies there; for what is held somewhere."""
        return Q(**{f"{path}__isnull": False}) if self.everywhere else Q(_LiesIn(path, self.units))


def _held(acting: Acting, roles: tuple[str, ...]) -> tuple[_Held, _Held]:
    """What grants reach that name no field, and what those reach that name one. One statement.

    Asked before the list, so that the database plans for the units there are: a desk's two as well as a province's
    hundreds. A grant at the nation is said in one word, without its 6,755 units.
    """
    from motcua.domain.organisations.models import UnitClosure

    links = UnitClosure.objects.filter(
        in_force("ancestor__grants__"),
        Q(depth=0) | Q(ancestor__parent__isnull=False),
        ancestor__grants__account_id=acting.account_id,
        ancestor__grants__role__in=roles,
    ).annotate(every_field=IsNull(F("ancestor__grants__field_id"), True), nation=IsNull(F("ancestor__parent_id"), True))
    held = {True: _Held(), False: _Held()}
    for every_field, nation, unit_id in links.values_list("every_field", "nation", "descendant_id").distinct():
        if nation:
            held[every_field].everywhere = True
        held[every_field].units.add(unit_id)
    return held[True], held[False]


def _granted(acting: Acting, action: str, scope: Scope) -> Q:
    from motcua.domain.organisations.models import Grant

    roles = roles_allowing(action)
    whole, by_field = _held(acting, roles)
    condition = _NOTHING
    for path in scope.unit_paths(action):
        if whole:
            condition |= whole.at(path)
        if scope.field is not None and by_field and not whole.everywhere:
            fitting = Grant.objects.filter(
                in_force(),
                account_id=acting.account_id,
                role__in=roles,
                field_id=OuterRef(scope.field),
                unit__links_down__descendant_id=OuterRef(path),
            )
            condition |= by_field.at(path) & Q(Exists(fitting))
    return condition


def _owned(acting: Acting, action: str, scope: Scope) -> Q:
    condition = _NOTHING
    if action not in scope.owner_actions:
        return condition
    if scope.owner_account is None and acting.party_id is None:
        return condition
    if scope.owner_account is not None:
        condition |= Q(**{scope.owner_account: acting.account_id})
    if scope.owner_party is not None and acting.party_id is not None:
        condition |= Q(**{scope.owner_party: acting.party_id}) & _mandated(acting, scope)
    return condition & Q(Exists(active_accounts().filter(pk=acting.account_id)))


def _mandated(acting: Acting, scope: Scope) -> Q:
    if acting.service_codes is None:
        return Q()
    return Q(**{f"{scope.owner_service}__in": sorted(acting.service_codes)}) if scope.owner_service else Q(pk__in=[])


def reachable(model: type[models.Model], acting: Acting | None, action: str | None = None) -> Q:
    """One condition for all objects of `model` that `acting` may do `action` on (default: the scope's `view`)."""
    if acting is None:
        return _NOTHING
    scope = scope_of(model)
    wanted = action or scope.view
    if wanted not in ACTIONS:
        raise UnknownAction(wanted)
    return _granted(acting, wanted, scope) | _owned(acting, wanted, scope)


class ScopedQuerySet(models.QuerySet[_M]):
    """A queryset that can be narrowed to what an account may see.

    - `visible_to` asks once where the account holds the right and adds one condition, whatever the number of grants;
    - lists, details, searches and exports all start from it.
    """

    def visible_to(self, acting: Acting | None, action: str | None = None) -> ScopedQuerySet[_M]:
        """Only the objects that `acting` may do `action` on (default: view)."""
        return self.filter(reachable(self.model, acting, action))


class ScopedManager(models.Manager[_M]):
    """Default manager of a model under the access policy."""

    def get_queryset(self) -> ScopedQuerySet[_M]:
        return ScopedQuerySet(self.model, using=self._db)

    def visible_to(self, acting: Acting | None, action: str | None = None) -> ScopedQuerySet[_M]:
        """As `ScopedQuerySet.visible_to`."""
        return self.get_queryset().visible_to(acting, action)
