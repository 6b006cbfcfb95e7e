"""An SMS brandname gateway, simulated (docs/protocols/sms-gateway.md)."""

from motcua.simulators.sms.app import create_app

__all__ = ["create_app"]
