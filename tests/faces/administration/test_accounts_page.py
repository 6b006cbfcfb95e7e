"""Accounts and rights on pages: found, opened, given rights, suspended; never beyond the own subtree and rights."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from motcua.domain.organisations.access import Place, can
from motcua.domain.organisations.models import Account, AccountRequest, AccountReview, Grant, GrantRequest, Unit
from motcua.domain.organisations.policies import DORMANT_DAYS
from motcua.domain.people.models import StaffIdentity
from motcua.foundation import clock
from motcua.foundation.models import AuditEntry
from tests.domain.dossiers.world import applicant
from tests.domain.organisations import factories as make
from tests.faces.administration.officers import browser_of
from tests.faces.pages import Browser

pytestmark = pytest.mark.django_db
HOME = "/can-bo/quan-tri/tai-khoan"


def names(answer: Any) -> list[str]:
    return [row.display_name for row in answer.context["page"].rows]


def test_accounts_are_found_by_name_unit_role_and_state_within_the_own_subtree() -> None:
    province = make.province()
    here, there = make.commune(province), make.commune(province)
    admin = make.holder("UNIT_ADMIN", province, "Quản Trị")
    make.holder("RECEPTION", here, "Bùi Thị Lan")
    asleep = make.holder("PROCESSOR", there, "Đặng Văn Hùng")
    Account.objects.filter(pk=asleep.pk).update(
        is_active=False, last_login=clock.now() - timedelta(days=DORMANT_DAYS.get() + 1)
    )
    make.holder("RECEPTION", make.commune(), "Bùi Người Ngoài")
    browser = browser_of(admin)

    assert names(browser.get(HOME)) == ["Quản Trị", "Bùi Thị Lan", "Đặng Văn Hùng"]
    assert names(browser.get(HOME, tim="bui")) == ["Bùi Thị Lan"]
    assert names(browser.get(HOME, **{"don-vi": there.code})) == ["Đặng Văn Hùng"]
    assert names(browser.get(HOME, **{"vai-tro": "RECEPTION"})) == ["Bùi Thị Lan"]
    assert names(browser.get(HOME, **{"trang-thai": "SUSPENDED"})) == ["Đặng Văn Hùng"]
    assert names(browser.get(HOME, **{"lau-khong-dung": "1"})) == []  # suspended ones are not dormant, they are closed
    assert browser.get(HOME, **{"don-vi": "KHÔNG CÓ"}).status_code == 422
    assert browser.get(HOME, sau="x").status_code == 422


def test_an_account_is_opened_for_a_person_and_given_a_right() -> None:
    commune = make.commune()
    browser = browser_of(make.holder("UNIT_ADMIN", commune))

    opened = browser.post(
        f"{HOME}/mo", {"display_name": "Lê Thị Hoa", "unit": commune.code.lower(), "citizen_id": "001190999731"}
    )
    account = Account.objects.get(display_name="Lê Thị Hoa")
    given = browser.post(
        f"{HOME}/{account.pk}/quyen",
        {"role": "RECEPTION", "unit": commune.code, "until": "2099-12-31", "reason": "Quyết định 12/QĐ-UBND"},
    )
    page = browser.get(f"{HOME}/{account.pk}").content.decode()

    assert opened.headers["Location"] == given.headers["Location"] == f"{HOME}/{account.pk}"
    assert can(account, "dossier.receive", Place(commune.pk))
    assert account.grants.get().valid_until == clock.local(2100, 1, 1)  # to the end of that day
    assert StaffIdentity.objects.filter(account=account).exists()
    assert "Quyết định 12/QĐ-UBND" in page
    assert "001190999731" not in page


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"role": "SYSADMIN"}, 403),
        ({"role": "RECON"}, 403),
        ({"unit": "foreign"}, 403),
        ({"unit": ""}, 422),
        ({"reason": "  "}, 422),
        ({"until": "31/12/2099"}, 422),
        ({"until": "2020-01-01"}, 422),
        ({"field": "G15-KHÔNG"}, 422),
        ({"role": "<script>"}, 403),
    ],
)
def test_a_right_beyond_the_own_ones_or_without_sense_is_refused_and_typing_kept(
    change: dict[str, str], status: int
) -> None:
    commune, foreign = make.commune(), make.commune()
    officer = make.officer(commune)
    form = {"role": "RECEPTION", "unit": commune.code, "reason": "Quyết định 12"} | change
    form["unit"] = foreign.code if form["unit"] == "foreign" else form["unit"]

    answer = browser_of(make.holder("UNIT_ADMIN", commune)).post(f"{HOME}/{officer.pk}/quyen", form)

    assert answer.status_code == status
    assert not Grant.objects.filter(account=officer).exists()
    if status == 422:
        assert 'role="alert"' in answer.content.decode()
    else:
        assert AuditEntry.objects.filter(outcome="refused").exists()


def test_an_administrators_role_waits_on_the_page_for_a_second_administrator() -> None:
    province = make.province()
    commune = make.commune(province)
    first, second = make.holder("UNIT_ADMIN", province, "Thứ Nhất"), make.holder("UNIT_ADMIN", province, "Thứ Hai")
    officer = make.officer(commune, "Ứng Viên")
    form = {"role": "UNIT_ADMIN", "unit": commune.code, "reason": "Quyết định 12"}

    browser_of(first).post(f"{HOME}/{officer.pk}/quyen", form)
    asked = GrantRequest.objects.get()
    own = browser_of(first).post(f"/can-bo/quan-tri/yeu-cau/quyen/{asked.pk}/chap-thuan", {})
    waiting = browser_of(second).get("/can-bo/quan-tri/yeu-cau").content.decode()
    confirmed = browser_of(second).post(f"/can-bo/quan-tri/yeu-cau/quyen/{asked.pk}/chap-thuan", {})

    assert own.status_code == 403
    assert "Ứng Viên" in waiting
    assert confirmed.status_code == 302
    assert can(officer, "account.grant", Place(commune.pk))


def test_a_person_without_an_account_asks_for_one_and_signs_on_to_it() -> None:
    commune = make.commune(name="Phường Giảng Võ")
    citizen = applicant("Kiều Anh Tuấn")
    asking, admin = Browser(citizen), browser_of(make.holder("UNIT_ADMIN", commune))

    found = asking.get("/can-bo/quan-tri/xin-cap-tai-khoan", tim="giang vo").content.decode()
    form = asking.get("/can-bo/quan-tri/xin-cap-tai-khoan", unit=commune.code).content.decode()
    sent = asking.post(
        "/can-bo/quan-tri/xin-cap-tai-khoan",
        {"unit": commune.code, "roles": ["RECEPTION"], "reason": "Được phân công tiếp nhận"},
    )
    request = AccountRequest.objects.get()
    decided = admin.post(f"/can-bo/quan-tri/yeu-cau/tai-khoan/{request.pk}/chap-thuan", {})

    request.refresh_from_db()
    assert "Phường Giảng Võ" in found
    assert 'value="RECEPTION"' in form
    assert 'value="UNIT_ADMIN"' not in form
    assert (sent.status_code, decided.status_code, request.state) == (302, 302, "APPROVED")
    link = StaffIdentity.objects.get(account=request.account_id)
    assert link.person_id == citizen.person_id
    assert can(request.account, "dossier.receive", Place(commune.pk))


def test_a_second_account_for_the_same_person_is_not_opened() -> None:
    commune = make.commune()
    citizen, admin = applicant(), make.holder("UNIT_ADMIN", commune)
    for _ in range(2):
        ask = {"unit": commune.code, "roles": ["RECEPTION"], "reason": "Được phân công"}
        Browser(citizen).post("/can-bo/quan-tri/xin-cap-tai-khoan", ask)
        request = AccountRequest.objects.order_by("-pk")[0]
        last = browser_of(admin).post(f"/can-bo/quan-tri/yeu-cau/tai-khoan/{request.pk}/chap-thuan", {})

    assert last.status_code == 409
    assert StaffIdentity.objects.count() == 1
    assert AccountRequest.objects.order_by("-pk")[0].state == "PENDING"


def test_the_life_of_an_account_is_changed_on_its_page() -> None:
    province = make.province()
    here, there = make.commune(province), make.commune(province)
    browser = browser_of(make.holder("UNIT_ADMIN", province))
    officer = make.holder("RECEPTION", here)

    def act(verb: str, **fields: str) -> int:
        return browser.post(f"{HOME}/{officer.pk}/thao-tac/{verb}", {"reason": "Quyết định 12"} | fields).status_code

    assert (act("suspend"), act("suspend"), act("activate")) == (302, 409, 302)
    assert (act("transfer", unit=there.code), act("transfer", unit="?")) == (302, 422)
    assert (act("leave", reason=" "), act("leave"), act("explode")) == (422, 302, 404)
    officer.refresh_from_db()
    assert (officer.unit, officer.is_active, officer.left_at is None) == (there, False, False)


def test_every_act_of_an_administrator_stops_at_the_border_of_the_subtree() -> None:
    mine, foreign = make.province(), make.province()
    officer = make.holder("RECEPTION", foreign)
    asked = AccountRequest.objects.create(
        display_name="X", unit=foreign, roles=["RECEPTION"], reason="x", requested_by=make.person(), for_oneself=True
    )
    browser = browser_of(make.holder("UNIT_ADMIN", mine))
    grant = officer.grants.get()
    tries = [
        browser.get(f"{HOME}/{officer.pk}"),
        browser.post(f"{HOME}/mo", {"display_name": "Ai đó", "unit": foreign.code}),
        browser.post(f"{HOME}/{officer.pk}/quyen", {"role": "RETURN", "unit": foreign.code, "reason": "x"}),
        browser.post(f"{HOME}/{officer.pk}/quyen", {"role": "RETURN", "unit": mine.code, "reason": "x"}),
        browser.post(f"{HOME}/{officer.pk}/quyen/{grant.pk}/thu-hoi", {"reason": "x"}),
        browser.post(f"{HOME}/ra-soat", {"account": [str(officer.pk)]}),
        *(
            browser.post(f"{HOME}/{officer.pk}/thao-tac/{verb}", {"reason": "x", "unit": mine.code})
            for verb in ("suspend", "leave", "transfer")
        ),
        browser.post(f"/can-bo/quan-tri/yeu-cau/tai-khoan/{asked.pk}/chap-thuan", {}),
        browser.post("/can-bo/quan-tri/yeu-cau/moi", {"display_name": "A", "unit": foreign.code, "reason": "x"}),
    ]

    assert [answer.status_code for answer in tries] == [404] + [403] * (len(tries) - 1)
    officer.refresh_from_db()
    assert (officer.is_active, officer.unit, officer.grants.filter(revoked_at=None).count()) == (True, foreign, 1)
    assert not Account.objects.filter(display_name="Ai đó").exists()
    assert not AccountReview.objects.exists()


def test_a_review_on_the_list_is_recorded_for_the_chosen_accounts() -> None:
    province = make.province()
    browser = browser_of(make.holder("UNIT_ADMIN", province, "Quản Trị"))
    officer, other = make.officer(province), make.officer(province)

    browser.post(f"{HOME}/ra-soat", {"account": [str(officer.pk)], "note": "Đúng phân công"})

    reviewed = {row.account_id: row.reviewed_at for row in browser.get(HOME).context["page"].rows}
    assert reviewed[officer.pk] is not None
    assert reviewed[other.pk] is None


def test_reading_accounts_without_the_right_is_refused() -> None:
    commune: Unit = make.commune()
    answers = [browser_of(make.holder("RECEPTION", commune)).get(path) for path in (HOME, f"{HOME}/mo")]
    monitor = browser_of(make.holder("MONITOR", commune))

    assert [answer.status_code for answer in answers] == [403, 403]
    assert monitor.get(HOME).status_code == 200
    assert monitor.get(f"{HOME}/mo").status_code == 403


def test_an_account_opened_by_a_file_is_linked_to_its_person_on_its_page() -> None:
    commune = make.commune()
    browser = browser_of(make.holder("UNIT_ADMIN", commune))
    officer, other = make.officer(commune, "Lê Thị Hoa"), make.officer(commune)
    path = f"{HOME}/{officer.pk}"

    before = browser.get(path).content.decode()
    wrong = browser.post(f"{path}/danh-tinh", {"citizen_id": "123"})
    done = browser.post(f"{path}/danh-tinh", {"citizen_id": "001 190 999 751"})
    twice = browser.post(f"{HOME}/{other.pk}/danh-tinh", {"citizen_id": "001190999751"})
    after = browser.get(path).content.decode()

    assert (wrong.status_code, done.status_code, twice.status_code) == (422, 302, 409)
    assert StaffIdentity.objects.get(account=officer).person.full_name == "Lê Thị Hoa"
    assert "Liên kết danh tính" in before
    assert "Liên kết danh tính" not in after
    assert "001190999751" not in after
