"""One draft open in two windows: what either person typed is seen and chosen, never silently replaced (SES-02)."""

from __future__ import annotations

from typing import Any

from motcua.domain.dossiers import services
from motcua.domain.dossiers.models import Draft
from tests.domain.dossiers.conftest import own_file_store, world
from tests.domain.dossiers.world import FREE, World
from tests.faces.browser_form import controls
from tests.faces.pages import Browser

__all__ = ["own_file_store", "world"]


def _sent(page: Any, **typed: str) -> dict[str, str]:
    return {**controls(page.content.decode().split("<form", 2)[-1]), **typed, "then": "later"}


def _form(draft: Draft) -> dict[str, Any]:
    return Draft.objects.get(pk=draft.pk).form


def test_the_second_window_sees_what_the_first_saved_and_decides(world: World):
    draft = services.open_draft(world.citizen, world.service(FREE), locality_id=world.commune.pk)
    address = f"/to-khai/{draft.pk}/muc/2"
    browser = Browser(world.citizen)
    first, second = browser.get(address), browser.get(address)

    assert browser.post(address, _sent(first, residence_periods="Từ 2001 đến 2019 tại Ba Đình")).status_code in {
        302,
        422,
    }
    clash = browser.post(address, _sent(second, residence_periods="Từ 2001 đến nay tại Ba Đình"))

    said = clash.content.decode()
    assert (clash.status_code, _form(draft)["residence_periods"]) == (409, "Từ 2001 đến 2019 tại Ba Đình")
    assert "vừa được sửa ở cửa sổ hoặc thiết bị khác" in said
    assert "Từ 2001 đến 2019 tại Ba Đình" in said
    assert controls(said)["residence_periods"] == "Từ 2001 đến nay tại Ba Đình"

    again = browser.post(address, _sent(clash))
    assert again.status_code in {302, 422}
    assert _form(draft)["residence_periods"] == "Từ 2001 đến nay tại Ba Đình"


def test_saving_while_typing_refuses_the_older_window_and_keeps_up_the_newer_one(world: World):
    draft = services.open_draft(world.citizen, world.service(FREE), locality_id=world.commune.pk)
    address = f"/to-khai/{draft.pk}/muc/2"
    browser = Browser(world.citizen)
    page = browser.get(address)

    kept = browser.post(f"{address}/luu", _sent(page, residence_periods="Bản án số 12"))
    newer = {
        **_sent(page, residence_periods="Từ 2001 đến 2019 tại Ba Đình"),
        "_seen": controls(kept.content.decode())["_seen"],
    }
    assert "Đã lưu lúc" in browser.post(f"{address}/luu", newer).content.decode()
    assert _form(draft)["residence_periods"] == "Từ 2001 đến 2019 tại Ba Đình"

    older = browser.post(f"{address}/luu", _sent(page, residence_periods="Không có"))
    assert "Chưa lưu nội dung đang nhập" in older.content.decode()
    assert _form(draft)["residence_periods"] == "Từ 2001 đến 2019 tại Ba Đình"


def test_marks_that_nobody_gave_are_no_marks(world: World):
    draft = services.open_draft(world.citizen, world.service(FREE), locality_id=world.commune.pk)
    address = f"/to-khai/{draft.pk}/muc/2/luu"

    for strange in ("", "[]", "{", '"x"', '{"residence_periods": 5}'):
        sent = {"residence_periods": f"Bản án {len(strange)}", "_seen": strange}
        assert Browser(world.citizen).post(address, sent).status_code == 200
