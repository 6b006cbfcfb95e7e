"""Addresses of the registers of account defects, coverage and systems, and of the diagnostic."""

from django.urls import path

from motcua.faces.administration import (
    card_page,
    coverage_page,
    defects_page,
    diagnosis_page,
    systems_page,
    unattended_page,
)

urlpatterns = [
    path("chan-doan", diagnosis_page.diagnosis, name="diagnosis"),
    path("the-quyen/<uuid:account_id>", card_page.card, name="card"),
    path("de-nghi-quyen", defects_page.request_right, name="request_right"),
    path("do-phu", coverage_page.provinces, name="coverage"),
    path("do-phu/ket-xuat", coverage_page.export, name="coverage_export"),
    path("do-phu/<int:province_id>", coverage_page.province, name="coverage_province"),
    path("ho-so-chua-co-can-bo", unattended_page.unattended, name="unattended"),
    path("nhu-cau-tai-khoan", coverage_page.staffing, name="staffing"),
    path("he-thong", systems_page.systems, name="systems"),
    path("he-thong/<int:system_id>", systems_page.system, name="system"),
    path("he-thong/<int:system_id>/da-cap", systems_page.provide, name="provide"),
    path("he-thong/da-cap/<int:provided_id>/khong-con", systems_page.withdraw, name="withdraw_provided"),
    path("he-thong/<int:system_id>/can-bo", systems_page.officers, name="system_officers"),
    path("vao-he-thong/<str:code>", systems_page.enter, name="enter_system"),
    path("vuong-mac-tai-khoan", defects_page.defects, name="defects"),
    path("vuong-mac-tai-khoan/ghi-nhan", defects_page.report, name="report_defect"),
    path("vuong-mac-tai-khoan/<int:defect_id>", defects_page.defect, name="defect"),
    path("vuong-mac-tai-khoan/<int:defect_id>/<slug:verb>", defects_page.step, name="defect_step"),
]
