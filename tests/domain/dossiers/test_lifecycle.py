"""A dossier's way through the states, by services."""

from __future__ import annotations

import pytest

from motcua.domain.dossiers import queries, services
from motcua.domain.dossiers.models import Attachment, Dossier, Pause, Task
from motcua.domain.dossiers.rules import State
from motcua.domain.dossiers.services.intake import SupplementItem
from motcua.foundation import events
from tests.domain.dossiers.world import World, findings, upload

REASON = {"reason_code": "VERIFICATION", "reason_text": "Chờ ý kiến của cơ quan quản lý hộ tịch nơi cư trú"}


def test_from_submission_to_rating(world: World):
    dossier = world.resolved()
    services.return_result(world.returner, dossier.pk, method="ONLINE")
    services.rate(world.citizen, dossier.pk, score=5, comment="Nhanh")

    dossier = Dossier.objects.get(pk=dossier.pk)
    assert dossier.state == State.RETURNED
    assert dossier.national_number == 10
    assert [item.body.type_name for item in events.of_dossier(dossier.pk) if item.body.aggregate == "dossier"] == [
        "dossier.submitted",
        "dossier.received",
        "dossier.processing_started",
        "dossier.result_proposed",
        "dossier.resolved",
        "dossier.returned",
        "dossier.rated",
    ]
    assert not Task.objects.filter(dossier=dossier, closed_at__isnull=True).exists()
    assert findings() == []


def test_the_code_names_the_receiving_desk_and_the_day(world: World):
    dossier = world.submitted()

    assert dossier.code.startswith("H26.900.004.01-")
    assert dossier.code[-6:-4] == "01"


def test_a_supplement_pauses_the_clock_and_keeps_earlier_versions(world: World):
    dossier = world.in_process()
    component = world.definitions["1.004873"].components[0].code
    services.ask_supplement(
        world.processor,
        dossier.pk,
        items=[SupplementItem(component, "Bản chụp bị mờ")],
        reason_code="INVALID_COMPONENT",
        reason_text="Bản chụp bị mờ, không đọc được số giấy tờ",
    )
    waiting = Dossier.objects.get(pk=dossier.pk)
    assert waiting.state == State.WAIT_SUPPLEMENT

    services.supplement(world.citizen, dossier.pk, files=[(component, upload(world.citizen).pk)])

    after = Dossier.objects.get(pk=dossier.pk)
    assert after.state == State.IN_PROCESS
    assert after.paused_since is None
    assert after.reason_text == "", "what was asked is answered"
    assert Pause.objects.get(dossier=after).ended_by == "supplement"
    versions = Attachment.objects.filter(dossier=after, component_code=component).values_list("version", flat=True)
    assert sorted(versions) in ([1, 2], [2])


def test_pause_and_resume_by_hand(world: World):
    dossier = world.in_process()
    services.pause(world.processor, dossier.pk, **REASON)
    services.resume(world.processor, dossier.pk, **REASON)

    assert Dossier.objects.get(pk=dossier.pk).state == State.IN_PROCESS
    assert findings() == []


def test_withdrawal_ends_everything(world: World):
    dossier = world.in_process()
    services.pause(world.processor, dossier.pk, **REASON)
    services.withdraw(world.citizen, dossier.pk, reason_text="Tôi nộp nhầm thủ tục, xin rút hồ sơ")

    assert Dossier.objects.get(pk=dossier.pk).state == State.WITHDRAWN
    assert findings() == []


def test_worklists_show_each_dossier_once(world: World):
    dossier = world.submitted()

    page = queries.worklist(world.reception, "to_receive")
    assert [row.code for row in page.rows] == [dossier.code]
    assert queries.worklist(world.stranger, "to_receive").rows == []
    assert queries.worklist_counts(world.reception)["to_receive"] == 1


def test_the_detail_page_tells_all(world: World):
    dossier = world.in_process()

    detail = queries.detail(world.citizen, dossier.pk)

    assert detail.holder is not None
    assert detail.holder.assignee_id == world.processor.account_id
    assert detail.times is not None
    assert detail.times.remaining > 0


@pytest.mark.django_db
def test_another_citizen_does_not_see_it(world: World):
    from motcua.foundation.errors import NotFound

    dossier = world.submitted()

    with pytest.raises(NotFound):
        queries.detail(world.neighbour, dossier.pk)
