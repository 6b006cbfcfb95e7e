"""The bulk path ends where one-by-one upserts would end."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from motcua.foundation.bulk import Merged, column_types, merge, staged
from motcua.foundation.models import PendingReaction, StoredFile

COLUMNS = {
    "id": "uuid",
    "owner": "text",
    "number": "integer",
    "words": "text",
    "facts": "jsonb",
    "changed_at": "timestamptz",
}
KEY = ["owner", "number"]
TARGET = "bulk_target"
Row = tuple[UUID, str, int, str | None, Any, datetime]


@pytest.fixture
def target(db: None) -> Generator[None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bulk_target (id uuid PRIMARY KEY, owner text NOT NULL, number integer NOT NULL, words text,"
            " facts jsonb, changed_at timestamptz NOT NULL, note text DEFAULT 'kept', UNIQUE (owner, number))"
        )
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bulk_target")


def content() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT owner, number, words, facts, changed_at, id, note FROM bulk_target ORDER BY 1, 2")
        return cursor.fetchall()


def empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM bulk_target")


def at_once(rows: list[Row], chunk: int = 5_000) -> Merged:
    with transaction.atomic(), staged(COLUMNS, rows, chunk=chunk) as staging:
        return merge(staging, TARGET, key=KEY, insert_only=["id"], not_compared=["changed_at"])


def one_by_one(rows: list[Row]) -> None:
    """What the bulk path must equal: a look, then an insert or an update, row after row."""
    with connection.cursor() as cursor:
        for identifier, owner, number, words, facts, changed_at in rows:
            facts_json = None if facts is None else Jsonb(facts)
            cursor.execute("SELECT words, facts FROM bulk_target WHERE owner = %s AND number = %s", [owner, number])
            found = cursor.fetchone()
            if found is None:
                cursor.execute(
                    "INSERT INTO bulk_target (id, owner, number, words, facts, changed_at)"
                    " VALUES (%s, %s, %s, %s, %s, %s)",
                    [identifier, owner, number, words, facts_json, changed_at],
                )
            else:
                cursor.execute(
                    "UPDATE bulk_target SET words = %s, facts = %s, changed_at = %s WHERE owner = %s AND number = %s"
                    " AND (words IS DISTINCT FROM %s OR facts IS DISTINCT FROM %s)",
                    [words, facts_json, changed_at, owner, number, words, facts_json],
                )


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
texts = st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), max_size=8)
rows_of_few_keys = st.lists(
    st.tuples(
        st.uuids(version=4),
        st.sampled_from(["An", "Bình", 'tab\t"\\N\n']),
        st.integers(1, 3),
        st.none() | texts | st.sampled_from(["\\N", "", "x"]),
        st.none() | st.dictionaries(texts, st.integers(0, 3), max_size=2) | st.lists(texts, max_size=2),
        moments,
    ),
    max_size=25,
    unique_by=lambda row: row[0],
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(rows_of_few_keys, st.data())
def test_a_merge_equals_one_by_one_upserts_of_each_keys_last_row(target: None, rows: list[Row], data: Any) -> None:
    cut = data.draw(st.integers(0, len(rows)))
    before, then = rows[:cut], rows[cut:]
    chunk = data.draw(st.integers(1, 7))

    empty()
    one_by_one(before)
    ids = {(owner, number): identifier for owner, number, _, _, _, identifier, _ in content()}
    last_of_each = list({(row[1], row[2]): row for row in then}.values())
    one_by_one(last_of_each)
    expected = content()
    empty()
    one_by_one(before)
    merged = at_once(then, chunk)

    assert content() == expected
    keys = {(row[1], row[2]) for row in then}
    assert merged.inserted == len(keys - set(ids))
    assert merged.inserted + merged.updated + merged.unchanged == len(keys)
    assert merged.superseded == len(then) - len(keys)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(rows_of_few_keys)
def test_words_and_facts_end_as_if_every_row_had_been_written_in_turn(target: None, rows: list[Row]) -> None:
    def facts() -> list[tuple[Any, ...]]:
        return [row[:4] for row in content()]

    empty()
    one_by_one(rows)
    expected = facts()
    empty()
    at_once(rows)

    assert facts() == expected


NOW = datetime(2026, 6, 4, tzinfo=UTC)
LATER = datetime(2026, 6, 5, tzinfo=UTC)


def row(owner: str = "An", number: int = 1, words: str | None = "một", moment: datetime = NOW) -> Row:
    return (uuid4(), owner, number, words, None, moment)


def test_the_counts_tell_what_happened_and_the_changes_which(target: None) -> None:
    at_once([row(number=1), row(number=2), row(number=3)])

    with transaction.atomic(), staged(COLUMNS, [row(number=2), row(number=3, words="ba"), row(number=4)]) as staging:
        merged = merge(staging, TARGET, key=KEY, insert_only=["id"], not_compared=["changed_at"])
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT number, inserted FROM {merged.changes} ORDER BY number")
            changes = cursor.fetchall()

    assert (merged.inserted, merged.updated, merged.unchanged, merged.superseded) == (1, 1, 1, 0)
    assert changes == [(3, False), (4, True)]


def test_an_unchanged_row_is_not_touched(target: None) -> None:
    at_once([row(moment=NOW)])
    (first,) = content()

    assert at_once([row(moment=LATER)]).unchanged == 1
    assert content() == [first]


def test_a_changed_row_keeps_its_id_and_what_the_merge_does_not_know(target: None) -> None:
    at_once([row(moment=NOW)])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE bulk_target SET note = 'ours'")
    identifier = content()[0][5]

    at_once([row(words="khác", moment=LATER)])

    assert content() == [("An", 1, "khác", None, LATER, identifier, "ours")]


def test_a_table_of_nothing_but_keys_can_be_merged(target: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE only_keys (a integer PRIMARY KEY)")

    with transaction.atomic(), staged({"a": "integer"}, [(1,), (2,), (1,)]) as staging:
        merged = merge(staging, "only_keys", key=["a"])

    assert (merged.inserted, merged.updated, merged.unchanged, merged.superseded) == (2, 0, 0, 1)


def test_staging_tells_its_progress_and_reads_no_further_ahead_than_a_chunk(target: None) -> None:
    told: list[int] = []
    ahead: list[int] = []

    def source() -> Iterator[Row]:
        for number in range(25):
            ahead.append(number - (told[-1] if told else 0))
            with connection.cursor() as cursor:  # the source may use the database between chunks
                cursor.execute("SELECT 1")
            yield row(number=number)

    with transaction.atomic(), staged(COLUMNS, source(), progress=told.append, chunk=10) as staging:
        assert staging.rows == 25

    assert told == [10, 20, 25]
    assert max(ahead) <= 10


def test_the_staging_table_is_gone_afterwards(target: None) -> None:
    with transaction.atomic(), staged(COLUMNS, [row()]) as staging:
        pass

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [staging.table])
        assert cursor.fetchone() == (None,)


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        ((uuid4(), "An", "not a number", "x", None, NOW), DataError),
        ((uuid4(), "An", 2**40, "x", None, NOW), DataError),
        ((uuid4(), None, 1, "x", None, NOW), IntegrityError),
        ((uuid4(), "An", 1, "x", None, None), IntegrityError),
        ((uuid4(), "An", 1), DataError),
    ],
)
def test_one_bad_row_stops_the_whole_merge(target: None, bad: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        at_once([row(number=7), bad, row(number=8)])

    assert content() == []


@pytest.mark.django_db(transaction=True)
def test_staging_outside_a_transaction_is_refused() -> None:
    with pytest.raises(TransactionManagementError), staged({"a": "integer"}, [(1,)]):
        pass


@pytest.mark.django_db
def test_the_columns_of_a_model_have_its_types() -> None:
    assert column_types(StoredFile, ["id", "size", "sha256", "stored_at"]) == {
        "id": "uuid",
        "size": "bigint",
        "sha256": "varchar(64)",
        "stored_at": "timestamp with time zone",
    }


@pytest.mark.django_db
def test_rows_of_a_model_are_merged_into_its_table() -> None:
    names = ["reaction", "aggregate_id", "first_seq", "generation", "due_at", "created_at", "attempts", "last_error"]
    one, other = uuid4(), uuid4()
    rows = [
        ("dossiers.notice", one, 3, 0, NOW, NOW, 0, ""),
        ("dossiers.notice", other, 1, 0, NOW, NOW, 0, ""),
        ("dossiers.notice", one, 5, 0, NOW, NOW, 0, ""),
    ]

    with staged(column_types(PendingReaction, names), rows) as staging:
        merged = merge(staging, PendingReaction._meta.db_table, key=["reaction", "aggregate_id"])

    assert (merged.inserted, merged.superseded) == (2, 1)
    assert PendingReaction.objects.get(aggregate_id=one).first_seq == 5


@pytest.mark.django_db
def test_a_staging_table_joins_sql_of_the_callers_own() -> None:
    rows = [(date(2000, 2, 29), None), (date(2026, 1, 1), None)]

    with staged({"born": "date", "names": "text[]"}, rows) as staging, connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {staging.table} WHERE born < '2010-01-01'")

        assert cursor.fetchone() == (1,)
