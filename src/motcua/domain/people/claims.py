"""The provider's claims as this product understands them: one table from their names to ours.

The real VNeID claim list is not public; it replaces NAMES without other changes (docs/protocols/vneid.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from motcua.domain.people.rules import (
    OrganisationKind,
    PartialDate,
    Precision,
    RepresentationRole,
    Sex,
    parse_birth_date,
)
from motcua.foundation.errors import Invalid
from motcua.foundation.identifiers import (
    IdentityDocument,
    IdentityKind,
    country_code,
    normalise_phone,
    parse_identity,
)
from motcua.foundation.text import normalise_line

NAMES: Final[dict[str, str]] = {
    "account_kind": "LoaiTaiKhoan",
    "full_name": "HoVaTen",
    "citizen_id": "SoDinhDanh",
    "passport": "HoChieu",
    "issued_on": "NgayCap",
    "issued_by": "NoiCap",
    "nationality": "QuocTich",
    "birth_date": "NgayThangNamSinh",
    "sex": "GioiTinh",
    "email": "ThuDienTu",
    "phone": "SoDienThoai",
    "permanent_address": "ThuongTru",
    "current_address": "NoiOHienNay",
    "native_place": "QueQuan",
    "technical_id": "TechID",
    "level": "loAs",
    "status": "TrangThai",
    "organisation_code": "MaSoDoanhNghiep",
    "tax_code": "MaSoThue",
    "organisation_name": "TenDoanhNghiep",
    "organisation_address": "DiaChi",
    "legal_representative": "NguoiDaiDien",
    "organisation_role": "VaiTro",
}

_SEXES: Final = {"1": Sex.MALE, "2": Sex.FEMALE, "3": Sex.OTHER}
_ORGANISATION_KINDS: Final = {"2": OrganisationKind.ENTERPRISE, "3": OrganisationKind.OTHER}
_ROLES: Final = {
    "DAI_DIEN_PHAP_LUAT": RepresentationRole.LEGAL_REPRESENTATIVE,
    "DUOC_UY_QUYEN": RepresentationRole.DELEGATE,
}
_ACTIVE: Final = "1"


class ClaimMissing(ValueError):
    """A claim that no sign-on can do without is absent or malformed; `claim` is the provider's name of it."""

    def __init__(self, claim: str) -> None:
        super().__init__(claim)
        self.claim = claim


@dataclass(frozen=True, slots=True)
class OrganisationClaims:
    """The organisation whose account was used, and the role of its user."""

    code: str
    name: str
    kind: OrganisationKind
    address: str
    legal_representative: str
    role: RepresentationRole


@dataclass(frozen=True, slots=True)
class Claims:
    """Who signed on, normalised; optional facts are None or empty where the provider has none."""

    full_name: str
    documents: tuple[IdentityDocument, ...]
    nationality: str
    birth_date: PartialDate | None
    sex: Sex | None
    phone: str
    email: str
    permanent_address: str
    current_address: str
    native_place: str
    technical_id: str | None
    level: int | None
    is_active: bool
    organisation: OrganisationClaims | None
    issued_on: date | None = None  # of the citizen's card, or the passport of who has none
    issued_by: str = ""


def read_claims(userinfo: Mapping[str, Any]) -> Claims:
    """Normalises the provider's claims (NFC, typed documents).

    A name and at least one valid identity document are needed, and of an organisation account the code and name.
    Raises ClaimMissing.
    """
    said = {ours: normalise_line(str(userinfo.get(theirs) or "")) for ours, theirs in NAMES.items()}
    if not said["full_name"]:
        raise ClaimMissing(NAMES["full_name"])
    nationality = _country(said["nationality"])
    return Claims(
        full_name=said["full_name"],
        documents=_documents(said, nationality),
        nationality=nationality,
        birth_date=parse_birth_date(said["birth_date"]),
        sex=_SEXES.get(said["sex"]),
        phone=_phone(said["phone"]),
        email=said["email"] if "@" in said["email"] else "",
        permanent_address=said["permanent_address"],
        current_address=said["current_address"],
        native_place=said["native_place"],
        technical_id=said["technical_id"] or None,
        level=int(said["level"]) if said["level"].isdecimal() else None,
        is_active=said["status"] in ("", _ACTIVE),
        organisation=_organisation(said),
        issued_on=_day(said["issued_on"]),
        issued_by=said["issued_by"][:300],
    )


def _documents(said: Mapping[str, str], nationality: str) -> tuple[IdentityDocument, ...]:
    """Every valid document, each by the rules of its own kind; a malformed one counts as absent."""
    stated = [
        (IdentityKind.CITIZEN_ID, said["citizen_id"], None),
        (IdentityKind.PASSPORT, said["passport"], nationality),
    ]
    found: list[IdentityDocument] = []
    for kind, number, country in stated:
        if number:
            try:
                found.append(parse_identity(kind, number, country or None))
            except Invalid:
                continue
    if not found:
        raise ClaimMissing(NAMES["citizen_id"])
    return tuple(found)


def _organisation(said: Mapping[str, str]) -> OrganisationClaims | None:
    kind = _ORGANISATION_KINDS.get(said["account_kind"])
    if kind is None:
        return None
    code = said["organisation_code"] or said["tax_code"]
    if not code:
        raise ClaimMissing(NAMES["organisation_code"])
    if not said["organisation_name"]:
        raise ClaimMissing(NAMES["organisation_name"])
    try:
        document = parse_identity(IdentityKind.ORGANISATION, code)
    except Invalid:
        raise ClaimMissing(NAMES["organisation_code"]) from None
    return OrganisationClaims(
        code=document.number,
        name=said["organisation_name"],
        kind=kind,
        address=said["organisation_address"],
        legal_representative=said["legal_representative"],
        role=_ROLES.get(said["organisation_role"], RepresentationRole.DELEGATE),
    )


def _day(written: str) -> date | None:
    known = parse_birth_date(written)
    return known.day if known and known.precision is Precision.DAY else None


def _country(code: str) -> str:
    try:
        return country_code(code) if code else ""
    except Invalid:
        return ""


def _phone(written: str) -> str:
    try:
        return normalise_phone(written) if written else ""
    except Invalid:
        return ""
