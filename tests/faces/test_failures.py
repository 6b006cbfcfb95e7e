"""Submission, payment and look-up while something behind them fails: words, what to do, a reference (POR-13)."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from motcua.config.logs import LineFormatter, SafeRecord
from motcua.domain.catalogue.models import Service
from motcua.domain.dossiers.models import Dossier, Draft
from motcua.domain.payments.models import Obligation
from motcua.faces.failure_words import failure_words
from motcua.foundation import clock, outbound
from tests.domain.dossiers.conftest import own_file_store
from tests.domain.dossiers.world import CHARGED, World
from tests.domain.payments.factories import office, submitted
from tests.faces.api.client import ApiClient
from tests.faces.pages import Browser

__all__ = ["own_file_store"]
pytestmark = pytest.mark.django_db(transaction=True)
NEXT_STEP = re.compile(
    r"Ông/Bà (thử lại|tra cứu lại sau ít phút|chờ ít phút rồi mở lại bản nháp)|Nếu chưa, Ông/Bà thử lại"
)
REFERENCE = re.compile(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}")
TECHNICAL = re.compile(
    r"Traceback|Exception|Error|relation|does not exist|refused|connect|psycopg|django|\.py|Internal|Server", re.I
)
Failing = Callable[[], AbstractContextManager[None]]


@contextmanager
def table_gone(name: str) -> Iterator[None]:
    """Every statement on the table fails."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {name} RENAME TO gone")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE gone RENAME TO {name}")


@contextmanager
def database_gone() -> Iterator[None]:
    """Nobody listens where the database was."""
    connection.close()
    host, connection.settings_dict["HOST"] = connection.settings_dict["HOST"], "/nowhere"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["HOST"] = host


@contextmanager
def bank_gone() -> Iterator[None]:
    """Nobody listens where the bank's gateway was."""
    outbound.forget_partners()
    with override_settings(BANK_GATEWAY_URL="http://127.0.0.1:9"):
        yield
    outbound.forget_partners()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What an operator's log file would hold."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(SafeRecord())
    handler.setFormatter(LineFormatter())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@dataclass
class Scene:
    """A citizen with an application ready to be sent, and a dossier that owes a fee."""

    world: World
    draft: Draft
    dossier: Dossier
    owed: Obligation

    def act(self, what: str) -> Any:
        browser = Browser(self.world.citizen)
        if what == "submission":
            return lambda: browser.post(f"/to-khai/{self.draft.pk}/kiem-tra", {})
        if what == "payment":
            return lambda: browser.post(f"/nop-phi/{self.owed.pk}", {"bank": "VCB"})
        return lambda: Browser().get(f"/tra-cuu/{self.dossier.code}")


@pytest.fixture
def scene(transactional_db) -> Scene:
    place = office()
    world = place.world
    dossier = submitted(place)
    ready, now = world.submission(CHARGED), clock.now()
    draft = Draft.objects.create(
        account_id=world.citizen.account_id,
        party_id=world.citizen.party_id,
        service=Service.objects.get(code=ready.service_code),
        locality_id=ready.locality_id,
        form=ready.form,
        created_at=now,
        updated_at=now,
    )
    for component, file in ready.files:
        draft.files.create(component_code=component, file_id=file, added_at=now)
    return Scene(world, draft, dossier, Obligation.objects.get(dossier=dossier))


CASES: list[tuple[str, Failing]] = [
    ("submission", lambda: table_gone("dossiers_task")),
    ("submission", database_gone),
    ("payment", lambda: table_gone("payments_attempt")),
    ("payment", database_gone),
    ("payment", bank_gone),
    ("lookup", lambda: table_gone("foundation_event")),
    ("lookup", database_gone),
]


def _told(answer: Any) -> str:
    """What the person reads: the text of the main part."""
    page = answer.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")]).split())


@pytest.mark.requirement("POR-13")
def test_whatever_fails_the_person_reads_what_to_do_and_a_reference_that_finds_the_log(
    scene: Scene, log: io.StringIO
) -> None:
    for what, failing in CASES:
        act = scene.act(what)
        with failing():
            answer = act()

        told = _told(answer)
        assert answer.status_code in (500, 503), what
        assert NEXT_STEP.search(told), told
        assert not TECHNICAL.search(told), told
        reference = REFERENCE.search(told)
        assert reference, told
        assert answer["X-Correlation-Id"] == reference[0]
        lines = [line for line in log.getvalue().splitlines() if f" {reference[0]} " in line]
        assert any(re.search(r"Error|GatewayFailure", line + _after(log, line)) for line in lines), (what, lines)
        assert answer["Content-Security-Policy"]
    assert Dossier.objects.count() == 1


def _after(log: io.StringIO, line: str) -> str:
    """The traceback under a line, up to the next record."""
    rest = log.getvalue().split(line, 1)[1].split("\n")[1:]
    return "\n".join(rest[: next((at for at, text in enumerate(rest) if re.match(r"\d{4}-\d\d-", text)), None)])


def test_after_a_failed_submission_the_same_button_makes_one_dossier(scene: Scene) -> None:
    act = scene.act("submission")
    with table_gone("dossiers_task"):
        act()

    assert [act().status_code, act().status_code] == [302, 302]
    assert Dossier.objects.count() == 2


@pytest.mark.parametrize("failing", [lambda: table_gone("foundation_event"), database_gone])
def test_a_machine_gets_the_problem_document_with_the_same_reference(scene: Scene, failing: Failing) -> None:
    with failing():
        answer = ApiClient(None).get(f"/lookup/{scene.dossier.code}")

    assert answer.status_code == 500
    assert answer["Content-Type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["reference"] == answer["X-Correlation-Id"]
    assert not TECHNICAL.search(problem["title"] + problem["detail"])


def test_words_are_there_for_an_address_that_leads_nowhere(rf) -> None:
    assert "1800.1096" in str(failure_words(rf.get("/khong-co")).what_next)


def test_a_switched_off_look_up_is_not_told_as_a_wrong_code(scene: Scene) -> None:
    from motcua.foundation import policies
    from motcua.foundation.actor import Actor

    policies.set_value("functions.look_up.enabled", False, actor=Actor.job("test"), reason="sự cố")
    told = _told(Browser().get(f"/tra-cuu/{scene.dossier.code}"))

    assert "Chức năng này đang tạm dừng" in told
    assert "Mã hồ sơ chưa đúng" not in told
    assert REFERENCE.search(told)
