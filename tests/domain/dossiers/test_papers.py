"""Acknowledgement, reception slip, refusal: what they say and when they exist (SUB-12)."""

from __future__ import annotations

from io import BytesIO

import pypdf
import pytest

from motcua.domain.dossiers import documents, queries
from motcua.domain.dossiers.rules import State
from motcua.foundation import clock
from motcua.foundation.date_words import short_moment
from motcua.foundation.errors import Conflict, NotFound
from tests.domain.dossiers.ways import STORED, TEXT, act, in_state
from tests.domain.dossiers.world import FREE, World, applicant


def _text(world: World, dossier_id: object, paper: str) -> str:
    content = documents.paper(queries.detail(world.citizen, dossier_id), paper)
    pages = pypdf.PdfReader(BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_applicant_gets_an_acknowledgement_then_a_slip_with_officer_unit_and_due_date(world: World):
    with clock.travel(clock.local(2027, 6, 4, 9, 0)):
        dossier = world.submitted(FREE)
    said = _text(world, dossier.pk, "acknowledgement")
    assert dossier.code in said
    assert "09:00 04/06/2027" in said
    assert short_moment(dossier.receive_by) in said
    with pytest.raises(Conflict) as early:
        _text(world, dossier.pk, "slip")
    assert short_moment(dossier.receive_by) in str(early.value.message)

    with clock.travel(clock.local(2027, 6, 4, 10, 0)):
        act(world, "receive", dossier)
    dossier.refresh_from_db()
    slip = _text(world, dossier.pk, "slip")
    for expected in (dossier.code, "Lê Thị Tiếp", world.desk.name, short_moment(dossier.due_at), "10:00 04/06/2027"):
        assert expected in slip


def test_a_refusal_says_why_and_exists_only_where_something_was_refused(world: World):
    for state in STORED:
        dossier = in_state(world, state)
        if state in {State.INTAKE_REFUSED, State.REFUSED}:
            assert TEXT in _text(world, dossier.pk, "refusal")
        else:
            with pytest.raises(Conflict):
                _text(world, dossier.pk, "refusal")


def test_a_returned_refusal_keeps_its_paper(world: World):
    dossier = in_state(world, State.REFUSED)
    act(world, "return_result", dossier)

    assert TEXT in _text(world, dossier.pk, "refusal")


def test_an_unknown_paper_is_not_found(world: World):
    with pytest.raises(NotFound):
        _text(world, world.submitted(FREE).pk, "../../etc/passwd")


@pytest.mark.parametrize("name", ["#set text(red)", "*đậm* _nghiêng_ `mã`", "<b>O'Brien</b> $x^2$", "\\ # @ [ ] { }"])
def test_nothing_that_a_person_typed_is_markup_on_paper(world: World, name: str):
    someone = applicant(name)
    dossier = world.submitted(FREE, by=someone)
    content = documents.paper(queries.detail(someone, dossier.pk), "acknowledgement")

    said = " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages)
    assert name.replace(" ", "") in said.replace(" ", "").replace("\n", "")
