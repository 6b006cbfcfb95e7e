"""The templates of messages: each is declared by the room whose event it tells of, in its `registrations.py`."""

from __future__ import annotations

from motcua.domain.messaging.rules import Template
from motcua.foundation.registry import Registry

templates: Registry[Template] = Registry("message template")


def declare(template: Template) -> Template:
    """Adds a template under its key. Raises ValueError for a key in use, a text without a known shortened parameter."""
    if template.shortened and template.shortened not in template.parameters:
        raise ValueError(f"message template {template.key!r} has no parameter {template.shortened!r}")
    return templates.add(template.key, template)
