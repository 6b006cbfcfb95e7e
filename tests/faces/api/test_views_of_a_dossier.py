"""What applicant and officer see of one dossier: times, holders, history; and two who act at once (DOS-13, DOS-14)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from threading import Barrier

import pytest
from django.db import connection

from motcua.domain.dossiers import services
from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.rules import State
from motcua.foundation import clock, events
from tests.domain.dossiers.ways import REASON, WAYS, act, in_state
from tests.domain.dossiers.world import ASSESSED, FREE, World, small_world
from tests.faces.api.client import ApiClient
from tests.faces.pages import Browser


@pytest.mark.requirement("DOS-13")
def test_the_applicant_sees_each_step_its_holder_since_when_and_until_when(world: World):
    dossier = in_state(world, State.IN_PROCESS)
    act(world, "propose", dossier)
    act(world, "send_back", dossier)

    for someone in (world.citizen, world.processor):
        shown = ApiClient(someone).get(f"/dossiers/{dossier.pk}").json()
        tasks = shown["tasks"]
        assert [item["outcome"] for item in tasks] == ["receive", "start", "propose", "send_back", ""]
        holders = ["Lê Thị Tiếp", "Phạm Văn Xử", "Phạm Văn Xử", "Hoàng Văn Duyệt"]
        assert [item["holder_name"] for item in tasks[:4]] == holders
        for item in tasks:
            assert item["name"]
            assert item["unit_name"]
            assert item["opened_at"] < item["planned_end"]
        for one, two in pairwise(tasks):
            assert one["closed_at"] == two["opened_at"]
        assert tasks[-1]["closed_at"] is None
        assert shown["holder"] == tasks[-1]
        assert (shown["holder"]["unit_name"], shown["holder"]["role"]) == (world.desk.name, "PROCESSOR")


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("DOS-14")
def test_of_two_updates_with_one_version_one_holds_and_the_other_gets_409_with_the_current_version():
    world = small_world(ASSESSED)
    for first, second in (("receive", "refuse_intake"), ("receive", "receive"), ("refuse_intake", "ask_supplement")):
        dossier = world.submitted(ASSESSED)
        start = Barrier(2)

        def send(verb: str, dossier: Dossier = dossier, start: Barrier = start) -> object:
            way = WAYS[verb]
            client, body = ApiClient(world.reception), {**way.body(world), "expected_version": 1}
            start.wait()
            try:
                return client.post(f"/dossiers/{dossier.pk}/{way.path}", body)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(send, (first, second)))

        assert sorted(answer.status_code for answer in answers) == [200, 409]
        held = next(answer.json() for answer in answers if answer.status_code == 200)
        lost = next(answer.json() for answer in answers if answer.status_code == 409)
        after = Dossier.objects.get(pk=dossier.pk)
        assert lost["code"] == "STALE_VERSION"
        assert lost["details"]["current_version"] == held["version"] == after.version == 2
        assert lost["details"]["current_state"] == held["state"] == after.state
        own = [item for item in events.of_dossier(dossier.pk) if item.aggregate_id == dossier.pk]
        assert len(own) == 2


def test_an_older_version_is_told_on_the_officials_screen_too(world: World):
    dossier = in_state(world, State.IN_PROCESS)
    officer = Browser(world.processor)

    first = officer.post(f"/can-bo/ho-so/{dossier.pk}/thao-tac/pause", {**REASON, "expected_version": dossier.version})
    late = officer.post(f"/can-bo/ho-so/{dossier.pk}/thao-tac/propose", {"expected_version": dossier.version})

    assert (first.status_code, late.status_code) == (302, 409)
    assert "vừa được người khác cập nhật" in late.content.decode()
    assert Dossier.objects.get(pk=dossier.pk).state == State.STOPPED


def test_the_four_times_are_shown_and_agree(world: World):
    dossier = in_state(world, State.STOPPED)

    shown = ApiClient(world.citizen).get(f"/dossiers/{dossier.pk}").json()["times"]

    assert set(shown) == {"nominal", "elapsed", "paused", "remaining", "running"}
    assert shown["nominal"] == 18 * 8 * 3600
    assert shown["running"] is False
    assert abs(shown["nominal"] - shown["elapsed"] - shown["remaining"]) <= 60


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "<b>Đậm</b> & \"nháy\" 'đơn'", "'; DROP TABLE x; --"])
def test_hostile_text_is_shown_as_text(world: World, text: str):
    prepared = world.submission(FREE)
    form = {**prepared.form, "applicant_name": text, "applicant_address": text}
    made = services.submit(world.citizen, replace(prepared, form=form))
    services.refuse_intake(
        world.reception, made.dossier_id, reason_code="OTHER", reason_text=f"Thông tin kê khai sai: {text}"
    )

    pages = [
        Browser(world.reception).get(f"/can-bo/ho-so/{made.dossier_id}"),
        Browser(world.reception).get(f"/can-bo/ho-so/{made.dossier_id}/dau-vet"),
        Browser(world.reception).get("/can-bo/danh-sach/cho-tiep-nhan", tim=text),
        Browser(world.citizen).get(f"/ho-so/{made.dossier_id}"),
        Browser().get("/tra-cuu", ma=text),
        Browser().get("/tim-kiem", q=text),
    ]
    for page in pages:
        assert page.status_code in {200, 302, 404, 422}, page.request
        assert "<script>alert" not in page.content.decode()
        assert "<b>Đậm" not in page.content.decode()
    api = ApiClient(world.citizen).get(f"/dossiers/{made.dossier_id}").json()
    assert (api["form"]["applicant_name"], api["reason_text"]) == (text, f"Thông tin kê khai sai: {text}")
    assert text.split("<")[0] in pages[0].content.decode().replace("&#x27;", "'").replace("&quot;", '"')


def test_reception_through_the_api_answers_the_due_date(world: World):
    """The service's own limit and cut-off through the API; the arithmetic stands in tests of the calendar."""
    friday = clock.local(2027, 6, 4, 9, 0)
    with clock.travel(friday):
        client, dossier = ApiClient(world.reception), world.submitted(FREE)
        answer = client.post(f"/dossiers/{dossier.pk}/receive", {})

    assert answer.status_code == 200
    assert answer.json()["due_at"].startswith("2027-06-09T02:00:00")


def test_a_write_is_read_at_once_by_everybody(world: World):
    """Read your write on every view; the 10,000 trials over several processes are the benchmark's (F-13)."""
    citizen, officer, anybody = ApiClient(world.citizen), ApiClient(world.processor), ApiClient(None)
    dossier = world.submitted(ASSESSED)

    for verb in ("receive", "start", "pause", "resume", "propose", "send_back"):
        way = WAYS[verb]
        answer = ApiClient(way.who(world)).post(f"/dossiers/{dossier.pk}/{way.path}", way.body(world))
        state = answer.json()["state"]
        assert anybody.get(f"/lookup/{dossier.code}").json()["state"] == state
        assert citizen.get(f"/dossiers/{dossier.pk}").json()["state"] == state
        assert [row["state"] for row in citizen.get("/dossiers").json()["rows"]] == [state]
        tab = "waiting" if state == "STOPPED" else "in_process"
        assert [row["state"] for row in officer.get("/worklist", tab=tab).json()["rows"]] == [state]
