"""Parties, typed documents, applicants: one person is one profile, a passport is never read as a citizen number."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from motcua.domain.organisations import reference
from motcua.domain.organisations.models import Account
from motcua.domain.people import profiles, queries
from motcua.domain.people.applicants import CITIZEN, FOREIGNER, ORGANISATION, applicant_of, known_of
from motcua.domain.people.claims import ClaimMissing, read_claims
from motcua.domain.people.models import IdentityDocument, Person, StaffIdentity
from motcua.domain.people.principal import require_level
from motcua.domain.people.rules import Source
from motcua.domain.people.signon import principal_of
from motcua.foundation.actor import Actor
from motcua.foundation.errors import AccessDenied, Conflict, DomainError, Invalid, NotFound
from motcua.foundation.identifiers import IdentityKind, parse_identity
from motcua.foundation.models import AuditEntry

from ..organisations import factories as units
from . import factories as make

pytestmark = pytest.mark.django_db
OFFICER = Actor("staff", "1", role="RECEPTION", unit="H26.900.004", assurance_level=2)
SAID = {"sub": "x", "LoaiTaiKhoan": "1", "HoVaTen": "Nguyễn Văn An", "SoDinhDanh": "001085999001", "QuocTich": "VNM"}


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as refusal:
        act()
    return refusal.value.code


def test_claims_are_normalised() -> None:
    claims = read_claims(SAID | {"HoVaTen": "  Trâ\u0300n  Thi\u0323 \u200eBi\u0301ch ", "SoDienThoai": "0900.000.001"})

    assert claims.full_name == "Trần Thị Bích"
    assert claims.phone == "84900000001"
    assert [document.kind for document in claims.documents] == [IdentityKind.CITIZEN_ID]


def test_each_document_is_read_by_the_rules_of_its_own_kind() -> None:
    foreigner = read_claims({"sub": "x", "HoVaTen": "SMITH John", "HoChieu": "X9990009", "QuocTich": "GBR"})
    both = read_claims(SAID | {"HoChieu": "B1234567"})

    assert [(one.kind.value, one.number, one.issuing_country) for one in foreigner.documents] == [
        ("PASSPORT", "X9990009", "GB")
    ]
    assert [one.kind.value for one in both.documents] == ["CITIZEN_ID", "PASSPORT"]


@pytest.mark.parametrize(
    ("change", "claim"),
    [
        ({"HoVaTen": " "}, "HoVaTen"),
        ({"SoDinhDanh": "12345678901"}, "SoDinhDanh"),
        ({"SoDinhDanh": None}, "SoDinhDanh"),
        ({"SoDinhDanh": None, "HoChieu": "AB 12;--34567890"}, "SoDinhDanh"),
        ({"SoDinhDanh": "B1234567"}, "SoDinhDanh"),
        ({"LoaiTaiKhoan": "2"}, "MaSoDoanhNghiep"),
        ({"LoaiTaiKhoan": "2", "MaSoThue": "0100109106"}, "TenDoanhNghiep"),
        ({"LoaiTaiKhoan": "2", "MaSoThue": "0100109107", "TenDoanhNghiep": "X"}, "MaSoDoanhNghiep"),
    ],
)
def test_a_claim_that_no_sign_on_can_do_without_is_named(change: dict[str, str | None], claim: str) -> None:
    with pytest.raises(ClaimMissing) as missing:
        read_claims(SAID | change)

    assert missing.value.claim == claim


def test_the_database_itself_refuses_a_passport_in_a_citizen_number_and_the_reverse() -> None:
    party = make.person().party

    with pytest.raises(IntegrityError, match="citizen_id_has_12_digits"), transaction.atomic():
        IdentityDocument.objects.create(
            party=party, kind="CITIZEN_ID", number="X9990009", issuing_country="VN", source="SELF"
        )
    with pytest.raises(IntegrityError, match="passport_has_6_to_9_characters"), transaction.atomic():
        IdentityDocument.objects.create(
            party=party, kind="PASSPORT", number="001085999001", issuing_country="VN", source="SELF"
        )


def test_a_document_belongs_to_one_party_only() -> None:
    owner, other = make.person(number="001085999001"), make.person()
    document = parse_identity(IdentityKind.CITIZEN_ID, "001085999001")

    assert code_of(lambda: profiles.keep_document(other.party, document, source=Source.VNEID)) == "DOCUMENT_OF_ANOTHER"
    with pytest.raises(IntegrityError, match="one_party_per_verified_document"), transaction.atomic():
        IdentityDocument.objects.filter(party=other.party).update(number="001085999001")
    assert profiles.owner_of(document) == owner.pk


def test_a_new_number_takes_the_place_of_the_old_and_both_still_find_the_person() -> None:
    person = make.person(number="001085999001")
    renewed = parse_identity(IdentityKind.CITIZEN_ID, "001085999002")

    profiles.keep_document(person.party, renewed, source=Source.VNEID)

    assert [view.number for view in queries.documents_of(person.pk)] == ["001085999002"]
    for number in ("001085999001", "001085999002"):
        assert profiles.owner_of(parse_identity(IdentityKind.CITIZEN_ID, number)) == person.pk


def test_the_same_number_of_two_countries_is_two_passports() -> None:
    british, french = make.person(), make.person()
    number = "X9990009"

    profiles.keep_document(british.party, parse_identity("PASSPORT", number, "GB"), source=Source.COUNTER)
    profiles.keep_document(french.party, parse_identity("PASSPORT", number, "FR"), source=Source.COUNTER)

    assert profiles.owner_of(parse_identity("PASSPORT", number, "GBR")) == british.pk


def test_the_counter_registers_a_person_once_and_leaves_an_audit_row() -> None:
    passport = parse_identity(IdentityKind.PASSPORT, "X9990009", "GB")

    first = profiles.register_at_counter("SMITH John", passport, actor=OFFICER, phone="84900000009")
    second = profiles.register_at_counter("Smith, J.", passport, actor=OFFICER)

    assert first.pk == second.pk
    assert first.account_id is None
    assert AuditEntry.objects.get(action="person.register").details == {"document": "PASSPORT"}
    with pytest.raises(Invalid):
        profiles.register_at_counter(" ", parse_identity("PASSPORT", "X9990010", "GB"), actor=OFFICER)


def test_an_officer_is_linked_by_the_administrator_of_the_unit_only() -> None:
    commune = units.commune()
    admin, stranger = units.holder("UNIT_ADMIN", commune), units.holder("UNIT_ADMIN", units.commune())
    account, person = units.officer(commune), make.person()

    with pytest.raises(AccessDenied):
        profiles.link_staff(stranger, account.pk, person.pk)
    profiles.link_staff(admin, account.pk, person.pk)

    assert StaffIdentity.objects.get().person_id == person.pk
    assert code_of(lambda: profiles.link_staff(admin, account.pk, make.person().pk)) == "STAFF_LINKED"
    assert code_of(lambda: profiles.link_staff(admin, units.officer(commune).pk, person.pk)) == "STAFF_LINKED"


def test_a_citizen_s_account_is_never_linked_as_staff() -> None:
    admin = units.holder("SYSADMIN", units.nation())
    system = Account.objects.create(kind="SYSTEM", display_name="Hệ thống", unit=units.nation())

    assert code_of(lambda: profiles.link_staff(admin, system.pk, make.person().pk)) == "NOT_A_STAFF_ACCOUNT"


def test_an_applicant_counts_among_the_right_audience() -> None:
    citizen = make.person()
    Person.objects.filter(pk=citizen.pk).update(nationality="VN", phone="84900000001")
    foreigner = profiles.register_at_counter("SMITH", parse_identity("PASSPORT", "X9990009", "GB"), actor=OFFICER)
    organisation = make.organisation()

    audiences = {
        applicant_of(citizen.pk).audience: CITIZEN,
        applicant_of(foreigner.pk).audience: FOREIGNER,
        applicant_of(organisation.pk, citizen.pk).audience: ORGANISATION,
    }

    assert all(found == expected for found, expected in audiences.items())
    assert len(audiences) == 3
    assert applicant_of(organisation.pk, citizen.pk).phone == "84900000001"
    assert applicant_of(organisation.pk, citizen.pk).name == "Công ty TNHH Hoa Sen"
    with pytest.raises(NotFound):
        applicant_of(Account(kind="PERSON").pk)


def test_forms_are_filled_from_what_is_known() -> None:
    reference.load_reference_units()
    person = make.person(number="001085999001")
    claims = read_claims(
        SAID
        | {
            "NgayThangNamSinh": "12/03/1985",
            "GioiTinh": "1",
            "SoDienThoai": "0900000001",
            "ThuDienTu": "an@example.vn",
            "ThuongTru": "Số 12 phố Đội Cấn, phường Ba Đình, thành phố Hà Nội",
        }
    )
    profiles._update_profile(person, claims)
    principal = principal_of(person.account, person, None, 2)

    assert known_of(principal) == {
        "person": {
            "full_name": "Nguyễn Văn An",
            "date_of_birth": "1985-03-12",
            "sex": "MALE",
            "nationality": "Việt Nam",
            "identity": {"kind": "CITIZEN_ID", "number": "001085999001"},
            "phone": "0900 000 001",
            "email": "an@example.vn",
            "commune": "00004",
            "address": "Số 12 phố Đội Cấn",
        }
    }


def test_a_representative_s_form_is_filled_with_the_organisation_too() -> None:
    organisation = make.organisation()
    principal = make.acting_for(organisation, make.person("Đoàn Thị Mai"))

    known = known_of(principal)

    assert known["organisation"] == {
        "name": "Công ty TNHH Hoa Sen",
        "identity": {"kind": "ORGANISATION", "number": "0100109106"},
    }
    assert known["person"]["full_name"] == "Đoàn Thị Mai"


def test_a_profile_is_only_ever_one_s_own_and_costs_two_statements() -> None:
    principal = make.citizen("Nguyễn Văn An")

    with CaptureQueriesContext(connection) as statements:
        profile = queries.own_profile(principal)

    assert len(statements) == 2
    assert profile is not None
    assert profile.full_name == "Nguyễn Văn An"
    assert profile.documents[0].masked.count("*") >= 6
    assert queries.own_organisation(principal) is None


def test_a_level_one_identity_is_refused_what_needs_level_two_and_the_act_says_its_level() -> None:
    low, high = make.citizen(level=1), make.citizen(level=2)

    with pytest.raises(AccessDenied) as refusal:
        require_level(low, 2)
    require_level(high, 2)
    require_level(low, 1)

    assert (refusal.value.code, refusal.value.status) == ("LEVEL_TOO_LOW", 403)
    assert (low.actor().assurance_level, high.actor().assurance_level) == (1, 2)


def test_a_wrong_link_of_two_accounts_is_impossible() -> None:
    commune = units.commune()
    first = make.officer(commune)

    with pytest.raises(Conflict):
        profiles.install_staff_link(Account.objects.get(pk=first.account_id), make.person(), actor=Actor.job("test"))
