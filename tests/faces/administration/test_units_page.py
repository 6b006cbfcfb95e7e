"""Units on the pages of the administration: browsed by level, found without diacritics, never beyond the own rights."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from motcua.domain.organisations import units
from motcua.domain.organisations.models import Unit
from motcua.foundation import clock
from motcua.foundation.models import AuditEntry
from tests.domain.organisations import factories as make
from tests.faces.administration.officers import browser_of
from tests.faces.pages import Browser

pytestmark = pytest.mark.django_db


def rows(answer: Any) -> list[str]:
    """The names in the table of units."""
    return re.findall(r'href="/can-bo/quan-tri/don-vi/\d+">([^<]+)</a>', answer.content.decode().split("<tbody>")[-1])


def test_the_first_page_shows_only_what_the_account_may_do() -> None:
    commune = make.commune()
    admin, idle = make.holder("UNIT_ADMIN", commune), make.officer(commune)

    offered = browser_of(admin).get("/can-bo/quan-tri/")
    nothing = browser_of(idle).get("/can-bo/quan-tri/")
    citizen = browser_of(make.person()).get("/can-bo/quan-tri/")
    stranger = Browser().get("/can-bo/quan-tri/")

    assert "/can-bo/quan-tri/don-vi" in offered.content.decode()
    assert "chưa được giao việc quản trị" in nothing.content.decode()
    assert "/can-bo/quan-tri/don-vi" not in nothing.content.decode()
    assert (citizen.status_code, stranger.status_code) == (403, 302)


def test_the_tree_is_browsed_by_level_within_the_own_rights() -> None:
    province, other = make.province("Tỉnh Lâm Đồng"), make.province("Tỉnh Đắk Lắk")
    make.commune(province, "Phường Xuân Hương")
    make.commune(other, "Xã Ea Kar")
    browser = browser_of(make.holder("UNIT_ADMIN", province))

    top = rows(browser.get("/can-bo/quan-tri/don-vi"))
    level = browser.get(f"/can-bo/quan-tri/don-vi/{province.pk}/truc-thuoc")
    foreign = browser.get(f"/can-bo/quan-tri/don-vi/{other.pk}/truc-thuoc")
    unknown = browser.get("/can-bo/quan-tri/don-vi/999999999/truc-thuoc")

    assert (top, rows(level)) == (["Tỉnh Lâm Đồng"], ["Phường Xuân Hương"])
    assert [unit.name for unit in level.context["page"].line] == ["Tỉnh Lâm Đồng"]  # the nation above is not linked
    assert (foreign.status_code, unknown.status_code) == (403, 404)


def test_a_unit_is_found_without_diacritics_and_only_where_the_account_may_see_it() -> None:
    province, other = make.province("Thành phố Hà Nội"), make.province("Thành phố Huế")
    make.commune(province, "Phường Đống Đa")
    make.commune(other, "Phường Đống Đa Huế")
    browser = browser_of(make.holder("UNIT_ADMIN", province))

    found = browser.get("/can-bo/quan-tri/don-vi", tim="  DONG da ")
    wild = browser.get("/can-bo/quan-tri/don-vi", tim="%").content.decode()

    assert rows(found) == ["Phường Đống Đa"]
    assert "Không có đơn vị nào khớp" in wild


def test_a_long_level_is_paged_and_every_unit_stands_on_one_page() -> None:
    province = make.province()
    made = {make.commune(province).code for _ in range(53)}
    browser = browser_of(make.holder("UNIT_ADMIN", province))

    first = browser.get(f"/can-bo/quan-tri/don-vi/{province.pk}/truc-thuoc")
    second = browser.get(first.context["following"])

    pages = [[row.code for row in answer.context["page"].rows] for answer in (first, second)]
    assert [len(codes) for codes in pages] == [50, 3]
    assert {*pages[0], *pages[1]} == made
    assert second.context["following"] == ""


def test_the_page_of_a_unit_shows_its_history_its_plans_and_the_rights_given_there() -> None:
    province = make.province()
    commune = make.commune(province, "Xã Tân An")
    root = make.holder("SYSADMIN", make.nation())
    make.holder("RECEPTION", commune, "Bùi Thị Lan")
    units.rename_unit(root, commune.pk, name="Phường Tân An", on=date(2026, 1, 1), reason="Nghị quyết 1")
    units.rename_unit(
        root, commune.pk, name="Phường An Tân", on=clock.today() + timedelta(days=40), reason="Nghị quyết 2"
    )

    page = browser_of(make.holder("UNIT_ADMIN", province)).get(f"/can-bo/quan-tri/don-vi/{commune.pk}").content.decode()
    foreign = browser_of(make.holder("UNIT_ADMIN", make.province())).get(f"/can-bo/quan-tri/don-vi/{commune.pk}")

    places = [page.index(text) for text in ("Phường An Tân", "Chưa có hiệu lực", "Nghị quyết 1", "Xã Tân An")]
    assert places == sorted(places)
    assert re.search(r"Bùi Thị Lan</h3><p[^>]*>Cán bộ tiếp nhận", page)
    assert foreign.status_code == 403


def change(browser: Browser, unit_id: int, what: str, **fields: str) -> int:
    form = {"on": str(clock.today()), "reason": "Nghị quyết 12/NQ-HĐND"} | fields
    return browser.post(f"/can-bo/quan-tri/don-vi/{unit_id}/thay-doi/{what}", form).status_code


def test_a_unit_is_added_renamed_moved_and_merged_on_pages() -> None:
    north, south = make.province(), make.province()
    heir = make.commune(south, "Xã Kế Thừa")
    root = make.holder("SYSADMIN", make.nation())
    browser = browser_of(root)
    tomorrow = str(clock.today() + timedelta(days=1))

    added = browser.post(
        f"/can-bo/quan-tri/don-vi/{north.pk}/them",
        {"code": "h99.900.001", "name": "Xã  Mới", "kind": "COMMUNE", "gso_code": "99001", "on": str(clock.today())},
    )
    made = Unit.objects.get(code="H99.900.001")
    assert (added.status_code, made.name, made.level, made.parent_id) == (302, "Xã Mới", "COMMUNE", north.pk)
    assert change(browser, made.pk, "doi-ten", name="Phường Mới", on=tomorrow) == 302
    made.refresh_from_db()
    assert made.name == "Xã Mới"
    with clock.travel(clock.now() + timedelta(days=2)):
        browser = browser_of(root)
        units.apply_due_changes()
        made.refresh_from_db()
        assert made.name == "Phường Mới"
        assert change(browser, made.pk, "chuyen", other=south.code) == 302
        assert change(browser, made.pk, "sap-nhap", other=heir.code, on=str(clock.today() + timedelta(days=3))) == 302
        page = browser.get(f"/can-bo/quan-tri/don-vi/{made.pk}").content.decode()
    made.refresh_from_db()
    assert (made.parent_id, made.successor_id, made.end_reason) == (south.pk, heir.pk, "Nghị quyết 12/NQ-HĐND")
    assert "Xã Mới" in page
    acts = AuditEntry.objects.filter(subject_kind="unit", subject_id="H99.900.001").order_by("pk")
    assert [row.action for row in acts if row.actor_kind == "staff"] == [
        "unit.create",
        "unit.rename",
        "unit.move",
        "unit.merge",
    ]


def test_what_the_tree_does_not_allow_is_refused_in_words_and_typing_kept() -> None:
    province = make.province()
    commune = make.commune(province)
    browser = browser_of(make.holder("SYSADMIN", make.nation()))
    below = {"code": "H99.1", "name": "Phòng A", "kind": "DEPARTMENT", "on": str(clock.today())}
    add = f"/can-bo/quan-tri/don-vi/{commune.pk}/them"

    assert change(browser, commune.pk, "doi-ten", name="Phường X", reason=" ") == 422
    assert change(browser, commune.pk, "doi-ten", name=" ") == 422
    assert change(browser, commune.pk, "doi-ten", name="X", on="") == 422
    assert change(browser, province.pk, "chuyen", other=commune.code) == 409  # a parent loop
    assert change(browser, commune.pk, "chuyen", other="KHÔNG") == 422
    assert change(browser, province.pk, "sap-nhap", other=commune.code) == 409  # units below it exist
    assert change(browser, commune.pk, "no", name="X") == 404
    bad: list[dict[str, str]] = [{"code": "a b"}, {"name": ""}, {"kind": "COMMUNE"}, {"kind": "?"}, {"gso_code": "12"}]
    assert [browser.post(add, below | wrong).status_code for wrong in bad] == [422] * 5
    assert browser.post(add, below | {"code": province.code}).status_code == 409
    typed = browser.post(add, below | {"code": "?", "name": "Phòng Văn hóa"}).content.decode()
    assert 'value="Phòng Văn hóa"' in typed


def test_changes_of_the_tree_stop_at_the_border_of_the_subtree() -> None:
    mine, foreign = make.province(), make.province()
    unit, other = make.commune(mine), make.commune(foreign)
    browser = browser_of(make.holder("UNIT_ADMIN", mine))
    monitor = browser_of(make.holder("MONITOR", mine))

    assert change(browser, other.pk, "doi-ten", name="X") == 403
    assert change(browser, unit.pk, "chuyen", other=foreign.code) == 403
    assert change(browser, unit.pk, "sap-nhap", other=other.code) == 403
    assert browser.get(f"/can-bo/quan-tri/don-vi/{foreign.pk}/them").status_code == 403
    assert change(monitor, unit.pk, "doi-ten", name="X") == 403
    assert "Thay đổi đơn vị" not in monitor.get(f"/can-bo/quan-tri/don-vi/{unit.pk}").content.decode()
