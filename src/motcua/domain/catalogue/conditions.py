"""Does a condition hold over the data of a form? A condition is a JSON Schema (draft 2020-12)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import jsonschema_rs
import msgspec

from motcua.domain.catalogue.definition import JsonSchema
from motcua.domain.catalogue.form_types import validator

# A definition is decoded from immutable text again and again; its conditions are compiled once for that text.
_COMPILED = 4096


@lru_cache(maxsize=_COMPILED)
def _compiled(schema: bytes) -> jsonschema_rs.Draft202012Validator:
    return validator(msgspec.json.decode(schema))


def holds(condition: JsonSchema | None, data: Mapping[str, Any]) -> bool:
    """Whether `data` meets `condition`; a missing condition always holds."""
    if condition is None:
        return True
    return _compiled(msgspec.json.encode(condition)).is_valid(dict(data))
