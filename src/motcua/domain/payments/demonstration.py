"""What a demonstration needs to take money: an account and a receipt series for every province and ministry.

The accounts and tax codes are well-formed and fictitious.
"""

from __future__ import annotations

from motcua.domain.organisations.models import Unit
from motcua.domain.organisations.rules import UnitKind
from motcua.domain.payments.models import BeneficiaryAccount, ReceiptSeries
from motcua.foundation.text import to_ascii

_COLLECTING = [UnitKind.PROVINCE.value, UnitKind.MINISTRY.value]
_BIN = "970436"
_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def load_demonstration() -> int:
    """Adds what is missing, two statements; returns how many units collect. Safe to run again."""
    units = list(Unit.objects.filter(kind__in=_COLLECTING, valid_to__isnull=True).order_by("pk"))
    accounts = [
        BeneficiaryAccount(
            unit=unit,
            bin=_BIN,
            account=f"9990{unit.pk:08d}",
            name=to_ascii(f"KBNN {unit.name}").upper()[:70],
            treasury_code=f"{1000 + unit.pk % 9000}",
        )
        for unit in units
    ]
    series = [ReceiptSeries(unit=unit, letters="AA", tax_code=fictitious_tax_code(unit.pk)) for unit in units]
    BeneficiaryAccount.objects.bulk_create(accounts, ignore_conflicts=True)
    ReceiptSeries.objects.bulk_create(series, ignore_conflicts=True)
    return len(units)


def fictitious_tax_code(number: int) -> str:
    """A ten-digit tax code (MST) with a right check digit, made from `number`; bodies that have none are skipped."""
    while True:
        body = f"019{number % 1_000_000:06d}"
        rest = sum(weight * int(digit) for weight, digit in zip(_TAX_WEIGHTS, body, strict=True)) % 11
        if rest:
            return f"{body}{10 - rest}"
        number += 500_000
