"""The closure of the unit tree: all ancestors of all units, in set-based SQL.

Every change of the tree first takes `lock_tree`, so that two moves cannot build a loop together.
"""

from __future__ import annotations

from django.db import connection

_TREE_LOCK = 7_301_001  # any fixed number: the key of the advisory lock on the unit tree

_TRUTH = """
WITH RECURSIVE path (ancestor_id, descendant_id, depth) AS (
    SELECT id, id, 0 FROM organisations_unit
    UNION ALL
    SELECT unit.parent_id, path.descendant_id, path.depth + 1
    FROM path JOIN organisations_unit AS unit ON unit.id = path.ancestor_id
    WHERE unit.parent_id IS NOT NULL AND path.depth < 32
)
SELECT ancestor_id, descendant_id, depth FROM path
"""


def lock_tree() -> None:
    """Waits for other changes of the tree; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE_LOCK])


def add_missing_links() -> int:
    """Adds the links that newly inserted units lack; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO organisations_unit_closure (ancestor_id, descendant_id, depth) {_TRUTH} "
            "ON CONFLICT (ancestor_id, descendant_id) DO NOTHING"
        )
        return cursor.rowcount


def move_links(unit_id: int, new_parent_id: int) -> None:
    """Cuts the subtree of `unit_id` from its old ancestors and hangs it below `new_parent_id`."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM organisations_unit_closure AS link
            USING organisations_unit_closure AS below, organisations_unit_closure AS above
            WHERE below.ancestor_id = %(unit)s AND above.descendant_id = %(unit)s AND above.depth > 0
              AND link.descendant_id = below.descendant_id AND link.ancestor_id = above.ancestor_id
            """,
            {"unit": unit_id},
        )
        cursor.execute(
            """
            INSERT INTO organisations_unit_closure (ancestor_id, descendant_id, depth)
            SELECT above.ancestor_id, below.descendant_id, above.depth + below.depth + 1
            FROM organisations_unit_closure AS above, organisations_unit_closure AS below
            WHERE above.descendant_id = %(parent)s AND below.ancestor_id = %(unit)s
            """,
            {"unit": unit_id, "parent": new_parent_id},
        )


def disagreements() -> list[tuple[int, int]]:
    """Pairs (ancestor, descendant) whose link is missing, superfluous or of a wrong depth; empty when sound."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH truth AS ({_TRUTH}), kept AS (
                SELECT ancestor_id, descendant_id, depth FROM organisations_unit_closure
            )
            (SELECT ancestor_id, descendant_id FROM (TABLE truth EXCEPT TABLE kept) AS missing)
            UNION (SELECT ancestor_id, descendant_id FROM (TABLE kept EXCEPT TABLE truth) AS superfluous)
            ORDER BY 1, 2
            """  # noqa: S608
        )
        return [(ancestor, descendant) for ancestor, descendant in cursor.fetchall()]
