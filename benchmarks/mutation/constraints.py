"""Constraints of our tables as the database knows them, and the statements that take one away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_CONSTRAINTS = """
SELECT t.relname, c.conname, c.contype::text, pg_get_constraintdef(c.oid), ''
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE t.relnamespace = 'public'::regnamespace
  AND (c.contype IN ('c', 'u', 'x') OR (c.contype = 'p' AND cardinality(c.conkey) > 1)
       OR (c.contype = 'f' AND %(foreign_keys)s))
UNION ALL
SELECT t.relname, i.relname, 'index', pg_get_indexdef(i.oid), ''
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
WHERE t.relnamespace = 'public'::regnamespace AND x.indisunique
  AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid AND c.conrelid = t.oid)
UNION ALL
SELECT t.relname, g.tgname, 'trigger', pg_get_triggerdef(g.oid), p.proname
FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid JOIN pg_proc p ON p.oid = g.tgfoid
WHERE t.relnamespace = 'public'::regnamespace AND NOT g.tgisinternal
ORDER BY 1, 2
"""
# A column declared positive gets `>= 0` from Django; where a check of ours on the same column says more, dropping
# the weaker one changes nothing that could be noticed.
_NOT_NEGATIVE = r'^CHECK \(\("?\w+"? >= 0\)\)$'
_IMPLIED_BY_SEVERAL_COLUMNS = {"organisations_unit_closure_depth_check"}  # by depth_zero_is_the_unit_itself
_OTHERS_OF_ITS_COLUMN = """
SELECT a.attname, pg_get_expr(other.conbin, other.conrelid)
FROM pg_constraint c
JOIN pg_class t ON t.oid = c.conrelid AND t.relname = %s
JOIN pg_constraint other ON other.conrelid = c.conrelid AND other.conkey = c.conkey AND other.contype = 'c'
                        AND other.oid <> c.oid
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.conname = %s
"""
_DROP = {"index": 'DROP INDEX "{name}"', "trigger": 'DROP TRIGGER "{name}" ON "{table}"'}
_DROP_CONSTRAINT = 'ALTER TABLE "{table}" DROP CONSTRAINT "{name}" CASCADE'


@dataclass(frozen=True)
class Constraint:
    """One rule that the database keeps; `function` is what a trigger runs."""

    table: str
    name: str
    kind: str
    text: str
    function: str

    @property
    def key(self) -> str:
        return f"{self.table}.{self.name}"

    @property
    def drop(self) -> str:
        """The statement that takes it away."""
        return _DROP.get(self.kind, _DROP_CONSTRAINT).format(table=self.table, name=self.name)


def constraints(cursor: Any, tables: set[str], *, foreign_keys: bool = False) -> list[Constraint]:
    """The constraints, unique indexes and triggers of `tables`, without checks that a stronger one implies.

    Single-column primary keys are surrogates and left out; so are foreign keys unless asked for: nearly all hold
    what the ORM has just loaded.
    """
    cursor.execute(_CONSTRAINTS, {"foreign_keys": foreign_keys})
    found = [Constraint(*row) for row in cursor.fetchall() if row[0] in tables]
    return [rule for rule in found if not _implied(cursor, rule)]


def _implied(cursor: Any, rule: Constraint) -> bool:
    if not re.match(_NOT_NEGATIVE, rule.text):
        return False
    if rule.name in _IMPLIED_BY_SEVERAL_COLUMNS:
        return True
    cursor.execute(_OTHERS_OF_ITS_COLUMN, [rule.table, rule.name])
    for column, expression in cursor.fetchall():
        cursor.execute(f'SELECT {expression} FROM (SELECT -1 AS "{column}") AS negative')
        if cursor.fetchone()[0] is False:
            return True
    return False
