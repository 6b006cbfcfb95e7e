"""Constraints of our tables as the database knows them, and the statements that take one away."""

from __future__ import annotations

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
    """The constraints, unique indexes and triggers of `tables`.

    Single-column primary keys are surrogates and left out; so are foreign keys unless asked for: nearly all hold
    what the ORM has just loaded.
    """
    cursor.execute(_CONSTRAINTS, {"foreign_keys": foreign_keys})
    return [Constraint(*row) for row in cursor.fetchall() if row[0] in tables]
