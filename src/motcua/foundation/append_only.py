"""Database triggers that make a table append-only, for migrations of every room."""

from __future__ import annotations

from django.db import migrations

_FUNCTION = """
CREATE OR REPLACE FUNCTION motcua_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
"""


def append_only(table: str, *, may_update: str = "false") -> migrations.RunSQL:
    """Refuses UPDATE, DELETE and TRUNCATE on `table`, but for updates that meet `may_update` (SQL over OLD and NEW)."""
    create = f"""
    {_FUNCTION}
    CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
        FOR EACH ROW WHEN (NOT ({may_update})) EXECUTE FUNCTION motcua_refuse_change();
    CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION motcua_refuse_change();
    CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION motcua_refuse_change();
    """
    drop = "".join(f"DROP TRIGGER IF EXISTS {table}_no_{act} ON {table};" for act in ("update", "delete", "truncate"))
    return migrations.RunSQL(create, drop)
