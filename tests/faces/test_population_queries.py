"""Population queries on the officials' pages: asked from the dossier, shown once, read in the journal (IDN-12)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from motcua.domain.dossiers import services
from motcua.domain.people import profiles
from motcua.domain.people.models import Person
from motcua.domain.people.population.models import PopulationQuery
from motcua.domain.people.rules import Source
from motcua.foundation.actor import Actor
from motcua.foundation.identifiers import IdentityKind, parse_identity
from motcua.foundation.models import AuditEntry
from motcua.foundation.policies import set_value
from tests.domain.dossiers.conftest import own_file_store, world
from tests.domain.dossiers.world import FREE, World, officer
from tests.domain.people.population_register import NAME, NUMBER, PopulationRegister, population, population_url
from tests.faces.pages import Browser

__all__ = ["own_file_store", "population", "population_url", "world"]
WHY = "Kiểm tra ngày cấp căn cước vì ảnh chụp bị mờ"
JOURNAL = "/can-bo/quan-tri/khai-thac-dan-cu"


def known_to_the_register(world: World) -> None:
    """Gives the world's citizen the number of a resident."""
    person = Person.objects.select_related("party").get(pk=world.citizen.person_id)
    profiles.keep_document(person.party, parse_identity(IdentityKind.CITIZEN_ID, NUMBER), source=Source.VNEID)


@pytest.fixture(autouse=True)
def resident(world: World) -> None:
    known_to_the_register(world)


def form(**changes: Any) -> dict[str, Any]:
    return {"purpose": "VERIFY_IDENTITY", "fields": ["FULL_NAME", "SEX", "ISSUED_ON"], "reason": WHY, **changes}


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_answer_is_shown_once_and_the_question_stays_on_the_dossier(world: World, population: PopulationRegister):
    dossier = world.submitted(FREE)
    address, browser = f"/can-bo/ho-so/{dossier.pk}", Browser(world.reception)

    answer = browser.post(f"{address}/dan-cu", form())
    page = text(browser.get(address))

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    for fact in (NAME, "<dd>Nam</dd>", "<dd>10/05/2021</dd>", WHY):
        assert fact in text(answer)
    assert "Họ và tên" in text(answer)
    assert "Nơi cấp giấy tờ" not in text(answer).split("cho biết</h2>")[1].split("</dl>")[0]
    assert WHY in page
    assert "họ và tên, giới tính, ngày cấp giấy tờ" in page
    assert "Lê Thị Tiếp" in page


def test_a_refused_question_keeps_what_was_typed_and_one_outside_the_hands_is_403_and_audited(
    world: World, population: PopulationRegister
):
    dossier = world.submitted(FREE)
    address = f"/can-bo/ho-so/{dossier.pk}/dan-cu"

    poor = Browser(world.reception).post(address, form(reason="xem thử"))
    outside = Browser(world.reception).post(address, form(fields=["MARITAL_STATUS"]))
    stranger = Browser(world.stranger).post(address, form())
    nowhere = Browser(world.reception).post(f"/can-bo/ho-so/{uuid4()}/dan-cu", form())

    assert poor.status_code == 422
    assert "Phải nêu rõ lý do khai thác" in text(poor)
    assert "xem thử</textarea>" in text(poor)
    assert [answer.status_code for answer in (outside, stranger, nowhere)] == [403, 403, 403]
    refused = AuditEntry.objects.filter(action="population.query", outcome="refused")
    assert {entry.actor_id for entry in refused} >= {str(world.stranger.account_id), str(world.reception.account_id)}
    assert (PopulationQuery.objects.count(), population.asked) == (0, [])


def test_a_register_that_does_not_answer_or_knows_nobody_is_told_and_the_dossier_goes_on(
    world: World, population: PopulationRegister
):
    set_value("population.attempts", 1, actor=Actor.job("test"), reason="kiểm thử")
    dossier = world.submitted(FREE)
    address, browser = f"/can-bo/ho-so/{dossier.pk}/dan-cu", Browser(world.reception)

    population.fault("unavailable", times=1)
    silent = browser.post(address, form())
    population.fault("not_found", times=1)
    unknown = browser.post(address, form())
    services.receive(world.reception, dossier.pk)

    assert silent.status_code == 503
    assert "không phải chờ tra cứu này" in text(silent)
    assert WHY in text(silent)
    assert unknown.status_code == 200
    assert "Không có người nào có số định danh" in text(unknown)


def test_the_form_stands_only_where_the_dossier_is_in_hand(world: World):
    dossier, finished = world.submitted(FREE), world.resolved(FREE)

    def page(who: Any, subject: Any) -> str:
        return text(Browser(who).get(f"/can-bo/ho-so/{subject.pk}"))

    assert f"/can-bo/ho-so/{dossier.pk}/dan-cu" in page(world.reception, dossier)
    assert "không do Ông/Bà đang xử lý" in page(world.reception, finished)
    for reader in (world.monitor, world.approver):
        assert "Dữ liệu dân cư" not in page(reader, dossier)


def test_the_journal_tells_who_when_why_and_which_fields_and_is_narrowed(world: World, population: PopulationRegister):
    first, second = world.submitted(FREE), world.submitted(FREE)
    Browser(world.reception).post(f"/can-bo/ho-so/{first.pk}/dan-cu", form())
    residence = form(purpose="VERIFY_RESIDENCE", fields=["PERMANENT_ADDRESS"], reason="Xác nhận nơi thường trú khi nộp")
    Browser(world.processor).post(f"/can-bo/ho-so/{second.pk}/dan-cu", residence)
    reader = Browser(officer("SEC_OFFICER", world.province))

    whole = text(reader.get(JOURNAL))
    for told in (first.code, second.code, "Lê Thị Tiếp", "Phạm Văn Xử", WHY, "nơi thường trú", "Có dữ liệu"):
        assert told in whole
    for query in ({"tim": second.code}, {"tim": "phạm văn"}, {"muc-dich": "VERIFY_RESIDENCE"}):
        narrowed = text(reader.get(JOURNAL, **query))
        assert second.code in narrowed, query
        assert first.code not in narrowed, query
    assert first.code not in text(reader.get(JOURNAL, **{"don-vi": world.other_commune.code}))
    assert reader.get(JOURNAL, sau="x").status_code == 422
    assert "Đội Cấn" not in whole
    for other in (world.reception, world.monitor, world.citizen):
        assert Browser(other).get(JOURNAL).status_code == 403
