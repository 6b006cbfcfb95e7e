"""Addresses of the JSON API."""

from django.urls import path

from motcua.faces.api import catalogue, dossiers, files, health, payments, tokens
from motcua.faces.api.api import api
from motcua.faces.api.payment_notifications import payment_notification

api.add_router("", dossiers.router)
api.add_router("", files.router)
for module in (catalogue, tokens, payments, health):
    api.add_router("", module.router)

app_name = "api"
urlpatterns = [
    path("v1/health/live", health.live, name="live"),
    path("v1/health/ready", health.ready, name="ready"),
    path("v1/payments/notifications/<slug:gateway>", payment_notification, name="payment-notification"),
    path("v1/", api.urls),
]
