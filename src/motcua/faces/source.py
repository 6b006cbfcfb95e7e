"""Who sends a request, as limits and security events count senders (SEC-05).

The address is the connection's own. `X-Forwarded-For` counts only where the connection comes from a proxy that the
operator named: whoever else writes it would choose the sender they are counted as.
"""

from __future__ import annotations

import ipaddress
from functools import cache

from django.conf import settings
from django.http import HttpRequest

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_IPV6_PREFIX = 64
"""One subscriber has a whole /64 and could change the rest of the address with every request."""


def source_of(request: HttpRequest) -> str:
    """The sender: an IPv4 address, an IPv6 /64 network, or empty where the connection names none."""
    own = str(request.META.get("REMOTE_ADDR") or "")
    chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    sender = own
    while chain and _is_trusted(sender):
        sender = chain.pop()
    return _counted_as(sender) or _counted_as(own)


def _counted_as(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(parsed, "ipv4_mapped", None)
    if mapped is not None or parsed.version == 4:
        return str(mapped or parsed)
    return str(ipaddress.ip_network((parsed, _IPV6_PREFIX), strict=False))


def _is_trusted(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in _proxies(tuple(settings.TRUSTED_PROXIES)))


@cache
def _proxies(written: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(item, strict=False) for item in written)
