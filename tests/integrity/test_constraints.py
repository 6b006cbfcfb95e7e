"""Every constraint of the database refuses what it is named after, and refuses it alone.

Services check first and answer in words; these tests go past them, as a race, an import or a person at a prompt would.
What the database has is written down in rules.json, so that a constraint that is gone is missed by its effect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from benchmarks.mutation.constraints import Constraint
from tests.integrity.rows import insert, our_models, row
from tests.integrity.rules import rules
from tests.integrity.witnesses import ANOTHER, CHANGED, FITTING, REFUSED

pytestmark = pytest.mark.django_db

_NOT_NEGATIVE = re.compile(r'^CHECK \(\("?(\w+)"? >= 0\)\)$')
_ONE_OF = re.compile(r"^CHECK \(\(\((\w+)\)::text = ANY \(\(?ARRAY\[[^]]*\]\)?(::text\[\])?\)\)\)$")
_KEY = re.compile(r"\(([\w, ]+)\)")
_ACTS = {
    "_no_update": "UPDATE {table} SET {change}",
    "_no_delete": "DELETE FROM {table}",
    "_no_truncate": "TRUNCATE {table} CASCADE",
}
APPEND_ONLY = "motcua_refuse_change"


@pytest.fixture(autouse=True)
def without_the_only_row() -> None:
    """The catalogue's generation is a table of one row, which the migration writes."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalogue_generation")


def good(rule: Constraint, change: Mapping[str, Any] | None = None) -> Any:
    return row(rule.table, FITTING.get(rule.table, {}), change or {})


def inserted(*rows: Any) -> str:
    """The constraint that refuses `rows`; foreign keys are deferred, so rows may point nowhere."""
    try:
        with transaction.atomic():
            insert(*rows)
            transaction.set_rollback(True)
    except IntegrityError as error:
        return error.__cause__.diag.constraint_name or ""  # type: ignore[union-attr]
    return ""


def refused_by(rule: Constraint) -> str:
    """The constraint that answers to the bad row meant for `rule`; `no witness` where there is none."""
    if rule.kind in {"u", "p", "index"}:
        shared = dict(REFUSED.get(rule.name, {}))
        first = good(rule, shared)
        columns = _KEY.findall(rule.text.split(" WHERE ")[0])[-1].split(", ")
        same = {name: getattr(first, name) for name in columns}
        return inserted(first, good(rule, {**ANOTHER.get(rule.table, {}), **shared, **same}))
    change = REFUSED.get(rule.name) or _derived(rule)
    return inserted(good(rule, change)) if change else "no witness"


def _derived(rule: Constraint) -> dict[str, Any]:
    if match := _NOT_NEGATIVE.match(rule.text):
        return {match.group(1): -1}
    if match := _ONE_OF.match(rule.text):
        return {match.group(1): "?"}
    return {}


def test_a_good_row_of_every_table_is_accepted() -> None:
    refused = {table: name for table in our_models() if (name := inserted(row(table, FITTING.get(table, {}), {})))}

    assert refused == {}


def test_every_constraint_refuses_its_own_bad_row() -> None:
    answers = {rule.name: refused_by(rule) for rule in rules() if rule.kind != "trigger"}

    wrong = {name: answer for name, answer in answers.items() if answer != name}
    assert wrong == {}


def test_append_only_tables_refuse_every_change() -> None:
    accepted = [rule.name for rule in append_only() if f"{rule.table} is append-only" not in _answer_to_change(rule)]

    assert accepted == []


def append_only() -> Iterator[Constraint]:
    return (rule for rule in rules() if rule.function == APPEND_ONLY)


def _answer_to_change(rule: Constraint) -> str:
    """The answer to changing one row by SQL; empty when the change was accepted.

    It must name the table itself: a TRUNCATE that cascades may meet another append-only table on its way.
    """
    ending = next(ending for ending in _ACTS if rule.name.endswith(ending))
    column = our_models()[rule.table]._meta.concrete_fields[0].column
    change = CHANGED.get(rule.name, f"{column} = {column}")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if ending != "_no_truncate":  # refused for the whole table, rows or none
                insert(good(rule))
            cursor.execute(_ACTS[ending].format(table=rule.table, change=change))
            transaction.set_rollback(True)
    except IntegrityError as error:
        return error.__cause__.diag.message_primary or ""  # type: ignore[union-attr]
    return ""


def test_deferred_rules_refuse_a_row_that_stands_alone() -> None:
    deferred = [rule for rule in rules() if rule.kind == "trigger" and rule.function != APPEND_ONLY]
    accepted = [rule.name for rule in deferred if not _refused_at_the_end(rule)]

    assert accepted == []


def _refused_at_the_end(rule: Constraint) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        insert(good(rule))
        try:
            with transaction.atomic():
                cursor.execute(f"SET CONSTRAINTS {rule.name} IMMEDIATE")
        except IntegrityError:
            return True
        finally:
            transaction.set_rollback(True)
    return False


def test_no_witness_is_left_of_a_constraint_that_is_gone() -> None:
    names = {rule.name for rule in rules()}

    assert sorted({*REFUSED, *CHANGED} - names) == []
    assert sorted(set(FITTING) - set(our_models())) == []
