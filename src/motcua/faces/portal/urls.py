"""Addresses of the citizens' portal."""

from django.urls import path

from motcua.faces.portal import (
    application_check,
    application_form,
    application_papers,
    applications,
    browse,
    capacity,
    delegations,
    guides,
    language_choice,
    locality,
    lookup,
    my_dossiers,
    payments,
    profile,
    search,
    service_page,
    sign_on,
    supplement,
)

app_name = "portal"

_APPLICATION = "to-khai/<uuid:draft_id>"
_DOSSIER = "ho-so/<uuid:dossier_id>"

urlpatterns = [
    path("", browse.front_page, name="home"),
    path("linh-vuc", browse.browse, name="browse"),
    path("tim-kiem", search.search, name="search"),
    path("tro-giup", browse.help_page, name="help"),
    path("tro-giup/<slug:name>", guides.guide, name="guide"),
    path("dich-vu/<str:code>", service_page.service, name="service"),
    path("dich-vu/<str:code>/nop", applications.begin, name="begin"),
    path("tra-cuu", lookup.lookup, name="lookup"),
    path("tra-cuu/<str:code>", lookup.found, name="found"),
    path(_APPLICATION, applications.task_list, name="application"),
    path(f"{_APPLICATION}/xoa", applications.discard, name="discard"),
    path(f"{_APPLICATION}/muc/<int:number>", application_form.section, name="section"),
    path(f"{_APPLICATION}/muc/<int:number>/luu", application_form.save, name="save"),
    path(f"{_APPLICATION}/giay-to", application_papers.papers, name="papers"),
    path(f"{_APPLICATION}/giay-to/<uuid:file_id>", application_papers.paper_file, name="paper_file"),
    path(f"{_APPLICATION}/kiem-tra", application_check.check, name="check"),
    path("ho-so", my_dossiers.my_dossiers, name="my_dossiers"),
    path(_DOSSIER, my_dossiers.dossier, name="dossier"),
    path(f"{_DOSSIER}/da-nop", my_dossiers.submitted, name="submitted"),
    path(f"{_DOSSIER}/tep/<uuid:file_id>", my_dossiers.attached_file, name="dossier_file"),
    path(f"{_DOSSIER}/giay/<str:name>", my_dossiers.slip, name="slip"),
    path(f"{_DOSSIER}/bo-sung", supplement.supplement, name="supplement"),
    path(f"{_DOSSIER}/rut", my_dossiers.withdraw, name="withdraw"),
    path(f"{_DOSSIER}/danh-gia", my_dossiers.rate, name="rate"),
    path("dang-nhap", sign_on.sign_on, name="sign_on"),
    path("dang-nhap/tra-ve", sign_on.sign_on_return, name="sign_on_return"),
    path("dang-nhap/chua-duoc", sign_on.sign_on_failed, name="sign_on_failed"),
    path("dang-xuat", sign_on.sign_off, name="sign_off"),
    path("dang-xuat/tu-vneid", sign_on.end_by_vneid, name="end_by_vneid"),
    path("phien/gia-han", sign_on.extend_session, name="extend_session"),
    path("nop-phi", payments.my_payments, name="my_payments"),
    path("nop-phi/<uuid:obligation_id>", payments.pay, name="pay"),
    path("nop-phi/<uuid:obligation_id>/tinh-trang", payments.payment_state, name="payment_state"),
    path("nop-phi/<uuid:obligation_id>/tro-ve", payments.back_from_bank, name="back_from_bank"),
    path("bien-lai/<uuid:receipt_id>", payments.receipt, name="receipt"),
    path("ca-nhan", profile.profile, name="profile"),
    path("ca-nhan/tu-cach", capacity.capacity, name="capacity"),
    path("ca-nhan/phan-quyen", delegations.delegations, name="delegations"),
    path("ca-nhan/phan-quyen/<int:representation_id>/thu-hoi", delegations.take_back, name="take_back"),
    path("dia-gioi/xa", locality.communes, name="communes"),
    path("dia-phuong", locality.choose_locality, name="choose_locality"),
    path("ngon-ngu", language_choice.choose_language, name="set_language"),
]
