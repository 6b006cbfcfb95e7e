"""Addresses of the administration of units, accounts and rights."""

from django.urls import path

from motcua.faces.administration import (
    account_page,
    accounts_page,
    audit_page,
    files_page,
    home_page,
    identity_urls,
    inspection_page,
    partner_keys_page,
    registers_urls,
    requests_page,
    security_page,
    unit_changes_page,
    units_page,
)

app_name = "administration"
urlpatterns = [
    *registers_urls.urlpatterns,
    *identity_urls.urlpatterns,
    path("", home_page.home, name="home"),
    path("don-vi", units_page.units, name="units"),
    path("don-vi/<int:unit_id>", units_page.unit, name="unit"),
    path("don-vi/<int:unit_id>/truc-thuoc", units_page.units, name="units_below"),
    path("don-vi/<int:unit_id>/them", unit_changes_page.add_unit, name="add_unit"),
    path("don-vi/<int:unit_id>/thay-doi/<slug:change>", unit_changes_page.change_unit, name="change_unit"),
    path("tai-khoan", accounts_page.accounts, name="accounts"),
    path("tai-khoan/mo", accounts_page.open_account, name="open_account"),
    path("tai-khoan/mo-kiem-tra", inspection_page.open_inspection, name="open_inspection"),
    path("tai-khoan/ra-soat", accounts_page.review, name="review"),
    path("tai-khoan/<uuid:account_id>", account_page.account, name="account"),
    path("tai-khoan/<uuid:account_id>/quyen", account_page.give, name="give"),
    path("tai-khoan/<uuid:account_id>/quyen/<int:grant_id>/thu-hoi", account_page.revoke, name="revoke"),
    path("tai-khoan/<uuid:account_id>/danh-tinh", account_page.link, name="link"),
    path("tai-khoan/<uuid:account_id>/thao-tac/<slug:verb>", account_page.change, name="change_account"),
    path("yeu-cau", requests_page.pending, name="requests"),
    path("yeu-cau/moi", requests_page.ask_for, name="ask_for"),
    path("yeu-cau/<slug:kind>/<uuid:request_id>/<slug:decision>", requests_page.decide, name="decide"),
    path("xin-cap-tai-khoan", requests_page.ask, name="ask"),
    path("tai-khoan/<uuid:account_id>/khoa", partner_keys_page.keys, name="partner_keys"),
    path("tai-khoan/<uuid:account_id>/khoa/cap", partner_keys_page.issue, name="issue_partner_key"),
    path("tai-khoan/<uuid:account_id>/khoa/<uuid:key_id>/thay", partner_keys_page.rotate, name="rotate_partner_key"),
    path("tai-khoan/<uuid:account_id>/khoa/<uuid:key_id>/thu-hoi", partner_keys_page.revoke, name="revoke_partner_key"),
    path("nhat-ky", audit_page.log, name="audit"),
    path("an-toan", security_page.overview, name="security"),
    path("tep/<slug:kind>/nhap", files_page.import_file, name="import_file"),
    path("tep/<slug:kind>/ghi", files_page.commit_file, name="commit_file"),
    path("tep/<slug:kind>/ket-xuat", files_page.export_file, name="export_file"),
    path("tep/<slug:kind>/mau", files_page.template_file, name="template_file"),
]
