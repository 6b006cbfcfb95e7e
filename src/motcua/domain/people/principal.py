"""Who acts: an account, for whom, at which level of assurance. What faces hold and services take."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.rules import AccountKind
from motcua.domain.people.rules import RepresentationRole
from motcua.foundation.actor import Actor
from motcua.foundation.errors import AccessDenied


@dataclass(frozen=True, slots=True)
class Mandate:
    """What a representative may do in an organisation's name; `service_codes` None: every service."""

    role: RepresentationRole
    service_codes: frozenset[str] | None = None
    may_submit: bool = True
    may_pay: bool = True
    verified_at_counter: bool = False

    @property
    def listed(self) -> list[str]:
        """The codes of the services covered, in order; empty for every service."""
        return sorted(self.service_codes or ())

    def covers(self, power: Power, service_code: str) -> bool:
        """Whether the mandate reaches this service and allows this."""
        within = self.service_codes is None or service_code in self.service_codes
        return within and (self.may_submit if power is Power.SUBMIT else self.may_pay)


@dataclass(frozen=True, slots=True)
class Principal:
    """An account acting in one capacity.

    `party_id` is for whom it acts: the person's own party or an organisation's; None for staff and systems.
    `person_id` is the person behind it (the party id of the person), also where they act for an organisation.
    """

    account_id: UUID
    account_kind: AccountKind
    display_name: str
    assurance_level: int
    party_id: UUID | None = None
    party_name: str = ""
    person_id: UUID | None = None
    organisation_code: str = ""
    token_id: UUID | None = None
    is_inspection: bool = False
    mandate: Mandate | None = None
    capacity_ended: bool = False
    """The session was acting for an organisation that it may no longer act for: it owns nothing until it chooses."""

    @property
    def is_staff(self) -> bool:
        """Whether an officer acts, and so sees the workbench."""
        return self.account_kind is AccountKind.STAFF

    @property
    def acts_for_organisation(self) -> bool:
        """Whether dossiers made now belong to an organisation (IDN-04)."""
        return self.organisation_code != ""

    @property
    def service_codes(self) -> frozenset[str] | None:
        """The services that the mandate covers; None: no limit."""
        return self.mandate.service_codes if self.mandate else None

    @property
    def is_legal_representative(self) -> bool:
        """Whether the capacity is that of an organisation's legal representative, who may delegate."""
        return self.mandate is not None and self.mandate.role is RepresentationRole.LEGAL_REPRESENTATIVE

    def actor(self) -> Actor:
        """This principal as events and audit rows name it: level (IDN-03) and organisation acted for (IDN-09)."""
        return Actor(
            self.account_kind.value.lower(),
            str(self.account_id),
            assurance_level=self.assurance_level,
            on_behalf_of=str(self.party_id) if self.acts_for_organisation else "",
        )


class Power(StrEnum):
    """What a mandate may leave out (IDN-08)."""

    SUBMIT = "SUBMIT"
    PAY = "PAY"


def require_power(principal: Principal, power: Power, service_code: str) -> None:
    """Refuses what the mandate of an organisation's delegate does not cover; others pass (IDN-08).

    Raises AccessDenied (CAPACITY_ENDED, OUT_OF_MANDATE).
    """
    refuse_ended_capacity(principal)
    mandate = principal.mandate
    if mandate is None or mandate.covers(power, service_code):
        return
    raise AccessDenied(
        "OUT_OF_MANDATE",
        _("Việc này nằm ngoài phạm vi tổ chức đã phân quyền cho Ông/Bà."),
        what_next=_("Ông/Bà đề nghị người đại diện theo pháp luật của tổ chức mở rộng phạm vi phân quyền."),
        details={"power": power.value, "service": service_code},
    )


def refuse_ended_capacity(principal: Principal) -> None:
    """A session whose capacity was taken back does nothing until another is chosen (IDN-09).

    Raises AccessDenied (CAPACITY_ENDED).
    """
    if principal.capacity_ended:
        raise AccessDenied(
            "CAPACITY_ENDED",
            _("Ông/Bà không còn được thực hiện thủ tục thay tổ chức này."),
            what_next=_("Ông/Bà chọn lại tư cách rồi làm tiếp; bản nháp của tổ chức vẫn được giữ."),
        )


def require_level(principal: Principal, minimum: int, *, subject: tuple[str, str] = ("", "")) -> None:
    """Refuses an act that needs a higher level of identification than the session has (IDN-03).

    Raises AccessDenied (LEVEL_TOO_LOW).
    """
    if principal.assurance_level >= minimum:
        return
    raise AccessDenied(
        "LEVEL_TOO_LOW",
        _("Việc này cần tài khoản định danh điện tử mức độ %(level)d.") % {"level": minimum},
        what_next=_("Ông/Bà đăng nhập lại bằng tài khoản mức độ cao hơn, hoặc nộp hồ sơ tại bộ phận một cửa."),
        details={"minimum": minimum, "level": principal.assurance_level, "subject": list(subject)},
    )


def require_party(principal: Principal) -> UUID:
    """For whom `principal` applies, pays and rates: acts of citizens and organisations, never of staff or systems.

    Raises AccessDenied (NO_PARTY).
    """
    if principal.party_id is None:
        raise AccessDenied(
            "NO_PARTY",
            _("Chức năng này chỉ dành cho người nộp hồ sơ; tài khoản cán bộ, tài khoản hệ thống không sử dụng được."),
            details={"subject": ["account", str(principal.account_id)]},
        )
    return principal.party_id
