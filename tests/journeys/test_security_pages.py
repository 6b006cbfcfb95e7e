"""The security officer's pages, on a phone and at a desk, readable for everybody."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from motcua.domain.dossiers import readers
from motcua.domain.organisations import queries as units
from motcua.domain.organisations.models import Unit
from motcua.foundation import security
from motcua.foundation.security_kinds import SecurityKind
from tests.domain.dossiers.world import FREE, officer, small_world
from tests.journeys.conftest import Walk
from tests.journeys.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_security_officers_view(walk: Walk) -> None:
    small_world(FREE)
    guard = officer("SEC_OFFICER", Unit.objects.get(pk=units.nation_id()), "Ngô Thị An")
    for kind in SecurityKind:
        with security.coming_from("203.0.113.9"):
            security.note(kind, "thử")

    sign_in(walk.page, walk.address, guard)
    walk.visit("/can-bo/quan-tri/")
    walk.page.get_by_role("link", name="An toàn thông tin").click()
    walk.look("security-view")
    walk.page.get_by_role("link", name="Biểu mẫu giả mạo").click()

    expect(walk.page.get_by_role("table").nth(1).get_by_role("row")).to_have_count(2)


def test_the_audit_log_and_the_pages_about_one_s_own_account(walk: Walk) -> None:
    world = small_world(FREE)
    dossier = world.submitted(FREE)
    readers.note_read(world.reception, dossier, "detail")
    guard = officer("SEC_OFFICER", Unit.objects.get(pk=units.nation_id()), "Ngô Thị An")

    sign_in(walk.page, walk.address, world.citizen)
    walk.visit("/ca-nhan")
    walk.page.get_by_role("link", name="Ai đã xem dữ liệu của tôi").click()
    walk.look("data-readers")
    sign_in(walk.page, walk.address, world.citizen)
    walk.visit("/tai-khoan/bao-mat", "account-security")
    walk.page.get_by_role("button", name="Kết thúc mọi phiên khác").click()
    expect(walk.page.get_by_role("button", name="Kết thúc mọi phiên khác")).to_have_count(0)
    sign_in(walk.page, walk.address, guard)
    walk.visit("/can-bo/quan-tri/nhat-ky", "audit-log")
    walk.page.get_by_label("Loại đối tượng").fill("dossier")
    walk.page.get_by_role("button", name="Tìm", exact=True).click()
    expect(walk.page.get_by_role("cell", name="dossier.read")).to_be_visible()
