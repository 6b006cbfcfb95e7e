"""Moments and durations are said as people here say them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from motcua.foundation.date_words import (
    due_in_words,
    duration_in_words,
    moment_in_words,
    official_date,
    short_date,
    short_moment,
)

MINUTE, HOUR, DAY = 60, 3600, 86_400


def test_a_moment_of_the_night_is_told_in_vietnamese_time() -> None:
    moment = datetime(2026, 6, 4, 17, 30, tzinfo=UTC)

    assert moment_in_words(moment) == "00:30 ngày 05/6/2026"
    assert short_moment(moment) == "00:30 05/06/2026"


@pytest.mark.parametrize(
    ("day", "short", "official"),
    [
        (date(2026, 6, 5), "05/06/2026", "05/6/2026"),
        (date(2026, 1, 31), "31/01/2026", "31/01/2026"),
        (date(2026, 2, 9), "09/02/2026", "09/02/2026"),
        (date(2026, 3, 10), "10/03/2026", "10/3/2026"),
        (date(2026, 11, 24), "24/11/2026", "24/11/2026"),
    ],
)
def test_dates_in_tables_and_on_official_papers(day: date, short: str, official: str) -> None:
    assert short_date(day) == short
    assert official_date(day) == official


def test_a_moment_is_not_taken_for_a_date_nor_a_naive_one_for_a_moment() -> None:
    with pytest.raises(ValueError, match="moment"):
        short_date(datetime(2026, 6, 4, tzinfo=UTC))
    with pytest.raises(ValueError, match="naive"):
        moment_in_words(datetime(2026, 6, 4))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("seconds", "working", "words"),
    [
        (0, False, "dưới 1 phút"),
        (59, False, "dưới 1 phút"),
        (15 * MINUTE, False, "15 phút"),
        (4 * HOUR + 59 * MINUTE, False, "4 giờ"),
        (23 * HOUR, False, "23 giờ"),
        (2 * DAY + 5 * HOUR, False, "2 ngày"),
        (23 * HOUR, True, "2 ngày làm việc"),
        (7 * HOUR, True, "7 giờ làm việc"),
        (5 * MINUTE, True, "5 phút"),
    ],
)
def test_a_duration_is_its_largest_whole_unit(seconds: int, working: bool, words: str) -> None:
    assert duration_in_words(seconds, working=working) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (2 * DAY, "còn 2 ngày"),
        (30, "còn dưới 1 phút"),
        (0, "còn dưới 1 phút"),
        (-1, "quá hạn dưới 1 phút"),
        (-4 * HOUR, "quá hạn 4 giờ"),
        (-3 * DAY - 1, "quá hạn 3 ngày"),
    ],
)
def test_the_due_column_says_what_is_left_or_how_late(left: int, words: str) -> None:
    assert due_in_words(left) == words
