"""Addresses of the JSON API."""

from django.urls import path

from motcua.faces.api import dossiers, files
from motcua.faces.api.api import api
from motcua.faces.api.health import live
from motcua.faces.api.payment_notifications import payment_notification

api.add_router("", dossiers.router)
api.add_router("", files.router)

app_name = "api"
urlpatterns = [
    path("v1/health/live", live, name="live"),
    path("v1/payments/notifications/<slug:gateway>", payment_notification, name="payment-notification"),
    path("v1/", api.urls),
]
