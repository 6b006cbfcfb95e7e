from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    name = "motcua.faces.workbench"
    label = "workbench"
