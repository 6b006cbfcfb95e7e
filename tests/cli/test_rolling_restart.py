"""Every web node is restarted while people work: nobody is signed out, nobody meets an error (SES-03, F-79)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from motcua.domain.people.sessions import KEY, idle_limit
from tests.cli.installation import wait_until
from tests.cli.nodes import Visitor, nodes
from tests.domain.dossiers.world import FREE, applicant, small_world
from tests.faces.pages import session_of

pytestmark = pytest.mark.django_db(transaction=True)
PAUSE, ROUNDS = timedelta(minutes=10), 18
"""Three hours in steps of ten minutes."""


def ten_minutes_pass(keys: list[str]) -> None:
    """Moves what every session remembers into the past, which to a session is the same as time that passes."""
    for key in keys:
        session = SessionStore(key)
        session[KEY] = session[KEY] | {"seen": (datetime.fromisoformat(session[KEY]["seen"]) - PAUSE).isoformat()}
        session.save()
        Session.objects.filter(pk=key).update(expire_date=Session.objects.get(pk=key).expire_date - PAUSE)


@pytest.mark.requirement("SES-03")
@pytest.mark.fault("F-79")
def test_three_hours_of_work_through_rolling_restarts_end_no_session_and_show_no_error(folder: Path) -> None:
    small_world(FREE)
    people = [applicant(f"Nguyễn Văn {letter}", f"8491234567{at}") for at, letter in enumerate("BCDE")]
    keys = [session_of(person) for person in people]
    assert idle_limit() < ROUNDS * PAUSE

    with nodes(folder) as servers:
        visitors = [Visitor(servers, key, person.display_name) for key, person in zip(keys, people)]
        for visitor in visitors:
            visitor.start()
        try:
            for number in range(ROUNDS):
                ten_minutes_pass(keys)
                before = [visitor.answers for visitor in visitors]
                if number % 4 == 3:
                    servers[number // 4 % len(servers)].restart(visitors)
                wait_until(lambda before=before: all(now.answers > then + 1 for now, then in zip(visitors, before)))
        finally:
            for visitor in visitors:
                visitor.over.set()
            for visitor in visitors:
                visitor.join()

    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []
    assert Session.objects.filter(pk__in=keys).count() == len(keys)


def test_a_node_asked_to_stop_says_so_answers_on_and_ends_by_itself(folder: Path) -> None:
    with nodes(folder, count=1, drain_seconds=3) as [node]:
        assert node.process is not None
        node.process.terminate()

        wait_until(lambda: not node.takes)
        assert node.process.wait(60) == 0


def test_a_session_idle_too_long_ends_on_every_node(folder: Path) -> None:
    small_world(FREE)
    person = applicant("Nguyễn Văn Nghỉ", "84912345670")
    key = session_of(person)
    for _ in range(7):
        ten_minutes_pass([key])

    with nodes(folder, count=1) as servers:
        visitor = Visitor(servers, key, person.display_name)
        visitor.over.set()
        with pytest.raises(AssertionError, match="signed out"):
            visitor._read()
