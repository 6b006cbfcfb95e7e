"""The shared types of all e-forms and the formats that a schema alone cannot express.

A form's schema refers to them as `urn:motcua:types#/$defs/<name>`. Numbers of identity documents, phone
numbers and codes of administrative units are judged by the foundation's own validators, not by copies of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from motcua.domain.organisations.reference import statistical_codes
from motcua.foundation import identifiers
from motcua.foundation.errors import Invalid

TYPES_URI = "urn:motcua:types"

TYPES: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": TYPES_URI,
    "$defs": {
        "identity": {
            "description": "A typed identity document: its kind chooses the validator of its number (FRM-06).",
            "type": "object",
            "required": ["kind", "number"],
            "properties": {
                "kind": {"enum": [kind.value for kind in identifiers.IdentityKind]},
                "number": {"type": "string", "minLength": 1, "maxLength": 30},
                "issuing_country": {"type": "string", "minLength": 2, "maxLength": 3},
                "issued_on": {"type": "string", "format": "date"},
                "issued_by": {"type": "string", "maxLength": 200},
                "expires_on": {"type": "string", "format": "date"},
            },
            "unevaluatedProperties": False,
        },
        "phone": {"type": "string", "format": "phone"},
        "email": {"type": "string", "format": "email", "maxLength": 254},
        "province": {"type": "string", "format": "province-code"},
        "commune": {"type": "string", "format": "commune-code"},
    },
}


def is_province(code: str) -> bool:
    """Whether `code` is one of the 34 provinces' statistical codes."""
    return code in statistical_codes()[0]


def is_commune(code: str) -> bool:
    """Whether `code` is one of the 3,321 communes' statistical codes."""
    return code in statistical_codes()[1]


def is_phone(written: str) -> bool:
    """Whether `written` can be a telephone number."""
    try:
        identifiers.normalise_phone(written)
    except Invalid:
        return False
    return True


@cache
def _registry() -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([(TYPES_URI, TYPES)])


def validator(schema: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """A compiled validator of `schema` that knows the shared types. ValueError if the schema is not one."""
    return jsonschema_rs.Draft202012Validator(
        dict(schema),
        registry=_registry(),
        validate_formats=True,
        formats={"phone": is_phone, "province-code": is_province, "commune-code": is_commune},
        offline=True,
    )
