"""Completing a dossier: all points at once, only what was asked, earlier versions kept (SUB-11)."""

from __future__ import annotations

import pytest

from motcua.domain.dossiers import queries, services
from motcua.domain.dossiers.models import Attachment, Dossier, SupplementRequest
from motcua.domain.dossiers.rules import State
from motcua.domain.dossiers.services.intake import SupplementItem
from motcua.foundation import files
from motcua.foundation.errors import Conflict, Invalid
from tests.domain.dossiers.ways import REASON, act, in_state
from tests.domain.dossiers.world import ASSESSED, World, findings, pdf, upload


@pytest.fixture
def asked(world: World) -> Dossier:
    """A dossier in processing whose second component was asked for."""
    dossier = in_state(world, State.IN_PROCESS)
    items = [SupplementItem(second(world), "Chụp lại trang có chữ ký")]
    services.ask_supplement(world.processor, dossier.pk, items=items, **REASON)
    return Dossier.objects.get(pk=dossier.pk)


def second(world: World) -> str:
    return world.definitions[ASSESSED].components[1].code


def _answer(world: World, dossier: Dossier, *codes: str) -> list:
    return [(code, upload(world.citizen, content=pdf(code)).pk) for code in codes]


@pytest.mark.requirement("SUB-11")
def test_only_what_was_asked_is_taken_and_the_earlier_version_stays(world: World, asked: Dossier):
    first, c2 = (item.code for item in world.definitions[ASSESSED].components[:2])
    before = Attachment.objects.get(dossier=asked, component_code=c2)
    files_before = Attachment.objects.filter(dossier=asked).count()

    shown = queries.detail(world.citizen, asked.pk).open_request
    assert shown is not None
    assert [item["component"] for item in shown.items] == [c2]
    for wrong in ([first], [c2, first], [], ["khong-co"]):
        with pytest.raises(Invalid) as refused:
            services.supplement(world.citizen, asked.pk, files=_answer(world, asked, *wrong))
        assert refused.value.code == "SUPPLEMENT_INCOMPLETE"
    assert Attachment.objects.filter(dossier=asked).count() == files_before

    services.supplement(world.citizen, asked.pk, files=_answer(world, asked, c2))

    after = Dossier.objects.get(pk=asked.pk)
    assert after.state == State.IN_PROCESS
    versions = Attachment.objects.filter(dossier=asked, component_code=c2).order_by("version")
    assert [item.version for item in versions] == [1, 2]
    assert versions[0].file_id == before.file_id
    assert files.read_verified(versions[0].file) != files.read_verified(versions[1].file)
    assert queries.detail(world.citizen, asked.pk).open_request is None
    with pytest.raises(Conflict) as unasked:
        services.supplement(world.citizen, asked.pk, files=_answer(world, asked, c2))
    assert unasked.value.code == "ILLEGAL_TRANSITION"
    assert findings() == []


def test_before_reception_the_dossier_goes_back_to_the_desk(world: World):
    dossier = world.submitted(ASSESSED)
    items = [SupplementItem(second(world), "Chụp lại")]
    services.ask_supplement(world.reception, dossier.pk, items=items, **REASON)

    services.supplement(world.citizen, dossier.pk, files=_answer(world, dossier, second(world)))

    after = Dossier.objects.get(pk=dossier.pk)
    assert (after.state, after.received_at, after.due_at) == (State.SUBMITTED, None, None)


def test_the_service_says_how_often_a_supplement_may_be_asked(world: World, asked: Dossier):
    services.supplement(world.citizen, asked.pk, files=_answer(world, asked, second(world)))

    with pytest.raises(Conflict) as refused:
        act(world, "ask_supplement", asked)
    assert refused.value.code == "SUPPLEMENT_LIMIT"


@pytest.mark.parametrize("codes", [[], ["khong-co"], ["' OR 1=1"]])
def test_only_components_of_the_service_may_be_asked_for_and_at_least_one(world: World, codes: list[str]):
    dossier = in_state(world, State.IN_PROCESS)

    with pytest.raises(Invalid):
        services.ask_supplement(
            world.processor, dossier.pk, items=[SupplementItem(code, "x") for code in codes], **REASON
        )
    assert SupplementRequest.objects.count() == 0


def test_somebody_elses_file_is_no_supplement(world: World, asked: Dossier):
    foreign = [(second(world), upload(world.neighbour).pk)]

    with pytest.raises(Invalid):
        services.supplement(world.citizen, asked.pk, files=foreign)


def test_a_file_that_already_stands_in_the_dossier_is_no_supplement(world: World, asked: Dossier):
    old = Attachment.objects.filter(dossier=asked, component_code=second(world)).values_list("file_id", flat=True)[0]

    with pytest.raises(Invalid):
        services.supplement(world.citizen, asked.pk, files=[(second(world), old)])
