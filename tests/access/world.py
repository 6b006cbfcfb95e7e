"""The matrix's world: two offices with the same kinds of objects, and everybody who may ask for them.

Every role is held at the first office, so its objects are the caller's own unit's, the second office's another
unit's. The levels at which a role may be given do not matter here: they limit who gives it, not where it reaches.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from motcua.domain.dossiers import running_numbers, services
from motcua.domain.dossiers.identity import subject_of
from motcua.domain.dossiers.models import Attachment, Dossier, Draft
from motcua.domain.dossiers.rules import State
from motcua.domain.organisations.defects import services as defects
from motcua.domain.organisations.defects.rules import CoveredSystem, DefectKind
from motcua.domain.organisations.models import Account, AccountRequest, GrantRequest, Unit
from motcua.domain.organisations.rules import ROLES, AccountKind
from motcua.domain.organisations.systems.models import ProvidedAccount, SpecialisedSystem
from motcua.domain.payments import services as payments
from motcua.domain.payments.models import Obligation, Receipt
from motcua.domain.people.differences.rules import ComparedField
from motcua.domain.people.differences.services import compare_with_register
from motcua.domain.people.models import IdentityDocument, PopulationQuery
from motcua.domain.people.principal import Principal
from motcua.domain.people.tokens import install_token
from motcua.foundation import clock
from motcua.foundation.actor import Actor
from tests.domain.dossiers import ways
from tests.domain.dossiers.world import ASSESSED, FREE, World, officer, principal, small_world, upload
from tests.domain.organisations import factories
from tests.domain.payments.factories import configure, owed
from tests.domain.people.factories import acting_for, organisation, person
from tests.faces.pages import session_of

STATES = (
    State.SUBMITTED, State.RECEIVED, State.IN_PROCESS, State.WAIT_SUPPLEMENT, State.STOPPED, State.RESOLVED,
    State.RETURNED,
)  # fmt: skip


@dataclass
class Office:
    """One commune's desk with dossiers in several states, a draft, money, and their owner."""

    name: str
    world: World
    owner: Principal
    commune: Unit
    desk: Unit
    dossiers: dict[State, Dossier] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)

    def path_names(self, state: State) -> dict[str, Any]:
        """The path parameters that name this office's objects, the dossier in `state`."""
        dossier = self.dossiers[state]
        return {**self.names, "dossier_id": dossier.pk}


@dataclass
class Caller:
    """Somebody who calls: `roles` at `at` (None: nowhere), with a session and a token of their own."""

    name: str
    principal: Principal | None = None
    roles: frozenset[str] = frozenset()
    at: Unit | None = None
    in_force: bool = True
    field_only: bool = False
    can_sign_in: bool = True
    session: str = ""
    secret: str = ""

    def holds(self, action: str, office: Office | None) -> bool:
        """Whether a role in force reaches `office` (None: the nation) with `action`."""
        if self.at is None or not self.holds_somewhere(action) or self.field_only:
            return False
        return self.at.parent_id is None or (office is not None and self.at.pk == office.commune.pk)

    def holds_somewhere(self, action: str) -> bool:
        """Whether a role in force allows `action` anywhere."""
        return self.in_force and any(action in ROLES[role].actions for role in self.roles)

    @property
    def single_role(self) -> bool:
        """Whether it is one of the officers who hold one role each at the own office."""
        return self.name in ROLES

    def sign_in(self) -> None:
        """Opens the session and the token that the calls use."""
        if self.principal is None:
            return
        who = self.principal
        self.session = session_of(who)
        self.secret = install_token(
            who.account_id, label="ma trận", level=2, days=1, actor=Actor.job("test"), party_id=who.party_id
        ).secret


@dataclass
class Matrix:
    """Both offices and all callers."""

    offices: tuple[Office, Office]
    callers: list[Caller]
    national: list[Caller]

    def caller(self, name: str) -> Caller:
        return next(item for item in [*self.callers, *self.national] if item.name == name)


def build() -> Matrix:
    """Makes everything; call it inside a transaction that is rolled back."""
    world = small_world(FREE, ASSESSED)
    configure(world.province)
    running_numbers.take(clock.today())  # the day's first block outlives the calls that are rolled back
    elsewhere = replace(
        world,
        citizen=world.neighbour,
        commune=world.other_commune,
        desk=world.other_desk,
        reception=world.stranger,
        processor=officer("PROCESSOR", world.other_commune),
        approver=officer("APPROVER", world.other_commune),
        returner=officer("RETURN", world.other_commune),
    )
    own = _office("own unit", world)
    other = _office("other unit", elsewhere)
    made = Matrix((own, other), _callers(world, own), _national(world))
    for caller in [*made.callers, *made.national]:
        caller.sign_in()
    return made


def _office(name: str, world: World) -> Office:
    office = Office(name, world, world.citizen, world.commune, world.desk)
    office.dossiers = {state: ways.in_state(world, state) for state in STATES}
    submitted = office.dossiers[State.SUBMITTED]
    debt = owed(of=submitted)
    paid = owed(of=submitted, amount=50_000)
    payments.record_offline(paid.pk, method="CASH", document_number="PT-1", paid_at=None, acting=world.reception)
    while payments.issue_due():
        pass
    office.names = {
        "unit_id": world.commune.pk,
        "obligation_id": debt.pk,
        "receipt_id": Receipt.objects.get(obligation=paid).pk,
        "file_id": _file_of(submitted),
        "code": submitted.code,
        "paper": "acknowledgement",
        "name": "acknowledgement",
        "number": 1,
        "draft_id": (draft := _draft(world)).pk,
        "draft_file_id": draft.files.get().file_id,
        "reference": _attempt(debt, world),
        **_clerk(world),
        **_administered(world.commune),
        "difference_id": _difference(submitted, world),
    }
    return office


def _clerk(world: World) -> dict[str, Any]:
    """An officer of the office who is nobody among the callers, and what the office reported of another's account."""
    clerk = factories.holder("UNIT_ADMIN", world.commune, f"Văn thư {world.commune.name}")
    name = f"Người thiếu tài khoản {world.commune.name}"
    said = defects.Report(DefectKind.MISSING, CoveredSystem.COORDINATION, world.commune.pk, person_name=name)
    system = SpecialisedSystem.objects.create(
        code=world.commune.code, name="Hệ thống", owner=world.commune, registered_at=clock.now()
    )
    given = ProvidedAccount.objects.create(
        system=system, province=world.province, purpose="MONITOR", reference="giamsat", provided_at=clock.now(),
        recorded_by=clerk,
    )  # fmt: skip
    return {
        "account_id": clerk.pk,
        "defect_id": defects.report(clerk, said).pk,
        "defect_of": name,
        "province_id": world.province.pk,
        "system_id": system.pk,
        "provided_id": given.pk,
    }


def _administered(unit: Unit) -> dict[str, Any]:
    """An officer of the unit with a right, and what waits there for an administrator's decision."""
    account, asking = factories.officer(unit, f"Cán bộ của {unit.name}"), factories.holder("UNIT_ADMIN", unit)
    asked = AccountRequest.objects.create(
        display_name="Người xin cấp tài khoản", unit=unit, roles=["RETURN"], reason="Quyết định phân công",
        requested_by=asking, for_oneself=False,
    )  # fmt: skip
    proposed = GrantRequest.objects.create(
        account=account, role="UNIT_ADMIN", unit=unit, reason="Quyết định phân công", requested_by=asking
    )
    return {
        "account_id": account.pk,
        "account_name": account.display_name,
        "grant_id": factories.grant(account, "RECEPTION", unit).pk,
        "request_id": asked.pk,
        "proposed_id": proposed.pk,
    }


def _difference(dossier: Dossier, world: World) -> int:
    """A fact that the register has otherwise than the dossier, and the question that brought it to light."""
    assert world.citizen.person_id
    owner = {"party_id": world.citizen.person_id, "kind": "CITIZEN_ID", "issuing_country": "VN", "source": "VNEID"}
    number = f"001085{dossier.code[-6:]}"
    IdentityDocument.objects.create(**owner, number=number, verified_at=clock.now())
    subject, said = subject_of(dossier), {ComparedField.ISSUED_ON: "2021-05-12"}
    [row] = compare_with_register(subject, world.citizen.person_id, said, {ComparedField.ISSUED_ON: "2021-05-10"})
    PopulationQuery.objects.create(
        account_id=world.reception.account_id, unit_id=dossier.holding_unit_id, field_id=dossier.field_id,
        subject_kind=subject.kind, subject_id=dossier.pk, subject_code=dossier.code, person_id=world.citizen.person_id,
        purpose="VERIFY_IDENTITY", reason="Đối chiếu ngày cấp", fields=["ISSUED_ON"], asked_at=clock.now(),
    )  # fmt: skip
    return row.pk


def _file_of(dossier: Dossier) -> UUID:
    file_id = Attachment.objects.filter(dossier=dossier).values_list("file_id", flat=True).first()
    assert file_id is not None
    return file_id


def _draft(world: World) -> Draft:
    draft = services.open_draft(world.citizen, world.service(FREE), locality_id=world.commune.pk)
    component = world.definitions[FREE].components[0].code
    services.add_file(world.citizen, draft.pk, component, upload(world.citizen).pk)
    return draft


def _attempt(debt: Obligation, world: World) -> str:
    """A transaction as the start of a payment leaves it while the gateway is being asked."""
    from motcua.domain.payments.initiation import _open

    opened = _open(debt.pk, bank="VCB", return_url="http://testserver/", actor=world.citizen.actor(), locale="vi")
    return opened.reference


def _callers(world: World, own: Office) -> list[Caller]:
    here, everything = world.commune, frozenset(ROLES)
    representative = acting_for(organisation(), person("Đinh Thị Đại Diện"))
    system = Account.objects.create(kind=AccountKind.SYSTEM.value, display_name="Hệ thống của xã", unit=here)
    factories.grant(system, "PARTNER_SYSTEM", here)
    return [
        Caller("anonymous"),
        Caller("owner", own.owner),
        Caller("other citizen", world.neighbour),
        Caller("representative", representative),
        Caller("system account", principal(system), frozenset({"PARTNER_SYSTEM"}), here),
        Caller("officer without right", principal(factories.officer(here))),
        Caller("all rights", _holder_of_all(here), everything, here),
        Caller("all rights ended", _holder_of_all(here, ended=True), everything, here, in_force=False),
        Caller("all rights, suspended", _holder_of_all(here, suspended=True), everything, here, can_sign_in=False),
        Caller("all rights in another field", _in_another_field(here), everything, here, field_only=True),
        *[Caller(role, officer(role, here), frozenset({role}), here) for role in ROLES],
        Caller("MONITOR of the nation", officer("MONITOR", factories.nation()), frozenset({"MONITOR"}), _nation()),
    ]


def _nation() -> Unit:
    return factories.nation()


def _national(world: World) -> list[Caller]:
    """Every role at the nation, for routes whose object lies there."""
    nation = _nation()
    return [Caller(f"{role} of the nation", officer(role, nation), frozenset({role}), nation) for role in ROLES]


def _holder_of_all(unit: Unit, *, ended: bool = False, suspended: bool = False) -> Principal:
    account = factories.officer(unit)
    now = clock.now()
    for role in ROLES:
        if ended:
            factories.grant(account, role, unit, since=now - timedelta(days=2), until=now - timedelta(days=1))
        else:
            factories.grant(account, role, unit)
    if suspended:
        Account.objects.filter(pk=account.pk).update(is_active=False)
    return principal(account)


def _in_another_field(unit: Unit) -> Principal:
    account, another = factories.officer(unit), factories.field("Lĩnh vực khác")
    for role in ROLES:
        factories.grant(account, role, unit, within=another)
    return principal(account)
