"""Addresses of the citizens' portal."""

from django.urls import path

from motcua.faces.portal import home

app_name = "portal"
urlpatterns = [
    path("", home.front_page, name="home"),
]
