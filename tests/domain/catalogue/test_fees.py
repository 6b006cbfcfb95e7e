"""Fees are computed on the server, exactly, from form data alone (FRM-05)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.domain.catalogue import rules
from motcua.domain.catalogue.definition import FeeKind, FeeRule, Tier
from tests.domain.catalogue.demo import SERVICES

COPIES = SERVICES["2.000815.01"]


def due(code: str, data: dict[str, Any], when: str = "before", channel: str = "ONLINE") -> dict[str, int | None]:
    return {line.code: line.amount for line in rules.fees_due(SERVICES[code], data, when, channel=channel)}


@pytest.mark.parametrize(
    ("code", "channel", "data", "expected"),
    [
        ("2.000635.01", "ONLINE", {"copies": 1}, {"TLHT": 8000}),
        ("2.000635.01", "ONLINE", {"copies": 5}, {"TLHT": 40000}),
        ("2.000635.01", "ONLINE", {"copies": 5, "fee_exempt": True}, {"TLHT": 0}),
        ("2.000635.01", "ONLINE", {"copies": 5, "fee_exempt": False}, {"TLHT": 40000}),
        ("2.000815.01", "ONLINE", {"pages": 1, "copies": 1}, {"CTBS": 2000}),
        ("2.000815.01", "ONLINE", {"pages": 2, "copies": 1}, {"CTBS": 4000}),
        ("2.000815.01", "ONLINE", {"pages": 3, "copies": 2}, {"CTBS": 10000}),
        ("2.000815.01", "ONLINE", {"pages": 500, "copies": 3}, {"CTBS": 600000}),
        ("2.000884.01", "DIRECT", {"cases": 4}, {"CTCK": 40000}),
        ("1.004194.01", "ONLINE", {"registration_kind": "SINGLE"}, {"CU-TAM": 7000}),
        ("1.004194.01", "DIRECT", {"registration_kind": "SINGLE"}, {"CU-TAM-TT": 15000}),
        ("1.004194.01", "ONLINE", {"registration_kind": "LIST", "people": 12}, {"CU-TAM-DS": 60000}),
        ("1.004194.01", "DIRECT", {"registration_kind": "LIST", "people": 12}, {"CU-TAM-DS-TT": 120000}),
        ("2.001583.01", "ONLINE", {}, {"DN-CB": 100000}),
        ("2.001583.01", "DIRECT", {}, {"DN-CB": 100000, "DN-LP": 50000}),
        ("3.000333.01", "ONLINE", {"fee_group": "STANDARD"}, {"LLTP": 200000}),
        ("3.000333.01", "ONLINE", {"fee_group": "REDUCED", "copies": 2}, {"LLTP": 100000, "LLTP-THEM": 10000}),
        ("3.000333.01", "ONLINE", {"fee_group": "FREE"}, {"LLTP": 0}),
        ("1.001456.01", "ONLINE", {"request_kind": "FIRST"}, {"HC": 200000}),
        ("1.001456.01", "ONLINE", {"request_kind": "LOST"}, {"HC-MAT": 400000}),
        ("1.012575.01", "ONLINE", {"vehicle_kind": "CAR", "area": "I"}, {"XE-CON-I": 20000000}),
        ("9.000001.01", "ONLINE", {"fine_amount": 1350000}, {"C08-PHAT": 1350000}),
        ("1.001193.01", "ONLINE", {"late_registration": False}, {}),
        ("1.010041.01", "ONLINE", {}, {}),
    ],
)
def test_a_form_gives_its_exact_fee(code: str, channel: str, data: dict[str, Any], expected: dict[str, int]) -> None:
    assert due(code, data, channel=channel) == expected


def test_an_assessed_fee_is_due_later_and_has_no_amount_yet() -> None:
    lines = rules.fees_due(SERVICES["1.013831.01"], {}, "after")

    assert [(line.code, line.amount, line.blocks) for line in lines] == [("DD-TD", None, True), ("DD-TB", None, True)]
    assert rules.fees_due(SERVICES["1.013831.01"], {}, "before") == ()
    assert rules.total(lines) == 0


def test_the_line_tells_how_the_amount_came_about() -> None:
    (line,) = rules.fees_due(SERVICES["2.000635.01"], {"copies": 3, "fee_exempt": True}, "before")

    assert (line.unit_amount, line.quantity, line.amount) == (0, 3, 0)
    assert line.kind is FeeKind.CHARGE
    assert "TT 106/2021/TT-BTC" in line.exemption


@given(st.integers(1, 500), st.integers(1, 100))
def test_tiers_cap_and_multiplier_agree_with_counting_page_by_page(pages: int, copies: int) -> None:
    one_copy = sum(2000 if page <= 2 else 1000 for page in range(1, pages + 1))

    assert due("2.000815.01", {"pages": pages, "copies": copies}) == {"CTBS": min(one_copy, 200000) * copies}


@given(
    base=st.integers(0, 10**6),
    bounds=st.lists(st.integers(1, 200), unique=True, max_size=4).map(sorted),
    prices=st.lists(st.integers(0, 10**6), min_size=4, max_size=4),
    quantity=st.integers(0, 300),
)
def test_any_tiers_agree_with_counting_unit_by_unit(
    base: int, bounds: list[int], prices: list[int], quantity: int
) -> None:
    tiers = tuple(Tier(above=above, amount=amount) for above, amount in zip(bounds, prices))
    fee = FeeRule(code="F", name="F", kind=FeeKind.FEE, amount=base, quantity_field="n", tiers=tiers)
    service = _with(fee)

    def price(unit: int) -> int:
        return ([base] + [tier.amount for tier in tiers if unit > tier.above])[-1]

    (line,) = rules.fees_due(service, {"n": quantity}, "before")
    assert line.amount == sum(price(unit) for unit in range(1, quantity + 1))


@given(st.one_of(st.none(), st.text(), st.booleans(), st.floats(), st.integers(max_value=0), st.lists(st.integers())))
def test_a_quantity_that_is_no_count_costs_nothing_rather_than_something_wrong(quantity: object) -> None:
    fee = FeeRule(code="F", name="F", kind=FeeKind.FEE, amount=1000, quantity_field="n")

    (line,) = rules.fees_due(_with(fee), {"n": quantity}, "before")

    assert line.amount == 0


@given(st.integers(1, 50), st.dictionaries(st.sampled_from(["amount", "fee", "TLHT", "total"]), st.integers()))
def test_an_amount_sent_by_the_client_changes_nothing(copies: int, manipulated: dict[str, int]) -> None:
    assert due("2.000635.01", {"copies": copies} | manipulated) == {"TLHT": copies * 8000}


def _with(fee: FeeRule) -> Any:
    import msgspec

    return msgspec.structs.replace(COPIES, fees=(fee,))
