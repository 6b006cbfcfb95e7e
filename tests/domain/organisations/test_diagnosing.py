"""Why an account may or may not: the answer for another's account, in words, and after a grant at once (ACC-09)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from motcua.domain.organisations import diagnosing
from motcua.domain.organisations.access import Missing, Place, can, require
from motcua.domain.organisations.diagnosing import diagnose, place_of
from motcua.domain.organisations.models import Account
from motcua.domain.organisations.services import Right, grant_role
from motcua.foundation import clock
from motcua.foundation.errors import AccessDenied, Invalid, NotFound
from tests.domain.organisations import factories as make

pytestmark = pytest.mark.django_db


def test_an_officer_without_the_area_is_told_which_and_who_grants_it_and_is_allowed_at_once_after() -> None:
    province = make.province()
    here, there = make.commune(province, "Phường Ba Đình"), make.commune(province, "Phường Ngọc Hà")
    admin = make.holder("UNIT_ADMIN", province, "Quản trị Q")
    officer = make.holder("RECEPTION", there, "Vũ Văn Lạ")

    before = diagnose(admin, officer.pk, "dossier.receive", Place(here.pk))

    assert (before.explanation.allowed, before.explanation.missing) == (False, Missing.AREA)
    assert before.explanation.lacking == "Thiếu địa bàn: Phường Ba Đình (quyền tiếp nhận hồ sơ)"
    assert before.explanation.can_be_granted_by == (f"Quản trị Q ({province.name})",)
    assert before.explanation.unit_code == here.code
    grant_role(admin, officer.pk, Right("RECEPTION", here.pk), reason="Theo chẩn đoán")
    after = diagnose(admin, officer.pk, "dossier.receive", Place(here.pk))
    assert after.explanation.allowed
    assert after.by == ["Cán bộ tiếp nhận tại Phường Ba Đình"]
    assert can(officer, "dossier.receive", Place(here.pk))


def test_every_kind_of_lack_has_its_words() -> None:
    province = make.province()
    commune = make.commune(province, "Phường Ba Đình")
    civil, land = make.field("Hộ tịch"), make.field("Đất đai")
    admin = make.holder("UNIT_ADMIN", province)
    by_field = make.holder("PROCESSOR", commune, within=civil)
    expired = make.holder("PROCESSOR", commune, until=clock.now() - timedelta(hours=1))
    nothing = make.officer(commune)
    suspended = make.holder("PROCESSOR", commune)
    Account.objects.filter(pk=suspended.pk).update(is_active=False)

    def lacking(account: Account) -> tuple[Missing, str]:
        found = diagnose(admin, account.pk, "dossier.process", Place(commune.pk, land.pk)).explanation
        return found.missing, found.lacking or found.words

    assert lacking(by_field) == (
        Missing.FIELD,
        "Thiếu lĩnh vực: Đất đai (quyền thẩm định, xử lý hồ sơ tại Phường Ba Đình)",
    )
    assert lacking(expired)[0] is Missing.PERIOD
    assert lacking(nothing) == (Missing.FUNCTION, "Thiếu chức năng: thẩm định, xử lý hồ sơ tại Phường Ba Đình")
    assert lacking(suspended)[0] is Missing.ACCOUNT_SUSPENDED


def test_one_may_always_ask_about_oneself_and_about_others_only_where_one_sees_accounts() -> None:
    commune = make.commune()
    officer, colleague = make.officer(commune), make.officer(commune)
    elsewhere = make.holder("UNIT_ADMIN", make.commune())

    assert diagnose(officer, officer.pk, "dossier.receive", Place(commune.pk)).explanation.missing is Missing.FUNCTION
    for stranger in (colleague, elsewhere):
        with pytest.raises(AccessDenied):
            diagnose(stranger, officer.pk, "dossier.receive", Place(commune.pk))
    with pytest.raises(NotFound):
        diagnose(officer, make.person().pk, "dossier.receive", Place(commune.pk))
    with pytest.raises(Invalid):
        diagnose(officer, officer.pk, "dossier.destroy", Place(commune.pk))


def test_a_refusal_names_the_place_to_ask_for() -> None:
    commune = make.commune(name="Phường Ba Đình")
    land = make.field("Đất đai")
    officer = make.officer(commune)

    with pytest.raises(AccessDenied) as refused:
        require(officer, "dossier.process", Place(commune.pk, land.pk))

    assert refused.value.details["unit"] == commune.code
    assert refused.value.details["field"] == land.code
    assert place_of(commune.code, land.code) == Place(commune.pk, land.pk)
    for unit, field, wrong in (("X", "", "unit"), (commune.code, "X", "field")):
        with pytest.raises(Invalid) as unknown:
            place_of(unit, field)
        assert unknown.value.field == wrong


def test_accounts_are_found_by_name_where_they_may_be_seen() -> None:
    commune = make.commune()
    admin = make.holder("UNIT_ADMIN", commune, "Đỗ Thanh Tùng")
    officer = make.officer(commune, "Kiều Anh Tuấn")
    make.officer(make.commune(), "Kiều Anh Tú")

    assert [item.pk for item in diagnosing.accounts_matching(admin, "kieu anh")] == [officer.pk]
    assert [item.pk for item in diagnosing.accounts_matching(admin, str(officer.pk))] == [officer.pk]
    assert diagnosing.accounts_matching(admin, "  ") == []
    assert diagnosing.accounts_matching(officer, "Đỗ") == []
