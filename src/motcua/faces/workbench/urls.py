"""Addresses of the officials' workbench."""

from django.urls import path

from motcua.faces.workbench import (
    acts,
    counter_page,
    dossier_page,
    handing_over,
    identity_section,
    linking_page,
    payments_section,
    population_section,
    trace_page,
    worklist_page,
)

app_name = "workbench"
urlpatterns = [
    path("", worklist_page.worklist, name="home"),
    path("danh-sach/<slug:tab>", worklist_page.worklist, name="worklist"),
    path("tiep-nhan-truc-tiep", counter_page.at_counter, name="at_counter"),
    path("lien-ket-giay-to", linking_page.link, name="link_document"),
    path("ho-so/<uuid:dossier_id>", dossier_page.dossier, name="dossier"),
    path("ho-so/<uuid:dossier_id>/dau-vet", trace_page.trace, name="trace"),
    path("ho-so/<uuid:dossier_id>/tep/<uuid:file_id>", dossier_page.file, name="file"),
    path(
        "ho-so/<uuid:dossier_id>/khoan-nop/<uuid:obligation_id>/da-thu",
        payments_section.record_offline,
        name="record_offline",
    ),
    path(
        "ho-so/<uuid:dossier_id>/khoan-nop/<uuid:obligation_id>/huy",
        payments_section.cancel_obligation,
        name="cancel_obligation",
    ),
    path("ho-so/<uuid:dossier_id>/nhan-xu-ly", handing_over.take_up, name="take_up"),
    path(
        "ho-so/<uuid:dossier_id>/sai-khac/<int:difference_id>/dinh-chinh",
        identity_section.record_correction,
        name="correct_identity",
    ),
    path("ho-so/<uuid:dossier_id>/dan-cu", population_section.ask, name="ask_population"),
    path("bien-lai/<uuid:receipt_id>", payments_section.receipt, name="receipt"),
    path("ho-so/<uuid:dossier_id>/thao-tac/<slug:verb>", acts.act, name="act"),
]
