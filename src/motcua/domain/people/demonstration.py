"""Demonstration officers: fictitious people whom the VNeID simulator lets in, with rights at real places.

The identity numbers are agreed with the simulator through docs/protocols/vneid.md and its list of identities; none
belongs to a living person (serials 999xxx).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import transaction

from motcua.domain.organisations import services as accounts
from motcua.domain.organisations.models import Unit
from motcua.domain.organisations.rules import AccountKind
from motcua.domain.organisations.services import Right
from motcua.domain.people import profiles
from motcua.domain.people.models import Person, StaffIdentity
from motcua.domain.people.rules import Source
from motcua.foundation.actor import Actor
from motcua.foundation.identifiers import IdentityKind, parse_identity

BA_DINH: Final = "H26.900.004"
TAM_HIEP: Final = "H19.926.017"
REASON: Final = "Dữ liệu trình diễn"


@dataclass(frozen=True, slots=True)
class Officer:
    """One demonstration officer: key at the simulator, name, identity number, home unit, (role, unit) pairs."""

    key: str
    name: str
    citizen_id: str
    unit: str
    rights: tuple[tuple[str, str], ...]


OFFICERS: Final[list[Officer]] = [
    Officer("can-bo-tiep-nhan", "Bùi Thị Lan", "001187999101", BA_DINH, (("RECEPTION", BA_DINH),)),
    Officer("can-bo-xu-ly", "Đặng Văn Hùng", "001083999102", BA_DINH, (("PROCESSOR", BA_DINH),)),
    Officer("can-bo-phe-duyet", "Ngô Quang Minh", "001075999103", BA_DINH, (("APPROVER", BA_DINH),)),
    Officer("can-bo-tra-ket-qua", "Phan Thị Hoa", "001191999104", BA_DINH, (("RETURN", BA_DINH),)),
    Officer("can-bo-tiep-nhan-2", "Trịnh Ngọc Ánh", "075188999105", TAM_HIEP, (("RECEPTION", TAM_HIEP),)),
    Officer("quan-tri-don-vi", "Đỗ Thanh Tùng", "001081999106", BA_DINH, (("UNIT_ADMIN", BA_DINH),)),
    Officer("giam-sat-tinh", "Lý Thị Kim Oanh", "001179999107", "H26", (("MONITOR", "H26"),)),
    Officer("giam-sat-quoc-gia", "Hồ Sỹ Bình", "040073999108", "G01", (("MONITOR", "VN"),)),
    Officer("cong-bo-danh-muc", "Mai Xuân Trường", "001077999109", "G15", (("CAT_PUBLISHER", "G15"),)),
    Officer("bien-tap-danh-muc", "Tạ Thu Phương", "001193999110", "G15", (("CAT_EDITOR", "G15"),)),
    Officer(
        "ke-toan", "Cao Thị Nhung", "001185999111", BA_DINH, (("FINANCE_VIEW", BA_DINH), ("REFUND_MAKER", BA_DINH))
    ),
    Officer("can-bo-chua-phan-quyen", "Kiều Anh Tuấn", "001095999112", BA_DINH, ()),
    Officer("quan-tri-he-thong", "Phạm Quốc Khánh", "001079999113", "G01", (("SYSADMIN", "VN"),)),
    Officer("quan-tri-he-thong-2", "Vương Thị Thu", "001186999114", "G01", (("SYSADMIN", "VN"),)),
    Officer("an-toan-thong-tin", "Lâm Đức Toàn", "048084999115", "G01", (("SEC_OFFICER", "VN"),)),
    Officer("dieu-phoi-tai-khoan", "Tô Minh Châu", "001190999116", "H26", (("PROVINCE_ACCOUNT_COORD", "H26"),)),
]


@transaction.atomic
def load_demonstration_accounts() -> int:
    """Opens the officers that are missing, with their rights; returns how many. Needs the reference units.

    Raises Unit.DoesNotExist where the reference units are not loaded.
    """
    needed = {officer.unit for officer in OFFICERS} | {code for one in OFFICERS for _, code in one.rights}
    units = {code: Unit.objects.get(code=code) for code in sorted(needed)}
    return sum(_open(officer, units) for officer in OFFICERS)


def _open(officer: Officer, units: dict[str, Unit]) -> int:
    document = parse_identity(IdentityKind.CITIZEN_ID, officer.citizen_id)
    owner = profiles.owner_of(document)
    if owner is not None and StaffIdentity.objects.filter(person_id=owner).exists():
        return 0
    if owner is None:
        person = profiles.new_person(officer.name)
        profiles.keep_document(person.party, document, source=Source.DEMONSTRATION)
    else:
        person = Person.objects.get(pk=owner)
    account = accounts.install_account(AccountKind.STAFF, officer.name, units[officer.unit], is_demonstration=True)
    profiles.install_staff_link(account, person, actor=Actor.job("demonstration"))
    for role, unit in officer.rights:
        accounts.install_grant(account, Right(role, units[unit].pk), reason=REASON)
    return 1
