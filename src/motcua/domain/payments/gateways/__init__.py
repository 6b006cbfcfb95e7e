"""Payment gateways by key; an adapter is one module that implements `base.Gateway`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from motcua.domain.payments.gateways.bank import BankGateway
from motcua.domain.payments.gateways.base import Gateway
from motcua.foundation.errors import NotFound
from motcua.foundation.registry import Registry

gateways: Registry[Gateway] = Registry("payment gateway")
gateways.add(BankGateway.key, BankGateway())

DEFAULT = BankGateway.key


def gateway(key: str) -> Gateway:
    """The adapter of that key. NotFound (GATEWAY_UNKNOWN)."""
    if key not in gateways:
        raise NotFound("GATEWAY_UNKNOWN", _("Không có cổng thanh toán này"))
    return gateways[key]
