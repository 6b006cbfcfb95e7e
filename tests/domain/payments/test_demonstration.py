"""A demonstration can take money everywhere."""

from __future__ import annotations

import pytest
from stdnum.vn import mst

from motcua.domain.payments.configuration import beneficiary_for, series_for
from motcua.domain.payments.demonstration import fictitious_tax_code, load_demonstration
from motcua.domain.payments.models import ReceiptSeries
from tests.domain.organisations import factories as tree


@pytest.mark.django_db
def test_every_province_and_ministry_collects_and_so_does_what_lies_below():
    desk = tree.commune(tree.province())
    tree.ministry()

    assert load_demonstration() == load_demonstration() == 2

    assert ReceiptSeries.objects.count() == 2
    series = series_for(desk.pk, "2.000635.01", "TLHT")
    assert series is not None
    assert mst.is_valid(series.tax_code)
    assert beneficiary_for(desk.pk, "2.000635.01", "TLHT") is not None


def test_fictitious_tax_codes_have_a_right_check_digit():
    assert all(mst.is_valid(fictitious_tax_code(number)) for number in range(2_000))
