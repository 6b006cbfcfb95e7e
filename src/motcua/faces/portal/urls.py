"""Addresses of the citizens' portal."""

from django.urls import path
from django.views.i18n import set_language

from motcua.faces.portal import home, sign_on

app_name = "portal"
urlpatterns = [
    path("", home.front_page, name="home"),
    path("dang-nhap", sign_on.sign_on, name="sign_on"),
    path("dang-nhap/tra-ve", sign_on.sign_on_return, name="sign_on_return"),
    path("dang-xuat", sign_on.sign_off, name="sign_off"),
    path("phien/gia-han", sign_on.extend_session, name="extend_session"),
    path("ngon-ngu", set_language, name="set_language"),
]
