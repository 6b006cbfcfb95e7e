"""Addresses of the JSON API."""

from django.urls import path

from motcua.faces.api.health import live

app_name = "api"
urlpatterns = [
    path("v1/health/live", live, name="live"),
]
