"""The population register: answers one signed question about one person (docs/protocols/population-register.md)."""

from motcua.simulators.population.app import create_app

__all__ = ["create_app"]
