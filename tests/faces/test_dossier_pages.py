"""A dossier on the portal: look-up, slips, dates and figures as Vietnam writes them (POR-02, POR-17, SUB-12)."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pypdf
import pytest
from django.template import Context, Template

from motcua.domain.dossiers import services
from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.rules import STATE_NAMES, State
from motcua.foundation import clock
from motcua.foundation.date_words import short_moment
from tests.domain.dossiers.conftest import own_file_store, world
from tests.domain.dossiers.ways import act, in_state
from tests.domain.dossiers.world import FREE, World
from tests.faces.api.client import ApiClient
from tests.faces.pages import Browser

__all__ = ["own_file_store", "world"]
UNKNOWN = ["H26.900.004.01-260604-019999", "H42.012.05-260604-010001"]
MALFORMED = ["H26", "H26.900.004.01-261332-010001", "'; DROP TABLE x; --", "<b>x"]


def _text(page: Any) -> str:
    return " ".join(page.content.decode().split())


def _said(pdf: Any) -> str:
    content = pdf.content if not pdf.streaming else b"".join(pdf.streaming_content)
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages).split())


@pytest.mark.requirement("POR-02")
def test_a_code_shows_state_unit_due_date_and_ordered_history_and_a_wrong_one_says_so(world: World):
    dossier = in_state(world, State.STOPPED)
    anybody = ApiClient(None)

    shown = anybody.get(f"/lookup/{dossier.code}").json()
    page = Browser().get(f"/tra-cuu/{dossier.code}")

    assert (shown["state"], shown["unit_name"]) == (State.STOPPED, world.desk.name)
    assert datetime.fromisoformat(shown["due_at"]) == dossier.due_at
    kinds = ["submitted", "received", "processing_started", "paused"]
    assert [step["type"] for step in shown["steps"]] == [f"dossier.{kind}" for kind in kinds]
    assert [step["occurred_at"] for step in shown["steps"]] == sorted(step["occurred_at"] for step in shown["steps"])
    assert page.status_code == 200
    for expected in (dossier.code, str(STATE_NAMES[State.STOPPED]), world.desk.name):
        assert expected in _text(page)
    assert dossier.due_at is not None
    assert any(text in _text(page) for text in _ways_to_write(dossier.due_at))
    for codes, status, title in ((UNKNOWN, 404, "Không tìm thấy hồ sơ"), (MALFORMED, 422, "Mã hồ sơ chưa đúng")):
        for code in codes:
            answer, refused = anybody.get(f"/lookup/{code}"), Browser().get(f"/tra-cuu/{code}")
            assert (answer.status_code, refused.status_code) == (status, status), code
            assert title in answer.json()["title"]
            assert title in _text(refused)


def _ways_to_write(moment: datetime) -> list[str]:
    here = clock.to_local(moment)
    return [short_moment(moment), f"{here:%d/%m/%Y}", f"{here.day:02d}/{here.month}/{here.year}"]


@pytest.mark.requirement("SUB-12")
def test_the_page_gives_the_acknowledgement_then_the_slip_and_says_until_when_reception_must_follow(world: World):
    dossier = world.submitted(FREE)
    citizen = Browser(world.citizen)
    address = f"/ho-so/{dossier.pk}"

    before = citizen.get(address)
    assert str(STATE_NAMES[State.SUBMITTED]) in _text(before)
    assert any(text in _text(before) for text in _ways_to_write(dossier.receive_by))
    acknowledged = _said(citizen.get(f"{address}/giay/acknowledgement"))
    assert short_moment(dossier.submitted_at) in acknowledged
    assert short_moment(dossier.receive_by) in acknowledged
    early = citizen.get(f"{address}/giay/slip")
    assert early.status_code == 409
    assert short_moment(dossier.receive_by) in _text(early)

    act(world, "receive", dossier)
    dossier.refresh_from_db()
    assert dossier.due_at is not None
    slip = _said(citizen.get(f"{address}/giay/slip"))
    for expected in (dossier.code, "Lê Thị Tiếp", world.desk.name, short_moment(dossier.due_at)):
        assert expected in slip
    assert any(text in _text(citizen.get(address)) for text in _ways_to_write(dossier.due_at))
    assert Browser(world.neighbour).get(f"{address}/giay/slip").status_code == 404


@pytest.mark.requirement("POR-17")
def test_vietnamese_is_stored_composed_and_dates_and_figures_are_written_the_vietnamese_way(world: World):
    name = "Nguyễn Thị Hường"
    prepared = world.submission(FREE)
    form = {**prepared.form, "applicant_name": unicodedata.normalize("NFD", name)}
    made = services.submit(world.citizen, replace(prepared, form=form))
    stored = Dossier.objects.get(pk=made.dossier_id)
    assert stored.form["applicant_name"] == unicodedata.normalize("NFC", name)
    assert unicodedata.is_normalized("NFC", stored.owner_name)
    owner = stored.owner_name
    for search in (owner, unicodedata.normalize("NFD", owner)):
        page = Browser(world.reception).get("/can-bo/danh-sach/cho-tiep-nhan", tim=search)
        assert made.code in _text(page)
        assert ApiClient(world.reception).get("/worklist", search=search).json()["rows"][0]["code"] == made.code
    shown = Browser(world.citizen).get(f"/ho-so/{made.dossier_id}")
    assert shown["Content-Type"] == "text/html; charset=utf-8"
    assert name in unicodedata.normalize("NFC", _text(shown)) or owner in _text(shown)
    written = Template("{{ figure|dong }}; {{ moment|moment_words }}").render(
        Context({"figure": 9_445_357_967, "moment": datetime(2026, 6, 4, 17, 30, tzinfo=UTC)})
    )
    assert written == "9.445.357.967 đồng; 00:30 ngày 05/6/2026"


@pytest.mark.parametrize("after", ["x", "'; --", "0199b3a0-0000-7000-8000-000000000000"])
def test_a_broken_place_in_my_list_is_no_failure_of_the_page(world: World, after: str):
    assert Browser(world.citizen).get("/ho-so", sau=after).status_code in {200, 422}


def test_nobody_without_sign_in_sees_a_dossier(world: World):
    dossier = world.submitted(FREE)

    for address in (f"/ho-so/{dossier.pk}", f"/ho-so/{dossier.pk}/giay/acknowledgement", "/ho-so", "/can-bo/"):
        answer = Browser().get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/dang-nhap?")
