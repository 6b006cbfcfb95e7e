"""Specialised systems by pages: matrix, officers without an account, guidance, not an error (ACC-04, ACC-15)."""

from __future__ import annotations

import pytest

from motcua.domain.organisations.systems.models import OfficerMapping, ProvidedAccount, SpecialisedSystem
from tests.domain.organisations import factories as make
from tests.domain.organisations.test_systems import Officers
from tests.faces.administration.officers import browser_of
from tests.faces.administration.test_diagnosis_pages import text_of

pytestmark = pytest.mark.django_db
SYSTEMS, ENTER = "/can-bo/quan-tri/he-thong", "/can-bo/quan-tri/vao-he-thong"


@pytest.mark.requirement("ACC-15")
def test_an_officer_without_an_account_in_the_system_is_listed_and_led_and_enters_once_mapped() -> None:
    them = Officers()
    admin, officer = browser_of(them.admin), browser_of(them.civil_officer)
    page = f"{SYSTEMS}/{them.system.pk}/can-bo"

    listed = text_of(admin.get(page))
    assert "Cán bộ hộ tịch" in listed
    assert "Cán bộ đất đai" not in listed
    led = officer.get(f"{ENTER}/HOTICH")
    assert led.status_code == 200
    assert "chưa có tài khoản trên hệ thống chuyên ngành" in text_of(led)
    assert "Đề nghị Bộ Tư pháp cấp tài khoản" in text_of(led)
    assert f"({them.commune.name})" in text_of(led)

    assert admin.post(page, {"account": str(them.civil_officer.pk), "external": "hotich.01"}).status_code == 302
    assert "Cán bộ hộ tịch" not in text_of(admin.get(page))
    entered = officer.get(f"{ENTER}/HOTICH")
    assert (entered.status_code, entered["Location"]) == (302, "https://hotich.example.vn/vao")
    assert officer.get(f"{ENTER}/KHONGCO").status_code == 404
    for wrong, status in (({"external": " "}, 422), ({"account": "x"}, 404)):
        fields = {"account": str(them.every_field.pk), "external": "y", **wrong}
        assert admin.post(page, fields).status_code == status
    assert OfficerMapping.objects.count() == 1


def test_a_mapped_officer_of_a_system_without_address_is_told_so() -> None:
    them = Officers()
    browser_of(them.admin).post(
        f"{SYSTEMS}/{them.other.pk}/can-bo", {"account": str(them.land_officer.pk), "external": "dat.01"}
    )

    told = text_of(browser_of(them.land_officer).get(f"{ENTER}/DATDAI"))

    assert "dat.01" in told
    assert "chưa đăng ký địa chỉ đăng nhập" in told


def test_the_matrix_is_filled_by_the_owner_and_the_locality() -> None:
    them = Officers()
    province = make.province("Tỉnh Đắk Lắk")
    browser = browser_of(make.holder("PROVINCE_ACCOUNT_COORD", province))
    page = f"{SYSTEMS}/{them.system.pk}"

    before = text_of(browser.get(page))
    assert "Thiếu đơn vị phải cấp: Bộ Tư pháp" in before
    assert "Thiếu 2 trên 2" in text_of(browser.get(SYSTEMS))
    fields = {"province": str(province.pk), "purpose": "MONITOR", "reference": "giamsat.dl"}
    assert browser.post(f"{page}/da-cap", fields).status_code == 302
    assert "Đã cấp giamsat.dl" in text_of(browser.get(page))
    assert "Thiếu 1 trên 2" in text_of(browser.get(SYSTEMS))
    assert browser.post(f"{page}/da-cap", fields).status_code == 409
    for wrong in ({"purpose": "KING"}, {"province": "x"}, {"purpose": "ADMIN", "reference": ""}):
        assert browser.post(f"{page}/da-cap", {**fields, **wrong}).status_code == 422
    monitor = browser_of(make.holder("MONITOR", province))
    assert monitor.post(f"{page}/da-cap", {**fields, "purpose": "ADMIN"}).status_code == 403
    given = ProvidedAccount.objects.get()
    assert monitor.post(f"{SYSTEMS}/da-cap/{given.pk}/khong-con", {}).status_code == 403
    assert browser.post(f"{SYSTEMS}/da-cap/{given.pk}/khong-con", {}).status_code == 302
    assert "Thiếu 2 trên 2" in text_of(browser.get(SYSTEMS))


def test_the_owner_registers_its_system_by_the_page() -> None:
    ministry, civil = make.ministry("Bộ Tư pháp"), make.field()
    browser = browser_of(make.holder("CAT_ADMIN", ministry))
    form = {"code": "HOTICH", "name": "Hộ tịch điện tử", "owner": "bộ tư pháp", "fields": [civil.code]}

    refused = browser.post(SYSTEMS, {**form, "sign_on_url": "http://x"})
    assert refused.status_code == 422
    assert "Hộ tịch điện tử" in refused.content.decode()
    assert browser.post(SYSTEMS, form).status_code == 302
    assert SpecialisedSystem.objects.get().system_fields.get().field == civil
    assert browser.post(SYSTEMS, form).status_code == 409
    assert browser_of(make.holder("UNIT_ADMIN", make.commune())).post(SYSTEMS, form).status_code == 403
