from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "motcua.faces.administration"
    label = "administration"
