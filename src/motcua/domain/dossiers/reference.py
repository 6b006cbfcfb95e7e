"""What the room needs before the first dossier: a route from every locality to its one-stop desk (DPH-01)."""

from __future__ import annotations

from django.db import connection

_ROUTES = """
INSERT INTO dossiers_routingrule (service_code, locality_id, receiving_unit_id, specialised_system)
SELECT '', desk.parent_id, min(desk.id), ''
FROM organisations_unit AS desk
WHERE desk.kind = 'DESK' AND desk.valid_to IS NULL AND desk.parent_id IS NOT NULL
GROUP BY desk.parent_id
ON CONFLICT DO NOTHING
"""


def load_routes() -> int:
    """Adds the missing default routes, one statement; returns how many. Safe to run again."""
    with connection.cursor() as cursor:
        cursor.execute(_ROUTES)
        return cursor.rowcount
