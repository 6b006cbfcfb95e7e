"""Pure rules of identity."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.domain.people.rules import (
    AddressParts,
    PartialDate,
    Precision,
    SessionState,
    birth_date_words,
    parse_birth_date,
    safe_next,
    session_state,
    split_address,
)

NOW = datetime(2026, 6, 4, 3, tzinfo=UTC)
IDLE, WARNING = timedelta(minutes=60), timedelta(minutes=2)
SITE = "https://cong.example"


@pytest.mark.parametrize(
    ("written", "day", "precision"),
    [
        ("12/03/1985", date(1985, 3, 12), Precision.DAY),
        ("03/1985", date(1985, 3, 1), Precision.MONTH),
        ("1985", date(1985, 1, 1), Precision.YEAR),
        ("29/02/2024", date(2024, 2, 29), Precision.DAY),
    ],
)
def test_a_birth_date_is_kept_as_far_as_it_is_known(written: str, day: date, precision: Precision) -> None:
    known = parse_birth_date(written)

    assert known == PartialDate(day, precision)
    assert birth_date_words(known) == written


@pytest.mark.parametrize("written", ["", "29/02/2023", "31/04/1990", "1985-03-12", "12/03/85", "0/1985", "không rõ"])
def test_what_is_no_birth_date_is_not_guessed(written: str) -> None:
    assert parse_birth_date(written) is None


@pytest.mark.parametrize(
    ("minutes", "state"),
    [(0, SessionState.ACTIVE), (57, SessionState.ACTIVE), (58, SessionState.WARN), (59, SessionState.WARN),
     (60, SessionState.ENDED), (600, SessionState.ENDED)],
)  # fmt: skip
def test_only_idle_time_ends_a_session_and_people_are_warned_before(minutes: int, state: SessionState) -> None:
    assert session_state(NOW - timedelta(minutes=minutes), NOW, IDLE, WARNING) is state


@pytest.mark.parametrize("target", ["/", "/ho-so", "/ho-so/H26.900.004-260604-010001?muc=2#tep", "/tìm?q=a:b//c"])
def test_a_path_of_this_site_is_followed(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    ["", "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "ho-so",
     "javascript:alert(1)", "/" + "a" * 3000, "/\r\nSet-Cookie: a=b", " /ho-so"],
)  # fmt: skip
def test_an_address_elsewhere_is_not_followed(target: str) -> None:
    assert safe_next(target) == "/"


@given(st.text(max_size=60) | st.builds("/{}".format, st.text(alphabet="/\\:@.?#ab\t\n", max_size=20)))
def test_no_target_ever_leaves_the_site(target: str) -> None:
    followed = urlsplit(urljoin(SITE, safe_next(target)))

    assert f"{followed.scheme}://{followed.netloc}" == SITE


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        (
            "Số 12 phố Đội Cấn, phường Ba Đình, thành phố Hà Nội",
            AddressParts("Số 12 phố Đội Cấn", "phường Ba Đình", "thành phố Hà Nội"),
        ),
        ("Thôn 3, Xã Ea M'Droh, Tỉnh Đắk Lắk", AddressParts("Thôn 3", "Xã Ea M'Droh", "Tỉnh Đắk Lắk")),
        ("phường Tây Hồ, thành phố Hà Nội", AddressParts("", "phường Tây Hồ", "thành phố Hà Nội")),
        ("Số 1, quận Ba Đình, Hà Nội", AddressParts("Số 1, quận Ba Đình, Hà Nội")),
        ("", AddressParts("")),
    ],
)
def test_an_address_is_split_only_where_it_names_commune_and_province(address: str, parts: AddressParts) -> None:
    assert split_address(address) == parts
