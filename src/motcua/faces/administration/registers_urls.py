"""Addresses of the registers of account defects, coverage and systems, and of the diagnostic."""

from django.urls import path

from motcua.faces.administration import card_page, defects_page, diagnosis_page

urlpatterns = [
    path("chan-doan", diagnosis_page.diagnosis, name="diagnosis"),
    path("the-quyen/<uuid:account_id>", card_page.card, name="card"),
    path("de-nghi-quyen", defects_page.request_right, name="request_right"),
    path("vuong-mac-tai-khoan", defects_page.defects, name="defects"),
    path("vuong-mac-tai-khoan/ghi-nhan", defects_page.report, name="report_defect"),
    path("vuong-mac-tai-khoan/<int:defect_id>", defects_page.defect, name="defect"),
    path("vuong-mac-tai-khoan/<int:defect_id>/<slug:verb>", defects_page.step, name="defect_step"),
]
