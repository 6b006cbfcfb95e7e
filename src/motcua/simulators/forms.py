"""Form-encoded requests, read by the standard library."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request


class RepeatedParameterError(ValueError):
    """A parameter occurs twice, which OAuth 2.0 forbids (RFC 6749 §3.1, §3.2)."""


def _single(pairs: list[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in pairs:
        if name in values:
            raise RepeatedParameterError(name)
        values[name] = value
    return values


async def parameters(request: Request) -> dict[str, str]:
    """The query of a GET, the form of a POST; empty values count as absent. Raises RepeatedParameterError."""
    text = (await request.body()).decode("utf-8", "replace") if request.method == "POST" else request.url.query
    return _single(parse_qsl(text))
