"""Browsing the tree costs the same whatever is in it; the database folds as Python does."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.domain.organisations import unit_directory
from motcua.domain.organisations.models import Unit
from motcua.foundation.text import fold, normalise_line

from . import factories as make

pytestmark = pytest.mark.django_db

SYLLABLES = ["Đống", "Đa", "Hòa", "Hoà", "Thuỷ", "Thủy", "Nghĩa", "Ưu", "Ở", "Ắ", "Đắk", "ẤP", "K'Bang", "(xã)", "12"]


@settings(max_examples=60)
@given(words=st.lists(st.sampled_from(SYLLABLES) | st.text("aàáảãạăằâậđeêoôơuưyĐÔƠƯ -'", min_size=1), min_size=1))
def test_the_database_folds_a_name_as_the_search_does(words: list[str]) -> None:
    name = normalise_line(" ".join(words))
    with connection.cursor() as cursor:
        expression = Unit._meta.get_field("name_folded").expression.template
        cursor.execute("SELECT " + expression.replace("%(expressions)s", "%s"), [name])
        assert cursor.fetchone()[0] == fold(name)


def test_a_new_name_is_found_at_once_and_the_old_one_no_more() -> None:
    province = make.province("Tỉnh Đắk Nông")
    root = make.holder("SYSADMIN", make.nation())

    Unit.objects.filter(pk=province.pk).update(name="Tỉnh Lâm Đồng")

    assert [row.id for row in unit_directory.browse(root, search="lam dong").rows] == [province.pk]
    assert not unit_directory.browse(root, search="dak nong").rows


def test_a_level_costs_the_same_statements_for_few_and_for_many_units() -> None:
    few, many = make.province(), make.province()
    make.commune(few)
    for _ in range(20):
        make.commune(many)
    admin = make.holder("UNIT_ADMIN", few)
    make.grant(admin, "UNIT_ADMIN", many)

    def cost(below: int, search: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            unit_directory.browse(admin, below=below, search=search)
        return len(captured)

    assert [cost(few.pk, ""), cost(many.pk, ""), cost(many.pk, "don vi")] == [5, 5, 5]
