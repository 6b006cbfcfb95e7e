"""Addresses of the administration of units, accounts and rights."""

from django.urls import path

from motcua.faces.administration import home_page, units_page

app_name = "administration"
urlpatterns = [
    path("", home_page.home, name="home"),
    path("don-vi", units_page.units, name="units"),
    path("don-vi/<int:unit_id>", units_page.unit, name="unit"),
    path("don-vi/<int:unit_id>/truc-thuoc", units_page.units, name="units_below"),
]
