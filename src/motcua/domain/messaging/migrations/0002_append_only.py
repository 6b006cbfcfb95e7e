"""A try to hand a message over, once written, stays as it is (SMS-03)."""

from django.db import migrations

from motcua.foundation.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial")]
    operations = [append_only("messaging_attempt")]
