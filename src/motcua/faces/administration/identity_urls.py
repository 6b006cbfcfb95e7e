"""Addresses of the reports on identity data; they belong to the namespace `administration`."""

from django.urls import path

from motcua.faces.administration import differences_page, population_page

urlpatterns = [
    path("sai-khac-dinh-danh", differences_page.differences, name="differences"),
    path("sai-khac-dinh-danh/bang-tinh", differences_page.export, name="export_differences"),
    path("khai-thac-dan-cu", population_page.journal, name="population_queries"),
]
