"""The shape of the database, read from the database itself."""

from __future__ import annotations

import os
import re

import pytest
from django.apps import apps
from django.db import connection, models

from benchmarks.mutation.constraints import constraints
from tests.integrity.rules import rules, write

pytestmark = pytest.mark.django_db

_FOREIGN_KEYS_WITHOUT_INDEX = """
SELECT c.conrelid::regclass::text || '.' || c.conname
FROM pg_constraint c
WHERE c.contype = 'f' AND c.conrelid::regclass::text = ANY(%s) AND NOT EXISTS (
    SELECT 1 FROM pg_index i
    WHERE i.indrelid = c.conrelid AND i.indisvalid
      AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey
      AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) ~ '^\\([a-z_]+ IS NOT NULL\\)$')
)
ORDER BY 1
"""


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("motcua.")]


def test_every_foreign_key_has_an_index() -> None:
    tables = [model._meta.db_table for model in our_models()]

    with connection.cursor() as cursor:
        cursor.execute(_FOREIGN_KEYS_WITHOUT_INDEX, [tables])
        without = [row[0] for row in cursor.fetchall()]

    assert without == []


def test_every_constraint_and_index_is_named_after_what_it_says() -> None:
    wordless = [
        f"{model._meta.label}.{item.name}"
        for model in our_models()
        for item in [*model._meta.constraints, *model._meta.indexes]
        if not re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", item.name or "") or re.search(r"_[0-9a-f]{6,8}(_idx)?$", item.name)
    ]
    unnamed = [model._meta.label for model in our_models() if model._meta.unique_together]

    assert wordless + unnamed == []


def test_every_model_says_what_a_row_is() -> None:
    silent = [
        model._meta.label
        for model in our_models()
        if not model.__doc__ or model.__doc__.startswith(f"{model.__name__}(")  # Django's own fallback
    ]

    assert silent == []


def test_money_columns_are_whole_numbers() -> None:
    floating = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.local_fields
        if isinstance(field, (models.FloatField, models.DecimalField))
    ]
    narrow = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.local_fields
        if re.search(r"(^|_)(amount|balance)($|_)", field.name) and not isinstance(field, models.BigIntegerField)
    ]

    assert floating + narrow == []


def test_every_rule_of_the_database_is_written_down_to_be_tested() -> None:
    """A new constraint needs a bad row that it refuses (tests/integrity); MOTCUA_WRITE_RULES=1 writes the list anew."""
    with connection.cursor() as cursor:
        found = constraints(cursor, {model._meta.db_table for model in our_models() if model._meta.managed})
    if os.environ.get("MOTCUA_WRITE_RULES"):
        write(found)

    assert [rule.key for rule in rules()] == [rule.key for rule in found], "set MOTCUA_WRITE_RULES=1 and run again"
    assert rules() == found
