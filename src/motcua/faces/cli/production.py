"""What production refuses: generated secrets, simulators as partners, demonstration accounts."""

from __future__ import annotations

import ipaddress
from importlib.util import find_spec
from urllib.parse import urlsplit

from motcua.config.environment import ConfigurationError, Environment

PARTNERS = [
    "MOTCUA_VNEID_ISSUER",
    "MOTCUA_BANK_GATEWAY_URL",
    "MOTCUA_SMS_GATEWAY_URL",
    "MOTCUA_POPULATION_REGISTER_URL",
]


def refuse_simulators(environment: Environment) -> None:
    """Every partner's address is given, encrypted and elsewhere. Raises ConfigurationError."""
    for name in [*PARTNERS, "MOTCUA_PUBLIC_URL"]:
        address = urlsplit(environment.text(name))
        if address.scheme != "https":
            raise ConfigurationError(f"{name} must be an https:// address in production")
        if name in PARTNERS and _is_this_machine(address.hostname or ""):
            raise ConfigurationError(f"{name} is an address of this machine: production does not talk to simulators")


def _is_this_machine(host: str) -> bool:
    if host in {"", "localhost"} or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def refuse_demonstration_accounts() -> None:
    """Nobody of the demonstration can sign in here; needs Django. Raises ConfigurationError."""
    if find_spec("motcua.domain.organisations") is None:
        return
    from django.contrib.auth import get_user_model

    accounts = get_user_model().objects.filter(is_demonstration=True, is_active=True)  # type: ignore[misc]
    if accounts.exists():
        raise ConfigurationError("the database holds demonstration accounts; production starts from its own database")
