"""A published revision cannot be changed or removed by anybody, and a procedure's text never (CAT-14)."""

from django.db import migrations

from motcua.foundation.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [
        append_only("catalogue_procedurerevision"),
        append_only("catalogue_servicerevision", may_update="OLD.published_at IS NULL"),
        migrations.RunSQL(
            "INSERT INTO catalogue_generation (id, number) VALUES (1, 0)", "DELETE FROM catalogue_generation"
        ),
    ]
