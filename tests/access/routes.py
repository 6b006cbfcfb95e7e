"""Every address of the product, read from Django's resolver and the API's operations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from motcua.faces.api import urls as api_urls

API = "api:"
_OPERATIONS = "api:api-v1:"


@cache
def addresses() -> dict[str, tuple[str, URLPattern]]:
    """Every address of the product by its name: the name to reverse, and the pattern."""
    return {name.replace(_OPERATIONS, API): (name, pattern) for name, pattern in _walk(get_resolver(), ())}


def pages() -> set[str]:
    """The names of every address but the API's operations."""
    return set(addresses()) - {name for _method, name in operations_of_api()}


def operations_of_api() -> set[tuple[str, str]]:
    """Every operation: method and name."""
    found: set[tuple[str, str]] = set()
    for _prefix, router in api_urls.api._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                name = api_urls.api.get_operation_url_name(operation, router)
                found |= {(method, f"{API}{name}") for method in operation.methods}
    return found


def parameters_of(name: str) -> set[str]:
    """The parameters in the path of an address."""
    return set(addresses()[name][1].pattern.converters)


def path_of(name: str, known: Mapping[str, Any]) -> str:
    """The address with the parameters it takes, from those `known`."""
    return reverse(addresses()[name][0], kwargs={parameter: known[parameter] for parameter in parameters_of(name)})


def _walk(resolver: URLResolver, namespaces: tuple[str, ...]) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _walk(pattern, inner)
        else:
            yield ":".join((*namespaces, pattern.name or f"unnamed {pattern.pattern}")), pattern
