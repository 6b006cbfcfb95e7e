"""Every refusal of an officer says what is missing and who can grant it, and asks for it by one button (ACC-09)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from motcua.domain.organisations.defects.models import AccountDefect
from motcua.domain.organisations.models import Account
from motcua.domain.organisations.services import Right, grant_role
from tests.domain.dossiers.world import World, principal, small_world
from tests.domain.organisations import factories as make
from tests.faces.administration.officers import browser_of
from tests.faces.pages import Browser

pytestmark = pytest.mark.django_db
PAGE = "/can-bo/quan-tri/chan-doan"
ASK = "/can-bo/quan-tri/de-nghi-quyen"


@pytest.fixture
def world(db: None) -> World:
    return small_world()


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main")[-1]))


def hidden(answer: Any) -> dict[str, str]:
    """What the button of the refusal sends."""
    form = answer.content.decode().split(f'action="{ASK}"')[1].split("</form>")[0]
    return dict(re.findall(r'name="(action|unit|field)" value="([^"]*)"', form))


@pytest.mark.requirement("ACC-09")
def test_an_officer_without_the_area_learns_what_is_missing_asks_and_is_allowed_without_signing_on_again(
    world: World,
) -> None:
    """The whole way: refused on the page, diagnosed, asked for by one click, granted, allowed in the same session."""
    admin = make.holder("UNIT_ADMIN", world.province, "Quản trị Q")
    dossier = world.submitted()
    browser = Browser(world.stranger)
    act = f"/can-bo/ho-so/{dossier.pk}/thao-tac/receive"

    refused = browser.post(act, {})
    told = browser_of(admin).get(
        PAGE, **{"tai-khoan": "Vu Van La", "ma-ho-so": dossier.code, "chuc-nang": "dossier.receive"}
    )

    assert refused.status_code == 403
    assert "Quản trị Q (Thành phố Hà Nội)" in text_of(refused)
    assert "Không được phép: Vũ Văn Lạ, tiếp nhận hồ sơ" in text_of(told)
    assert "Thiếu địa bàn: " in text_of(told)
    assert "Quản trị Q (Thành phố Hà Nội)" in text_of(told)

    asked = browser.post(ASK, hidden(refused))
    defect = AccountDefect.objects.get()
    assert asked.headers["Location"] == f"/can-bo/quan-tri/vuong-mac-tai-khoan/{defect.pk}"
    assert (defect.kind, defect.wanted_action) == ("WRONG_RIGHT", "dossier.receive")
    assert defect.wanted_unit_id == dossier.receiving_unit_id
    assert "Đã gửi đề nghị cấp quyền" in text_of(browser.get(asked.headers["Location"]))
    assert str(defect.pk) in text_of(browser_of(admin).get("/can-bo/quan-tri/vuong-mac-tai-khoan"))

    grant_role(admin, world.stranger.account_id, Right("RECEPTION", world.commune.pk), reason="Theo đề nghị")
    allowed = browser_of(admin).get(
        PAGE, **{"tai-khoan": "Vũ Văn Lạ", "ma-ho-so": dossier.code, "chuc-nang": "dossier.receive"}
    )
    assert "Được phép: Vũ Văn Lạ, tiếp nhận hồ sơ" in text_of(allowed)
    assert "Cán bộ tiếp nhận tại Phường Ba Đình" in text_of(allowed)
    done = browser.post(act, {})
    assert done.status_code == 302
    dossier.refresh_from_db()
    assert dossier.state == "RECEIVED"


def test_an_officer_who_does_not_see_a_dossier_is_led_to_the_reason(world: World) -> None:
    dossier = world.submitted()
    browser = Browser(world.stranger)

    unseen = browser.get(f"/can-bo/ho-so/{dossier.pk}")
    why = browser.get(PAGE, **{"ma-ho-so": dossier.code})

    assert unseen.status_code == 404
    assert PAGE in unseen.content.decode()
    assert "Thiếu địa bàn: " in text_of(why)
    browser.post(ASK, hidden(why))
    assert AccountDefect.objects.get().kind == "SEES_NO_DOSSIER"
    assert PAGE not in Browser(world.neighbour).get(f"/ho-so/{dossier.pk}").content.decode()


def test_acts_outside_ones_rights_can_be_asked_for_on_the_dossiers_page(world: World) -> None:
    dossier = world.submitted()
    browser = Browser(world.processor)

    shown = browser.get(f"/can-bo/ho-so/{dossier.pk}")
    browser.post(ASK, hidden(shown))

    assert AccountDefect.objects.get().wanted_action == "dossier.receive"


def test_the_diagnostic_answers_for_a_function_at_a_unit(world: World) -> None:
    admin = make.holder("UNIT_ADMIN", world.province)
    idle = make.officer(world.commune, "Kiều Anh Tuấn")

    asked = {"tai-khoan": "kieu anh tuan", "chuc-nang": "feedback.answer", "don-vi": "phường ba đình"}
    told = browser_of(admin).get(PAGE, **asked)
    mine = browser_of(idle).get(PAGE, **{"chuc-nang": "feedback.answer", "don-vi": world.commune.code})

    assert "Thiếu chức năng: trả lời phản ánh, kiến nghị tại Phường Ba Đình" in text_of(told)
    assert ASK not in told.content.decode()  # one asks for oneself
    assert ASK in mine.content.decode()
    for wrong, words in (({"don-vi": "H99"}, "Không có đơn vị"), ({"ma-ho-so": "xx"}, "Mã hồ sơ")):
        answer = browser_of(admin).get(PAGE, **{"chuc-nang": "feedback.answer", **wrong})
        assert answer.status_code in (404, 422)
        assert words in text_of(answer)


def test_others_accounts_are_not_diagnosed_by_who_may_not_see_them(world: World) -> None:
    officer = make.officer(world.commune)
    stranger = Account.objects.get(pk=world.stranger.account_id)
    asked = {"tai-khoan": str(stranger.pk), "chuc-nang": "dossier.view", "don-vi": world.commune.code}

    told = browser_of(officer).get(PAGE, **asked)
    citizen = Browser(world.citizen).get(PAGE)

    assert "Không tìm thấy tài khoản trong phạm vi" in text_of(told)
    assert stranger.display_name not in text_of(told)
    assert (citizen.status_code, Browser().get(PAGE).status_code) == (403, 302)
    assert "Còn thiếu quyền" not in text_of(citizen)


def test_a_page_for_administrators_refuses_with_the_way_to_ask(world: World) -> None:
    make.holder("UNIT_ADMIN", world.commune, "Nguyễn Thị Quản Trị")
    browser = Browser(principal(make.officer(world.commune)))

    refused = browser.get("/can-bo/quan-tri/vuong-mac-tai-khoan/ghi-nhan")

    assert refused.status_code == 403
    assert "ghi nhận vướng mắc tài khoản" in text_of(refused)
    assert hidden(refused) == {"action": "account_defect.report", "unit": world.commune.code, "field": ""}


def test_two_accounts_of_one_name_are_offered_for_choice(world: World) -> None:
    admin = make.holder("UNIT_ADMIN", world.province)
    first, second = (make.officer(world.commune, "Nguyễn Văn Phúc") for _ in range(2))

    told = browser_of(admin).get(PAGE, **{"tai-khoan": "Nguyễn Văn Phúc"}).content.decode()

    assert str(first.pk) in told
    assert str(second.pk) in told
    chosen = browser_of(admin).get(
        PAGE, **{"tai-khoan": str(second.pk), "chuc-nang": "dossier.view", "don-vi": world.commune.code}
    )
    assert "Không được phép: Nguyễn Văn Phúc" in text_of(chosen)
