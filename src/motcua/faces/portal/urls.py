"""Addresses of the citizens' portal."""

from django.urls import path
from django.views.i18n import set_language

from motcua.faces.portal import home

app_name = "portal"
urlpatterns = [
    path("", home.front_page, name="home"),
    path("ngon-ngu", set_language, name="set_language"),
]
