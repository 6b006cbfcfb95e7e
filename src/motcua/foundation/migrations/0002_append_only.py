"""Events, audit rows, seals and policy values cannot be changed or removed; a seal mark is set once."""

from django.db import migrations

from motcua.foundation.append_only import append_only

_COLUMNS = [
    "id",
    "occurred_at",
    "action",
    "outcome",
    "actor_kind",
    "actor_id",
    "actor_role",
    "actor_unit",
    "assurance_level",
    "subject_kind",
    "subject_id",
    "details",
    "correlation_id",
]
_SAME = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in _COLUMNS)
_SEALED_ONCE = f"OLD.seal_batch IS NULL AND NEW.seal_batch IS NOT NULL AND {_SAME}"


class Migration(migrations.Migration):
    dependencies = [("foundation", "0001_initial")]
    operations = [
        append_only("foundation_event"),
        append_only("foundation_auditentry", may_update=_SEALED_ONCE),
        append_only("foundation_auditseal"),
        append_only("foundation_policyvalue"),
    ]
