"""Administrators act in their own subtree and never give more than they hold (ACC-03)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from motcua.domain.organisations import account_changes, account_directory, queries, services
from motcua.domain.organisations.access import Missing, Place, can, explain, record_refusal, require
from motcua.domain.organisations.account_directory import Wanted
from motcua.domain.organisations.models import Account, Grant
from motcua.domain.organisations.policies import DORMANT_DAYS
from motcua.domain.organisations.rules import AccountKind
from motcua.domain.organisations.services import Right
from motcua.foundation import clock
from motcua.foundation.errors import AccessDenied, Conflict, Invalid, NotFound
from motcua.foundation.models import AuditEntry
from tests.domain.refusals import refused

from . import factories as make

pytestmark = pytest.mark.django_db
REASON = "Quyết định phân công 12/QĐ-UBND"


def test_an_administrator_opens_an_account_and_gives_a_right_in_the_own_subtree() -> None:
    province = make.province()
    commune = make.commune(province)
    admin = make.holder("UNIT_ADMIN", province)

    account = services.create_account(admin, kind=AccountKind.STAFF, display_name="Lê Thị Hoa", unit_id=commune.pk)
    services.grant_role(admin, account.pk, Right("RECEPTION", commune.pk), reason=REASON)

    assert can(account, "dossier.receive", Place(commune.pk))
    rows = AuditEntry.objects.filter(subject_id=str(account.pk)).order_by("pk")
    assert [(row.action, row.actor_id, row.actor_role, row.actor_unit) for row in rows] == [
        ("account.create", str(admin.pk), "UNIT_ADMIN", province.code),
        ("grant.give", str(admin.pk), "UNIT_ADMIN", province.code),
    ]
    assert rows[1].details["role"] == "RECEPTION"


@pytest.mark.requirement("ACC-03")
def test_an_administrator_stays_in_the_subtree_and_the_review_shows_last_sign_in_and_dormancy() -> None:
    x, y = make.province("Tỉnh X"), make.province("Tỉnh Y")
    admin = make.holder("UNIT_ADMIN", x, "Quản trị X")
    fresh, silent, foreign = make.officer(x, "Mới"), make.officer(x, "Lâu"), make.officer(y, "Ngoài")
    now = clock.now()
    Account.objects.filter(pk=fresh.pk).update(last_login=now)
    Account.objects.filter(pk=silent.pk).update(last_login=now - timedelta(days=DORMANT_DAYS.get() + 1))

    elsewhere = refused(
        lambda: services.create_account(admin, kind=AccountKind.STAFF, display_name="Ai đó", unit_id=y.pk)
    )
    national = refused(lambda: services.grant_role(admin, fresh.pk, Right("RECON", make.nation().pk), reason=REASON))
    above = refused(lambda: services.grant_role(admin, fresh.pk, Right("MONITOR", make.nation().pk), reason=REASON))
    services.grant_role(admin, fresh.pk, Right("RECEPTION", x.pk), reason=REASON)
    review = {row.display_name: row for row in account_directory.find_accounts(admin).rows}

    assert [error.status for error in (elsewhere, national, above)] == [403, 403, 403]
    assert not Account.objects.filter(unit=y).exclude(pk=foreign.pk).exists()
    assert set(review) == {"Quản trị X", "Mới", "Lâu"}
    assert (review["Mới"].last_login, review["Mới"].is_dormant, list(review["Mới"].roles)) == (
        now,
        False,
        ["RECEPTION"],
    )
    assert review["Lâu"].is_dormant
    assert [row.display_name for row in account_directory.find_accounts(admin, Wanted(only_dormant=True)).rows] == [
        "Lâu"
    ]
    assert AuditEntry.objects.filter(action="grant.give", subject_id=str(fresh.pk)).count() == 1


@pytest.mark.parametrize(
    ("role", "code"),
    [("SYSADMIN", "BEYOND_OWN_RIGHTS"), ("CAT_PUBLISHER", "BEYOND_OWN_RIGHTS"), ("LOCAL_CONFIG", "BEYOND_OWN_RIGHTS")],
)
def test_a_role_outside_what_the_administrator_may_give_is_refused(role: str, code: str) -> None:
    province = make.province()
    admin, officer = make.holder("UNIT_ADMIN", province), make.officer(province)

    error = refused(lambda: services.grant_role(admin, officer.pk, Right(role, province.pk), reason=REASON))

    assert (error.status, error.code) == (403, code)
    assert not officer.grants.exists()


def test_an_administrator_for_a_time_cannot_give_for_longer() -> None:
    province = make.province()
    end = clock.now() + timedelta(days=30)
    admin, officer = make.holder("UNIT_ADMIN", province, until=end), make.officer(province)

    longer = refused(
        lambda: services.grant_role(
            admin, officer.pk, Right("RECEPTION", province.pk, valid_until=end + timedelta(seconds=1)), reason=REASON
        )
    )
    endless = refused(lambda: services.grant_role(admin, officer.pk, Right("RECEPTION", province.pk), reason=REASON))
    services.grant_role(admin, officer.pk, Right("RECEPTION", province.pk, valid_until=end), reason=REASON)

    assert {longer.details["missing"], endless.details["missing"]} == {"PERIOD"}
    assert officer.grants.get().valid_until == end


def test_an_expired_administrator_gives_nothing() -> None:
    province = make.province()
    admin = make.holder("UNIT_ADMIN", province, until=clock.now() - timedelta(hours=1))
    officer = make.officer(province)

    error = refused(lambda: services.grant_role(admin, officer.pk, Right("RECEPTION", province.pk), reason=REASON))

    assert error.status == 403


def test_nobody_gives_a_right_to_oneself() -> None:
    province = make.province()
    admin = make.holder("UNIT_ADMIN", province)

    error = refused(lambda: services.grant_role(admin, admin.pk, Right("APPROVER", province.pk), reason=REASON))

    assert (error.status, error.code) == (403, "GRANT_TO_ONESELF")
    with pytest.raises(IntegrityError, match="grant_not_to_oneself"), transaction.atomic():
        Grant.objects.create(
            account=admin, role="APPROVER", unit=province, valid_from=clock.now(), granted_by=admin, reason="x"
        )


def test_an_account_of_another_subtree_gets_no_right_even_here() -> None:
    here, there = make.province(), make.province()
    admin, foreign = make.holder("UNIT_ADMIN", here), make.officer(there)

    error = refused(lambda: services.grant_role(admin, foreign.pk, Right("RECEPTION", here.pk), reason=REASON))

    assert error.status == 403


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"role": "EMPEROR"}, "BEYOND_OWN_RIGHTS"),
        ({"unit_id": 999_999_999}, "BEYOND_OWN_RIGHTS"),
        ({"valid_until": timedelta(days=-1)}, "PERIOD_BACKWARD"),
        ({"field_id": 999_999_999}, "FIELD_NOT_FOUND"),
    ],
)
def test_a_right_that_makes_no_sense_is_refused(change: dict[str, object], code: str) -> None:
    province = make.province()
    admin, officer = make.holder("UNIT_ADMIN", province), make.officer(province)
    until = change.get("valid_until")
    if isinstance(until, timedelta):
        change = {"valid_until": clock.now() + until}
    right = Right(**({"role": "RECEPTION", "unit_id": province.pk} | change))  # type: ignore[arg-type]

    error = refused(lambda: services.grant_role(admin, officer.pk, right, reason=REASON))

    assert error.code == code or error.code == "ACCESS_DENIED"
    assert not officer.grants.exists()


def test_a_citizen_gets_no_working_right_and_a_role_fits_its_level() -> None:
    root = make.holder("SYSADMIN", make.nation())
    officer = make.officer(make.commune())

    error = refused(lambda: services.grant_role(root, officer.pk, Right("RECON", officer.unit_id), reason=REASON))
    with pytest.raises(Invalid) as to_person:
        services.install_grant(make.person(), Right("RECEPTION", officer.unit_id), reason=REASON)

    assert error.code == "ROLE_NOT_FOR_LEVEL"
    assert to_person.value.code == "GRANT_TO_PERSON"


def test_the_same_right_is_not_given_twice_and_is_given_anew_after_it_ran_out() -> None:
    province = make.province()
    admin, officer = make.holder("UNIT_ADMIN", province), make.officer(province)
    right = Right("RECEPTION", province.pk, valid_until=clock.now() + timedelta(days=1))
    services.grant_role(admin, officer.pk, right, reason=REASON)

    with pytest.raises(Conflict):
        services.grant_role(admin, officer.pk, Right("RECEPTION", province.pk), reason=REASON)
    with clock.travel(clock.now() + timedelta(days=2)):
        services.grant_role(admin, officer.pk, Right("RECEPTION", province.pk), reason=REASON)
        assert can(officer, "dossier.receive", Place(province.pk))

    assert officer.grants.filter(revoked_at__isnull=True).count() == 1


def test_a_revoked_right_ends_at_once() -> None:
    province = make.province()
    admin, officer = make.holder("UNIT_ADMIN", province), make.officer(province)
    grant = services.grant_role(admin, officer.pk, Right("RECEPTION", province.pk), reason=REASON)

    services.revoke_grant(admin, grant.pk, reason="Chuyển công tác")

    assert not can(officer, "dossier.receive", Place(province.pk))
    with pytest.raises(Conflict):
        services.revoke_grant(admin, grant.pk, reason="Lần nữa")
    assert AuditEntry.objects.filter(action="grant.revoke", subject_id=str(officer.pk)).count() == 1


def test_only_an_administrator_of_the_place_takes_a_right_back() -> None:
    here, elsewhere = make.province(), make.province()
    officer = make.holder("RECEPTION", here)
    grant = Grant.objects.get(account=officer)

    for nobody in (make.holder("UNIT_ADMIN", elsewhere), make.holder("APPROVER", here), officer):
        with pytest.raises(AccessDenied):
            services.revoke_grant(nobody, grant.pk, reason="Chuyển công tác")
    with pytest.raises(NotFound):
        services.revoke_grant(make.holder("UNIT_ADMIN", here), grant.pk + 1_000_000, reason="Chuyển công tác")

    assert can(officer, "dossier.receive", Place(here.pk))


def test_a_suspended_account_can_do_nothing_until_it_is_active_again() -> None:
    province = make.province()
    admin, officer = make.holder("UNIT_ADMIN", province), make.holder("RECEPTION", province)

    account_changes.suspend_account(admin, officer.pk, reason="Nghỉ việc")
    assert not can(officer, "dossier.receive", Place(province.pk))
    account_changes.activate_account(admin, officer.pk, reason="Đi làm lại")

    assert can(officer, "dossier.receive", Place(province.pk))
    with pytest.raises(AccessDenied):
        account_changes.suspend_account(admin, admin.pk, reason="Thử")
    with pytest.raises(Invalid):
        account_changes.suspend_account(admin, officer.pk, reason="  ")


def test_a_refusal_leaves_an_audit_row() -> None:
    province, commune = make.province(), make.commune()
    officer = make.holder("RECEPTION", province)

    with pytest.raises(AccessDenied) as refusal:
        require(officer, "dossier.approve", commune)
    record_refusal(officer, refusal.value)

    row = AuditEntry.objects.get(outcome="refused")
    assert (row.action, row.subject_kind, row.subject_id) == ("dossier.approve", "unit", str(commune.pk))
    assert row.details == {"missing": "FUNCTION"}


def test_the_explanation_names_the_right_that_allows() -> None:
    commune = make.commune(name="Phường Ba Đình")
    officer = make.holder("RECEPTION", commune)

    explanation = explain(officer, "dossier.receive", Place(commune.pk))

    assert explanation.allowed
    assert explanation.grant_ids == (officer.grants.get().pk,)
    assert "Cán bộ tiếp nhận tại Phường Ba Đình" in explanation.words


def test_the_explanation_names_what_is_missing_and_who_can_grant_it() -> None:
    province = make.province("Thành phố Hà Nội")
    here, there = make.commune(province, "Phường Ba Đình"), make.commune(province, "Phường Giảng Võ")
    make.holder("UNIT_ADMIN", here, "Nguyễn Thị Quản Trị")
    make.holder("UNIT_ADMIN", there, "Người khác")
    officer = make.holder("RECEPTION", there)

    area = explain(officer, "dossier.receive", Place(here.pk))
    function = explain(officer, "dossier.approve", Place(there.pk))

    assert (area.allowed, area.missing) == (False, Missing.AREA)
    assert "không tại Phường Ba Đình" in area.words
    assert area.can_be_granted_by == ("Nguyễn Thị Quản Trị (Phường Ba Đình)",)
    assert function.missing is Missing.FUNCTION
    assert "phê duyệt kết quả" in function.words


def test_the_explanation_tells_every_other_obstacle_apart() -> None:
    commune = make.commune()
    civil, land = make.field("Hộ tịch"), make.field("Đất đai")
    limited = make.holder("PROCESSOR", commune, within=civil)
    late = make.holder("PROCESSOR", commune, until=clock.now() - timedelta(hours=1))
    locked, suspended = make.holder("PROCESSOR", commune), make.holder("PROCESSOR", commune)
    Account.objects.filter(pk=locked.pk).update(locked_until=clock.now() + timedelta(hours=1))
    Account.objects.filter(pk=suspended.pk).update(is_active=False)
    place = Place(commune.pk, land.pk)

    missing = {
        who: explain(account, "dossier.process", place).missing
        for who, account in {
            "nobody": None,
            "limited": limited,
            "late": late,
            "locked": locked,
            "suspended": suspended,
            "citizen": make.person(),
        }.items()
    }

    assert missing == {
        "nobody": Missing.SIGN_IN,
        "limited": Missing.FIELD,
        "late": Missing.PERIOD,
        "locked": Missing.ACCOUNT_LOCKED,
        "suspended": Missing.ACCOUNT_SUSPENDED,
        "citizen": Missing.NOT_OWNER,
    }


def test_a_citizen_learns_nothing_about_officers_from_a_refusal() -> None:
    commune = make.commune()
    make.holder("UNIT_ADMIN", commune, "Nguyễn Thị Quản Trị")

    explanation = explain(make.person(), "dossier.view", Place(commune.pk))

    assert explanation.can_be_granted_by == ()
    assert "Quản Trị" not in explanation.words


def test_the_review_costs_two_statements_and_pages_by_key() -> None:
    province = make.province()
    admin = make.holder("UNIT_ADMIN", province)
    for number in range(7):
        make.holder("RECEPTION", province, f"Cán bộ {number}")
    DORMANT_DAYS.get()

    with CaptureQueriesContext(connection) as statements:
        first = account_directory.find_accounts(admin, limit=5)
    rest = account_directory.find_accounts(admin, after=first.following, limit=5)

    assert len(statements) == 2
    assert (len(first.rows), len(rest.rows)) == (5, 3)
    assert not {row.account_id for row in first.rows} & {row.account_id for row in rest.rows}


def test_rights_are_told_in_words() -> None:
    commune = make.commune(name="Phường Ba Đình")
    officer = make.holder("PROCESSOR", commune, within=make.field("Hộ tịch"))

    assert queries.rights_in_words(officer.pk) == ["Cán bộ xử lý tại Phường Ba Đình, lĩnh vực Hộ tịch"]
    assert queries.roles_of(officer.pk) == {"PROCESSOR": [commune.code]}
