"""A dossier's code never changes and a dossier is never deleted, whoever asks the database (SUB-02, DOS-03)."""

from django.db import migrations

from motcua.foundation.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial"), ("foundation", "0002_append_only")]
    operations = [
        append_only("dossiers_dossier", may_update="NEW.code = OLD.code AND NEW.id = OLD.id"),
        append_only("dossiers_result"),
        append_only("dossiers_resultreturn"),
        append_only("dossiers_rating"),
        append_only("dossiers_attachment"),
    ]
