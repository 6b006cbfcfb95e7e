from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class RoomConfig(AppConfig):
    """A room: whatever it declares (events, reactions, jobs, detectors, policies, scopes) is imported at start."""

    default = False  # Django takes the one class of a module that says True; every subclass does

    declares = ("policies", "events", "registrations", "reactions", "jobs", "detectors")

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.default = True

    def ready(self) -> None:
        for module in self.declares:
            if find_spec(f"{self.name}.{module}") is not None:
                import_module(f"{self.name}.{module}")


class FoundationConfig(RoomConfig):
    name = "motcua.foundation"
    label = "foundation"
    verbose_name = "Foundation"
