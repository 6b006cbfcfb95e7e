"""The words of the matrix's table: who may call a route, on what, with what answer.

An expectation names an action or an audience in its own words; which roles hold the action is read from
`organisations.rules.ROLES`, never from the code behind the route.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from motcua.domain.dossiers.rules import State
from motcua.domain.organisations.rules import ACTIONS, ROLES

if TYPE_CHECKING:
    from tests.access.world import Caller, Office

SAFE = frozenset({"GET", "HEAD"})
CHANGING_ROLES = frozenset(
    code for code, role in ROLES.items() if any(ACTIONS[action].changes for action in role.actions)
)


class Audience:
    """Who may call: `admits` answers for one caller and one office's objects. Nobody is signed in by default."""

    anonymous = False

    def admits(self, caller: Caller, office: Office) -> bool:
        raise NotImplementedError


@dataclass(frozen=True)
class Anybody(Audience):
    """Open to everybody, signed in or not."""

    anonymous = True

    def admits(self, caller: Caller, office: Office) -> bool:
        return True


@dataclass(frozen=True)
class SignedIn(Audience):
    """Every account that is signed in; what it shows is its own or narrowed to what it may see (`shows`)."""

    def admits(self, caller: Caller, office: Office) -> bool:
        return True


@dataclass(frozen=True)
class OwnAccount(Audience):
    """Every signed-in account, because only its own session, language or credential is changed: monitors too."""

    anonymous: bool = False

    def admits(self, caller: Caller, office: Office) -> bool:
        return True


@dataclass(frozen=True)
class Applicants(Audience):
    """Whoever acts for a person or (`organisations`) an organisation, never staff or systems."""

    organisations: bool = True

    def admits(self, caller: Caller, office: Office) -> bool:
        who = caller.principal
        return who is not None and who.party_id is not None and (self.organisations or not who.acts_for_organisation)


@dataclass(frozen=True)
class Representatives(Audience):
    """The legal representative of an organisation, in that capacity."""

    def admits(self, caller: Caller, office: Office) -> bool:
        return caller.principal is not None and caller.principal.is_legal_representative


@dataclass(frozen=True)
class Owner(Audience):
    """The owner of the office's objects: the party, or (`by_account`) the person's account in any capacity."""

    by_account: bool = False

    def admits(self, caller: Caller, office: Office) -> bool:
        assert caller.principal is not None
        owner = office.owner
        if self.by_account:
            return caller.principal.account_id == owner.account_id
        return caller.principal.party_id == owner.party_id


@dataclass(frozen=True)
class Right(Audience):
    """Whoever holds `action` where the object lies (`national`: at the nation); with `owner`, its owner too."""

    action: str
    owner: bool = False
    national: bool = False

    def __post_init__(self) -> None:
        if self.action not in ACTIONS:
            raise LookupError(self.action)

    def admits(self, caller: Caller, office: Office) -> bool:
        if self.owner and Owner().admits(caller, office):
            return True
        return caller.holds(self.action, None if self.national else office)


@dataclass(frozen=True)
class Staff(Audience):
    """Every officer, with or without rights."""

    def admits(self, caller: Caller, office: Office) -> bool:
        return caller.principal is not None and caller.principal.is_staff


@dataclass(frozen=True)
class Somewhere(Audience):
    """Whoever holds one of `actions` anywhere: pages that open for a function and show what lies in its reach."""

    actions: tuple[str, ...]

    def admits(self, caller: Caller, office: Office) -> bool:
        return any(caller.holds_somewhere(action) for action in self.actions)


@dataclass(frozen=True)
class Uploaders(Audience):
    """Applicants, and accounts that may change anything at all; who only reads has no use for a file of theirs."""

    def admits(self, caller: Caller, office: Office) -> bool:
        return Applicants().admits(caller, office) or (caller.in_force and bool(caller.roles & CHANGING_ROLES))


@dataclass(frozen=True)
class Shows:
    """What a list may show of an office: `text` gives the words that name its object, `audience` who may see them.

    `aimed`: the request asks for the own office's object, so that the other's is left out for everybody.
    """

    audience: Audience
    text: Callable[[Office], str]
    aimed: bool = False


Fields = Callable[["Office"], Mapping[str, Any]]
Status = int | Callable[["Caller"], int]


@dataclass(frozen=True)
class Expect:
    """One line of the table.

    `state`: the state of the dossier that is asked about; `names`: path parameters other than the office's usual
    ones; `sends`: query (safe methods) or body; `answer` and `refused`: the statuses for who may and who may not;
    `shows`: for a list, what of each office appears in the body and for whom.
    """

    route: str
    audience: Audience
    state: State = State.SUBMITTED
    names: Mapping[str, Any] = field(default_factory=dict)
    sends: Fields = lambda _office: {}
    answer: int | tuple[int, ...] = 200
    refused: Status = 404
    shows: Shows | None = None
    as_files: bool = False

    @property
    def method(self) -> str:
        return self.route.split(" ")[0]

    @property
    def name(self) -> str:
        return self.route.split(" ")[1]

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api:")

    @property
    def changes(self) -> bool:
        return self.method not in SAFE

    @property
    def takes_object(self) -> bool:
        """Whether it matters of which office the object is."""
        return not isinstance(
            self.audience,
            Anybody | SignedIn | OwnAccount | Applicants | Representatives | Uploaders | Somewhere | Staff,
        )

    def answers(self, status: int) -> bool:
        """Whether a caller who may call may be answered so."""
        return status in (self.answer if isinstance(self.answer, tuple) else (self.answer,))

    def refusal(self, caller: Caller) -> int:
        """The status for a signed-in caller who may not."""
        return self.refused(caller) if callable(self.refused) else self.refused

    def __str__(self) -> str:
        variant = ",".join(str(value) for value in self.names.values() if not callable(value))
        return f"{self.route} {variant}".strip()


def hidden_from_applicants(caller: Caller) -> int:
    """403 for accounts that never apply; another applicant does not learn that the object exists (404)."""
    has_party = caller.principal is not None and caller.principal.party_id is not None
    return 404 if has_party else 403
