"""Who acts: an account, for whom, at which level of assurance. What faces hold and services take."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.rules import AccountKind
from motcua.foundation.actor import Actor
from motcua.foundation.errors import AccessDenied


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

    @property
    def is_staff(self) -> bool:
        """Whether an officer acts, and so sees the workbench."""
        return self.account_kind is AccountKind.STAFF

    @property
    def acts_for_organisation(self) -> bool:
        """Whether dossiers made now belong to an organisation (IDN-04)."""
        return self.organisation_code != ""

    def actor(self) -> Actor:
        """This principal as events and audit rows name it, with the level at the time of the act (IDN-03)."""
        return Actor(self.account_kind.value.lower(), str(self.account_id), assurance_level=self.assurance_level)


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
