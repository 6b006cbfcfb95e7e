"""An inspection team reads its localities in its days, and nothing else; whatever it opens is on record (ACC-13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from motcua.domain.dossiers import services as dossiers
from motcua.domain.organisations import services
from motcua.domain.organisations.models import Account
from motcua.domain.organisations.services import Right
from motcua.domain.people.tokens import authenticate_token, install_token
from motcua.foundation import clock
from motcua.foundation.actor import Actor
from motcua.foundation.errors import Invalid
from motcua.foundation.models import AuditEntry
from tests.domain.dossiers.world import FREE, small_world
from tests.domain.organisations import factories as make
from tests.faces.administration.officers import browser_of

pytestmark = pytest.mark.django_db
OPEN = "/can-bo/quan-tri/tai-khoan/mo-kiem-tra"


@pytest.mark.requirement("ACC-13")
def test_an_account_for_2_to_6_june_works_then_and_is_refused_on_the_7th_and_leaves_every_access_on_record() -> None:
    with clock.travel(clock.local(2026, 6, 1, 9)):
        world = small_world(FREE)
        mine = world.submitted()
        other = replace(world.submission(FREE), locality_id=world.other_commune.pk)
        foreign = dossiers.submit(world.citizen, other)
        admin = make.holder("SYSADMIN", make.nation())
        form = {
            "display_name": "Đoàn khảo sát số 1",
            "unit": world.commune.code,
            "role": "SURVEYOR",
            "localities": world.commune.code,
            "first_day": "2026-06-02",
            "last_day": "2026-06-06",
            "reason": "Kế hoạch khảo sát 5/KH",
        }
        assert browser_of(admin).post(OPEN, form).status_code == 302
    team = Account.objects.get(display_name="Đoàn khảo sát số 1")
    path = f"/can-bo/ho-so/{mine.pk}"
    answers = {}
    for day, hour in ((1, 12), (2, 0), (6, 23), (7, 0)):
        with clock.travel(clock.local(2026, 6, day, hour)):
            browser = browser_of(team)
            answers[day] = [
                browser.get(path).status_code,
                browser.get("/api/v1/worklist?tab=to_receive").status_code,
                browser.post(f"{path}/thao-tac/receive", {}).status_code,
            ]
            listed = browser.get("/can-bo/").content.decode()
            assert (mine.code in listed) == (day in (2, 6))
            assert foreign.code not in listed

    assert answers == {1: [403, 403, 403], 2: [200, 200, 403], 6: [200, 200, 403], 7: [403, 403, 403]}
    rows = AuditEntry.objects.filter(action="inspection.access", actor_id=str(team.pk))
    assert rows.count() == 16
    assert set(rows.values_list("subject_id", flat=True)) == {
        "workbench:dossier",
        "workbench:act",
        "workbench:home",
        "api:api-v1:worklist",
        "-",
    }
    assert rows.filter(outcome="done", details__of__dossier_id=str(mine.pk)).count() == 2


def test_an_inspection_account_never_gets_a_working_right_nor_one_without_end_nor_a_token() -> None:
    commune = make.commune()
    admin = make.holder("UNIT_ADMIN", commune)
    until = clock.now() + timedelta(days=3)
    form = {
        "display_name": "Đoàn", "unit": commune.code, "role": "MONITOR", "localities": commune.code,
        "first_day": str(clock.today()), "last_day": str(clock.today()), "reason": "Kế hoạch 5",
    }  # fmt: skip
    browser_of(admin).post(OPEN, form)
    team = Account.objects.get(is_inspection=True)

    for right in (Right("RECEPTION", commune.pk, valid_until=until), Right("MONITOR", commune.pk)):
        with pytest.raises(Invalid):
            services.grant_role(admin, team.pk, right, reason="Quyết định")
    issued = install_token(team.pk, label="x", level=2, days=1, actor=Actor.job("test"))

    assert list(team.grants.values_list("role", flat=True)) == ["MONITOR"]
    assert authenticate_token(issued.secret) is None


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"role": "RECEPTION"}, 422),
        ({"localities": " , "}, 422),
        ({"localities": "KHÔNG"}, 422),
        ({"first_day": ""}, 422),
        ({"first_day": "2030-02-02", "last_day": "2030-02-01"}, 422),
        ({"first_day": "2030-02-02", "last_day": "2031-02-01"}, 422),
        ({"first_day": "2020-02-02", "last_day": "2020-02-03"}, 422),
        ({"role": "SURVEYOR"}, 403),
        ({"localities": "foreign"}, 403),
        ({"unit": "foreign"}, 403),
    ],
)
def test_an_inspection_beyond_the_rules_or_the_own_rights_is_not_opened(change: dict[str, str], status: int) -> None:
    commune, foreign = make.commune(), make.commune()
    form = {
        "display_name": "Đoàn", "unit": commune.code, "role": "MONITOR", "localities": commune.code,
        "first_day": str(clock.today()), "last_day": str(clock.today()), "reason": "Kế hoạch 5",
    } | {name: foreign.code if value == "foreign" else value for name, value in change.items()}  # fmt: skip

    answer = browser_of(make.holder("UNIT_ADMIN", commune)).post(OPEN, form)

    assert answer.status_code == status
    assert not Account.objects.filter(is_inspection=True).exists()
