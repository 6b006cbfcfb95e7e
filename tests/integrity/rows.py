"""One valid row of any table, made from the model alone; what its constraints ask beyond types stands in `FITTING`."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

MOMENT = datetime(2026, 6, 4, 1, 30, tzinfo=UTC)
LATER = datetime(2026, 6, 5, 1, 30, tzinfo=UTC)
_numbers = itertools.count(1_000_000)


def our_models() -> dict[str, type[models.Model]]:
    """The product's models by table."""
    return {
        model._meta.db_table: model
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("motcua.") and model._meta.managed
    }


def row(table: str, fitting: Mapping[str, Any], change: Mapping[str, Any]) -> models.Model:
    """An unsaved row of `table`: typed values, then what fits its constraints, then `change`."""
    model = our_models()[table]
    values = {field.attname: _value(field) for field in model._meta.concrete_fields if not field.generated}
    unknown = {*fitting, *change} - set(values)
    assert not unknown, f"{table} has no column {unknown}"
    return model(**{**values, **fitting, **change})


def insert(*rows: models.Model) -> None:
    """Inserts the rows one by one, past every manager and `save` of our own."""
    for item in rows:
        type(item)._base_manager.bulk_create([item])


def _value(field: models.Field[Any, Any]) -> Any:
    if isinstance(field, models.ForeignKey):
        return None if field.null else _value(field.target_field)
    if field.has_default():
        return field.get_default()
    if field.null:
        return None
    return _typed(field)


def _typed(field: models.Field[Any, Any]) -> Any:
    number = next(_numbers)
    if isinstance(field, (models.PositiveSmallIntegerField, models.SmallIntegerField)):
        return number % 30_000 + 1
    if isinstance(field, (models.IntegerField, models.AutoField)):
        return number
    if isinstance(field, models.BinaryField):
        return uuid4().bytes
    if isinstance(field, (models.CharField, models.TextField)):
        return f"x{number}"[-(field.max_length or 20) :]
    simple: list[tuple[type[models.Field[Any, Any]], Any]] = [
        (models.UUIDField, uuid4()),
        (models.DateTimeField, MOMENT),
        (models.DateField, MOMENT.date()),
        (models.BooleanField, False),
        (models.JSONField, {}),
        (ArrayField, []),
    ]
    for kind, value in simple:
        if isinstance(field, kind):
            return value
    raise LookupError(f"no value for {field}")
