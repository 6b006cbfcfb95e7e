"""Sessions as people meet them: never ended during work, warned of, and nothing lost when one ends."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from motcua.domain.catalogue.models import Service
from motcua.domain.dossiers.models import Dossier, Draft
from motcua.domain.people.sessions import idle_limit, warning_time
from motcua.foundation import clock
from tests.domain.dossiers.conftest import own_file_store
from tests.domain.dossiers.world import FREE, World, small_world
from tests.journeys.conftest import Walk
from tests.journeys.country import load_country, sign_on, vneid
from tests.journeys.signing_in import sign_in

__all__ = ["own_file_store", "vneid"]
pytestmark = pytest.mark.django_db(transaction=True)
EXTRACT = "2.000635"


@pytest.fixture
def world() -> World:
    return small_world(FREE)


@pytest.mark.requirement("SES-01")
def test_only_idle_time_ends_a_session_after_a_warning_that_can_be_answered(walk: Walk, world: World) -> None:
    page, start = walk.page, clock.now()
    draft = Draft.objects.create(
        account_id=world.citizen.account_id,
        party_id=world.citizen.party_id,
        service=Service.objects.get(code=world.service(FREE)),
        form={"purpose": "giữ nguyên"},
        created_at=start,
        updated_at=start,
    )
    with clock.travel(start, ticking=True):
        sign_in(page, walk.address, world.citizen)

    for minutes in range(10, 190, 10):  # three hours of work
        with clock.travel(start + timedelta(minutes=minutes), ticking=True):
            walk.visit("/ho-so")
            expect(page.get_by_role("link", name="Nguyễn Văn An")).to_be_visible()

    worked_until = start + timedelta(minutes=180)
    page.clock.install()
    with clock.travel(worked_until, ticking=True):
        walk.visit("/ho-so")
    warning = page.get_by_role("heading", name="Phiên làm việc sắp kết thúc")
    page.clock.fast_forward(int((idle_limit() - warning_time()).total_seconds() * 1000) - 5_000)
    expect(warning).to_be_hidden()
    page.clock.fast_forward(6_000)
    expect(warning).to_be_visible()
    walk.look("session-warning")
    warned_at = worked_until + idle_limit() - warning_time()
    with clock.travel(warned_at, ticking=True):
        page.get_by_role("button", name="Tiếp tục làm việc").click()
        expect(warning).to_be_hidden()

    with clock.travel(warned_at + idle_limit() - timedelta(minutes=1), ticking=True):
        walk.visit("/ho-so")
        expect(page).to_have_url(re.compile("/ho-so$"))
    with clock.travel(warned_at + 2 * idle_limit(), ticking=True):
        walk.visit("/ho-so")
        expect(page).to_have_url(re.compile("/dang-nhap"))
    assert Draft.objects.get(pk=draft.pk).form == {"purpose": "giữ nguyên"}


@pytest.mark.requirement("SES-02")
def test_what_was_under_way_when_a_session_ended_goes_on_after_signing_in_again(walk: Walk, vneid: str) -> None:
    load_country(EXTRACT)
    page = walk.visit(f"/dich-vu/{EXTRACT}.01/nop")
    sign_on(page, "Nguyễn Văn An")
    page.get_by_label("Tỉnh, thành phố").select_option("01")
    page.get_by_label("Xã, phường, đặc khu").select_option("00004")
    page.get_by_role("button", name="Bắt đầu").click()
    draft = Draft.objects.get()
    draft.form |= {
        "relationship": "SELF",
        "event_kind": "BIRTH",
        "subject_name": "Nguyễn Văn An",
        "subject_birth_date": "1985-03-12",
        "registered_commune": "00004",
    }
    draft.save()

    page.get_by_role("link", name="Số lượng").click()
    page.get_by_label("Số lượng bản sao").fill("3")
    Session.objects.all().delete()
    page.get_by_label("Mục đích sử dụng").fill("Làm hộ chiếu cho con")
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    sign_on(page, "Nguyễn Văn An")
    expect(page.get_by_role("status").first).to_contain_text("đã được giữ lại")
    expect(page.get_by_label("Số lượng bản sao")).to_have_value("3")
    expect(page.get_by_label("Mục đích sử dụng")).to_have_value("Làm hộ chiếu cho con")
    walk.look("restored-after-sign-on")
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    page.get_by_role("link", name="Tiếp tục").click()

    Session.objects.all().delete()
    page.get_by_role("button", name="Nộp hồ sơ").click()
    sign_on(page, "Nguyễn Văn An")
    expect(page.get_by_role("heading", name="Kiểm tra lại trước khi nộp")).to_be_visible()
    expect(page.get_by_text("Làm hộ chiếu cho con")).to_be_visible()
    page.get_by_role("button", name="Nộp hồ sơ").click()
    expect(page.get_by_role("heading", name="Đã nộp hồ sơ")).to_be_visible()
    assert Dossier.objects.get().form["purpose"] == "Làm hộ chiếu cho con"
