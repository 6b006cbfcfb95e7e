"""Security events: counted, kept small in a flood, never in the way of the refusal (SEC-01)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from motcua.foundation import clock, security
from motcua.foundation.correlation import correlated
from motcua.foundation.errors import Invalid
from motcua.foundation.models import SecurityEvent
from motcua.foundation.security import Counts
from motcua.foundation.security_kinds import GROUP_NAMES, GROUPS, KIND_NAMES, SecurityKind

pytestmark = pytest.mark.django_db


def test_an_event_keeps_kind_sender_account_and_reference():
    with correlated("ABCD-EFGH-JKMN"), security.coming_from("203.0.113.9"):
        security.note(SecurityKind.DENIED, "dossier.approve", account_id="7")

    row = SecurityEvent.objects.get()
    assert (row.kind, row.detail, row.source, row.account_id) == ("DENIED", "dossier.approve", "203.0.113.9", "7")
    assert (row.count, row.correlation_id) == (1, "ABCD-EFGH-JKMN")


def test_events_are_counted_by_kind_within_their_periods():
    start = clock.now()
    for hours, kind in [(0, "CSRF"), (2, "CSRF"), (30, "CSRF"), (24 * 8, "MALWARE"), (24 * 31, "MALWARE")]:
        with clock.travel(start - timedelta(hours=hours)):
            security.note(SecurityKind(kind))

    counted = security.counts()

    assert counted[SecurityKind.CSRF] == Counts(hour=1, day=2, week=3, month=3)
    assert counted[SecurityKind.MALWARE] == Counts(month=1)
    assert set(counted) == set(SecurityKind)
    between = security.counted_between(start - timedelta(hours=31), start - timedelta(hours=1))
    assert (between[SecurityKind.CSRF], between[SecurityKind.MALWARE]) == (2, 0)


def test_a_flood_of_one_sender_is_written_in_steps_and_another_sender_still_one_by_one():
    with security.coming_from("203.0.113.9"):
        for _ in range(security.ONE_BY_ONE + 2 * security.STEP):
            security.note(SecurityKind.RATE_LIMITED)
    with security.coming_from("203.0.113.10"):
        security.note(SecurityKind.RATE_LIMITED)

    assert SecurityEvent.objects.filter(source="203.0.113.9").count() == security.ONE_BY_ONE + 2
    assert security.counts()[SecurityKind.RATE_LIMITED].hour == security.ONE_BY_ONE + 2 * security.STEP + 1


def test_what_cannot_be_stored_does_not_fail_the_refusal(caplog: pytest.LogCaptureFixture):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE foundation_securityevent RENAME TO gone")

    security.note(SecurityKind.CSRF)

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE gone RENAME TO foundation_securityevent")
    assert not SecurityEvent.objects.exists()
    assert "could not be stored" in caplog.text


def test_the_newest_come_first_page_by_page_and_of_one_kind():
    for kind in ("CSRF", "MALWARE", "CSRF", "HOST"):
        security.note(SecurityKind(kind))

    first = security.newest(limit=3)
    rest = security.newest(before=first[-1].pk, limit=3)

    assert [row.kind for row in [*first, *rest]] == ["HOST", "CSRF", "MALWARE", "CSRF"]
    assert [row.kind for row in security.newest("CSRF")] == ["CSRF", "CSRF"]
    with pytest.raises(Invalid):
        security.newest("NOTHING")


def test_the_last_day_by_the_hour_sums_up_to_what_happened():
    start = clock.now()
    for hours in (0, 0, 5, 23, 25):
        with clock.travel(start - timedelta(hours=hours)):
            security.note(SecurityKind.PROBE)

    hours = security.by_hour()

    assert len(hours) == 24
    assert [total for _hour, total in hours][-1] == 2
    assert sum(total for _hour, total in hours) == 4


def test_old_events_are_removed_and_no_others():
    for days in (1, 364, 366):
        with clock.travel(clock.now() - timedelta(days=days)):
            security.note(SecurityKind.HOST)

    assert security.purge() == 1
    assert SecurityEvent.objects.count() == 2


def test_every_kind_has_words_and_one_group():
    grouped = [kind for kinds in GROUPS.values() for kind in kinds]

    assert sorted(grouped) == sorted(SecurityKind)
    assert set(KIND_NAMES) == set(SecurityKind)
    assert set(GROUP_NAMES) == set(GROUPS)
