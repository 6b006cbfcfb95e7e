"""An organisation's representative delegates; the delegate submits in its name; taken back, it ends at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from motcua.domain.dossiers import services
from motcua.domain.dossiers.models import Dossier
from motcua.domain.people.mandates import mandate_of
from motcua.domain.people.signon import principal_of
from motcua.foundation import clock
from tests.domain.dossiers.world import CHARGED, small_world
from tests.domain.people import factories as people
from tests.journeys.conftest import Walk
from tests.journeys.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_delegate_submits_in_the_organisation_s_name_until_it_is_taken_back(walk: Walk, browser: Any) -> None:
    world = small_world(CHARGED)
    company = people.organisation(name="Công ty TNHH Hoa Sen Đỏ")
    boss = people.acting_for(company, people.person("Đoàn Thị Mai"))
    nam = people.person("Vũ Hải Nam", number="036092999008")
    assert nam.account is not None
    representative, mai = walk, walk.page
    sign_in(mai, walk.address, boss)

    representative.visit("/ca-nhan/tu-cach", "capacity-representative")
    mai.get_by_role("link", name="Phân quyền cho cá nhân khác").click()
    mai.get_by_label("Số giấy tờ").fill("12345678901")
    mai.get_by_role("button", name="Phân quyền", exact=True).click()
    expect(mai.get_by_role("alert")).to_contain_text("gồm đúng 12 chữ số")
    representative.look("delegations-errors")
    mai.get_by_label("Số giấy tờ").fill("036092999008")
    mai.get_by_label("Họ, chữ đệm và tên").fill("Vũ Hải Nam")
    mai.get_by_label("Chỉ các dịch vụ có mã sau").check()
    mai.get_by_label("Mã dịch vụ công").fill(world.service(CHARGED))
    last_day = clock.to_local(clock.now() + timedelta(days=20))
    mai.get_by_label("Có hiệu lực đến hết ngày").fill(last_day.strftime("%d/%m/%Y"))
    mai.get_by_role("button", name="Phân quyền", exact=True).click()
    expect(mai.get_by_role("heading", name="Vũ Hải Nam")).to_be_visible()
    representative.look("delegations")

    context = browser.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
    delegate = Walk(context.new_page(), walk.address)
    page = delegate.page
    sign_in(page, walk.address, principal_of(nam.account, nam, None, 2))
    delegate.visit("/ca-nhan/tu-cach")
    page.get_by_role("button", name="Làm tiếp với tư cách Công ty TNHH Hoa Sen Đỏ").click()
    expect(page.get_by_text("Thay mặt Công ty TNHH Hoa Sen Đỏ", exact=True)).to_be_visible()
    delegate.visit("/ca-nhan/tu-cach", "capacity-delegate")
    acting = principal_of(nam.account, nam, company, 2, mandate_of(company.pk, nam.pk))
    ready = world.submission(CHARGED, by=acting)
    draft = services.open_draft(acting, world.service(CHARGED), answers=ready.form, locality_id=ready.locality_id)
    for code, file_id in ready.files:
        services.add_file(acting, draft.pk, code, file_id)
    delegate.visit(f"/to-khai/{draft.pk}/kiem-tra")
    page.get_by_role("button", name="Nộp hồ sơ").click()
    page.wait_for_url("**/da-nop")
    dossier = Dossier.objects.get()
    assert (dossier.owner_party_id, dossier.submitted_by_id) == (company.pk, nam.account.pk)
    delegate.visit(f"/ho-so/{dossier.pk}", "dossier-on-behalf")
    expect(page.get_by_text("Vũ Hải Nam thay mặt Công ty TNHH Hoa Sen Đỏ")).to_be_visible()

    mai.get_by_role("button", name="Thu hồi phân quyền của Vũ Hải Nam").click()
    expect(mai.get_by_text("Đã thu hồi lúc")).to_be_visible()
    delegate.visit("/ho-so", "capacity-ended", status=403)
    expect(page.get_by_role("heading", level=1)).to_contain_text("không còn được thực hiện thủ tục thay tổ chức")
    page.get_by_role("link", name="Chọn tư cách thực hiện").click()
    page.get_by_role("button", name="Làm tiếp với tư cách Vũ Hải Nam").click()
    delegate.visit("/ho-so")
    expect(page.get_by_text(dossier.code)).to_have_count(0)
    context.close()


@pytest.mark.parametrize("name", ["dang-nhap", "to-chuc", "nguoi-nuoc-ngoai", "nop-truc-tiep"])
def test_a_guide_is_readable_for_everybody(walk: Walk, name: str) -> None:
    walk.visit(f"/tro-giup/{name}", f"guide-{name}")
