"""The ledger is append-only and every transaction of it sums to zero; receipts and credits are never removed."""

from django.db import migrations

from motcua.foundation.append_only import append_only

# Deferred: entries of one movement are written one after the other, and judged together when it commits.
_ZERO_SUM = """
CREATE FUNCTION payments_ledger_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved uuid;
    total numeric;
    sides integer;
BEGIN
    IF TG_TABLE_NAME = 'payments_ledgerentry' THEN moved := NEW.transaction_id; ELSE moved := NEW.id; END IF;
    SELECT COALESCE(SUM(amount), 0), COUNT(*) INTO total, sides
        FROM payments_ledgerentry WHERE transaction_id = moved;
    IF total <> 0 OR sides < 2 THEN
        RAISE EXCEPTION 'ledger transaction % does not balance: % entries, sum %', moved, sides, total
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transaction_sums_to_zero';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entry_balances AFTER INSERT ON payments_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_ledger_balanced();
CREATE CONSTRAINT TRIGGER ledger_transaction_balances AFTER INSERT ON payments_ledgertransaction
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_ledger_balanced();
"""
_NO_ZERO_SUM = """
DROP TRIGGER IF EXISTS ledger_entry_balances ON payments_ledgerentry;
DROP TRIGGER IF EXISTS ledger_transaction_balances ON payments_ledgertransaction;
DROP FUNCTION IF EXISTS payments_ledger_balanced();
"""

_SAME_CREDIT = " AND ".join(
    f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}"
    for name in ("id", "gateway", "bank_transaction_id", "attempt_id", "reference", "recorded_at")
)
# What a receipt says is fixed once it has its number; only its way to the file goes on.
_SAME_RECEIPT = (
    "OLD.number IS NULL OR ("
    + " AND ".join(
        f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}"
        for name in ("collection_id", "obligation_id", "series_id", "year", "number", "content", "created_at")
    )
    + ")"
)


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]
    operations = [
        migrations.RunSQL(_ZERO_SUM, _NO_ZERO_SUM),
        append_only("payments_ledgertransaction"),
        append_only("payments_ledgerentry"),
        append_only("payments_ledgeraccount"),
        append_only("payments_credit", may_update=_SAME_CREDIT),
        append_only("payments_receipt", may_update=_SAME_RECEIPT),
    ]
