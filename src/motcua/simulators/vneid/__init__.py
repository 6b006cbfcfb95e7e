"""VNeID, simulated: an OpenID Connect provider (docs/protocols/vneid.md)."""

from motcua.simulators.vneid.app import create_app

__all__ = ["create_app"]
