"""The register of account defects: from a commune's report to closed, merged, counted per system (ACC-06, ACC-11)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.domain.organisations.access import Place, can
from motcua.domain.organisations.defects import queries, rules, services
from motcua.domain.organisations.defects.models import AccountDefect, AccountDefectStep
from motcua.domain.organisations.defects.rules import CoveredSystem, DefectKind, DefectState
from motcua.domain.organisations.defects.services import Report, Wanted
from motcua.domain.organisations.models import Account, Unit
from motcua.domain.organisations.rules import ACTIONS, ROLES, AccountKind
from motcua.domain.organisations.services import Right, create_account, grant_role
from motcua.foundation.errors import AccessDenied, Conflict, Invalid, NotFound
from motcua.foundation.models import AuditEntry
from tests.domain.organisations import factories as make

pytestmark = pytest.mark.django_db


class Branch:
    """A commune with its administrator below a province with its coordinator, and the national desk."""

    def __init__(self) -> None:
        self.province = make.province("Thành phố Hà Nội")
        self.commune = make.commune(self.province, "Phường Ba Đình")
        self.admin = make.holder("UNIT_ADMIN", self.commune, "Đỗ Thanh Tùng")
        self.coordinator = make.holder("PROVINCE_ACCOUNT_COORD", self.province, "Sở KHCN")
        self.desk = make.holder("ACCOUNT_DESK", make.nation(), "C12")

    def missing(self, name: str = "Nguyễn Văn Phúc") -> Report:
        return Report(DefectKind.MISSING, CoveredSystem.COORDINATION, self.commune.pk, person_name=name)


@pytest.fixture
def branch() -> Branch:
    return Branch()


def stands_in(state: DefectState, acting: Account) -> list[str]:
    return [row.person_name for row in queries.register(acting, state=state).rows]


@pytest.mark.requirement("ACC-06")
def test_a_missing_account_goes_from_the_commune_over_the_province_to_the_desk_and_is_closed(branch: Branch) -> None:
    filed = services.report(branch.admin, branch.missing())
    again = services.report(branch.coordinator, branch.missing("nguyễn  văn phúc"))

    assert again.pk == filed.pk
    assert AccountDefect.objects.get().times_reported == 2
    assert stands_in(DefectState.REPORTED, branch.coordinator) == ["Nguyễn Văn Phúc"]

    services.take_step(branch.coordinator, filed.pk, "consolidate")
    services.take_step(branch.coordinator, filed.pk, "forward", desk="C12")
    assert stands_in(DefectState.FORWARDED, branch.desk) == ["Nguyễn Văn Phúc"]

    account = create_account(
        branch.desk, kind=AccountKind.STAFF, display_name="Nguyễn Văn Phúc", unit_id=branch.commune.pk
    )
    grant_role(branch.desk, account.pk, Right("RECEPTION", branch.commune.pk), reason="Công văn của Sở KHCN")
    services.take_step(branch.desk, filed.pk, "resolve", words="Đã cấp tài khoản tiếp nhận")
    services.take_step(branch.admin, filed.pk, "confirm")

    closed = queries.get(branch.admin, filed.pk)
    assert (closed.state, closed.answer) == ("CLOSED", "Đã cấp tài khoản tiếp nhận")
    assert closed.closed_at is not None
    assert can(account, "dossier.receive", Place(branch.commune.pk))
    told = [(step.verb, step.by.display_name) for step in closed.steps.order_by("pk")]
    assert told == [
        ("report", "Đỗ Thanh Tùng"),
        ("merge", "Sở KHCN"),
        ("consolidate", "Sở KHCN"),
        ("forward", "Sở KHCN"),
        ("resolve", "C12"),
        ("confirm", "Đỗ Thanh Tùng"),
    ]
    audited = AuditEntry.objects.filter(subject_kind="account_defect").order_by("id").values_list("action", flat=True)
    assert list(audited) == [f"account_defect.{verb}" for verb, _by in told]
    assert services.report(branch.admin, branch.missing()).pk != filed.pk


def test_two_people_and_two_kinds_are_two_defects(branch: Branch) -> None:
    services.report(branch.admin, branch.missing("Nguyễn Văn Phúc"))
    services.report(branch.admin, branch.missing("Nguyễn Văn Phú"))
    officer = make.officer(branch.commune, "Nguyễn Văn Phúc")
    for kind in (DefectKind.CANNOT_SIGN_IN, DefectKind.SEES_NO_DOSSIER):
        said = Report(kind, CoveredSystem.COORDINATION, branch.commune.pk, account_id=officer.pk)
        services.report(branch.admin, said)

    assert AccountDefect.objects.count() == 4


def test_the_database_itself_refuses_a_second_open_defect_of_a_person(branch: Branch) -> None:
    first = services.report(branch.admin, branch.missing())
    first.pk = None

    with pytest.raises(IntegrityError, match="one_open_account_defect_of_a_person"), transaction.atomic():
        first.save(force_insert=True)


def test_steps_are_never_changed(branch: Branch) -> None:
    services.report(branch.admin, branch.missing())

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AccountDefectStep.objects.update(words="khác")


@pytest.mark.parametrize("state", list(DefectState))
def test_only_the_steps_of_the_table_are_taken(branch: Branch, state: DefectState) -> None:
    defect = services.report(branch.admin, branch.missing())
    AccountDefect.objects.filter(pk=defect.pk).update(
        state=state.value, desk="C12", answer="x", closed_at=defect.reported_at if state == "CLOSED" else None
    )
    able = make.holder("CAT_ADMIN", branch.province)
    for role in ("UNIT_ADMIN", "ACCOUNT_DESK"):
        make.grant(able, role, branch.province)
    for verb in set(rules.EDGES) - set(rules.verbs_from(state)):
        with pytest.raises(Conflict) as refused:
            services.take_step(able, defect.pk, verb, words="Lý do", desk="C12")
        assert refused.value.code == "ILLEGAL_STEP"
        with pytest.raises(AccessDenied):
            services.take_step(make.holder("MONITOR", branch.province), defect.pk, verb, words="Lý do", desk="C12")
    with pytest.raises(NotFound):
        services.take_step(able, defect.pk, "destroy")
    assert AccountDefect.objects.get().state == state


def test_each_step_needs_its_own_right(branch: Branch) -> None:
    defect = services.report(branch.admin, branch.missing())
    elsewhere = make.holder("PROVINCE_ACCOUNT_COORD", make.province(), "Sở KHCN nơi khác")
    monitor = make.holder("MONITOR", branch.province)

    for stranger in (branch.admin, elsewhere, monitor):
        with pytest.raises(AccessDenied):
            services.take_step(stranger, defect.pk, "consolidate")
    services.take_step(branch.coordinator, defect.pk, "consolidate")
    services.take_step(branch.coordinator, defect.pk, "forward", desk="D01")
    for stranger in (branch.admin, branch.coordinator, monitor):
        with pytest.raises(AccessDenied):
            services.take_step(stranger, defect.pk, "resolve", words="Xong")
    services.take_step(branch.desk, defect.pk, "refuse", words="Không thuộc biên chế")
    for stranger in (branch.desk, branch.coordinator, monitor):
        with pytest.raises(AccessDenied):
            services.take_step(stranger, defect.pk, "confirm")
    services.take_step(branch.admin, defect.pk, "reopen", words="Đã có quyết định điều động")

    assert AccountDefect.objects.get().state == "REPORTED"
    assert not AccountDefect.objects.visible_to(elsewhere).exists()
    with pytest.raises(NotFound):
        queries.get(elsewhere, defect.pk)


def test_the_unit_may_confirm_for_its_officer_but_not_who_answered(branch: Branch) -> None:
    officer = make.officer(branch.commune)
    asked = services.request_right(officer, Wanted("dossier.receive", branch.commune.pk))
    services.take_step(branch.admin, asked.pk, "resolve", words="Đã cấp")

    with pytest.raises(AccessDenied) as refused:
        services.take_step(branch.admin, asked.pk, "confirm")
    assert refused.value.code == "OWN_ANSWER"
    second = make.holder("UNIT_ADMIN", branch.commune, "Quản trị thứ hai")
    assert services.take_step(second, asked.pk, "confirm").state == "CLOSED"


def test_answers_reasons_and_desks_are_demanded(branch: Branch) -> None:
    defect = services.report(branch.admin, branch.missing())

    with pytest.raises(Invalid) as without_answer:
        services.take_step(branch.coordinator, defect.pk, "resolve", words="  ")
    services.take_step(branch.coordinator, defect.pk, "consolidate")
    with pytest.raises(Invalid) as without_desk:
        services.take_step(branch.coordinator, defect.pk, "forward", desk="A08")

    assert (without_answer.value.code, without_desk.value.code) == ("WORDS_REQUIRED", "DESK_REQUIRED")
    assert AccountDefect.objects.get().state == "CONSOLIDATED"


def test_what_is_reported_must_name_somebody_of_the_kind(branch: Branch) -> None:
    officer = make.officer(branch.commune)
    citizen = make.person()
    wrong = {
        "PERSON_REQUIRED": branch.missing("   "),
        "KIND_AND_ACCOUNT": Report(
            DefectKind.WRONG_RIGHT, CoveredSystem.PAYMENT, branch.commune.pk, person_name="Nguyễn Văn Phúc"
        ),
        "UNKNOWN_ACTION": Report(
            DefectKind.WRONG_RIGHT,
            CoveredSystem.PAYMENT,
            branch.commune.pk,
            account_id=officer.pk,
            wanted=Wanted("dossier.destroy"),
        ),
        "ACCOUNT_NOT_FOUND": Report(
            DefectKind.WRONG_RIGHT, CoveredSystem.PAYMENT, branch.commune.pk, account_id=citizen.pk
        ),
    }
    for code, said in wrong.items():
        with pytest.raises((Invalid, NotFound)) as refused:
            services.report(branch.admin, said)
        assert refused.value.code == code
    assert not AccountDefect.objects.exists()


def test_a_unit_reports_for_its_own_branch_only(branch: Branch) -> None:
    neighbour = make.commune(branch.province, "Phường Ngọc Hà")
    officer = make.officer(neighbour)

    for said in (
        Report(DefectKind.MISSING, CoveredSystem.FEEDBACK, neighbour.pk, person_name="Ai đó"),
        Report(DefectKind.CANNOT_SIGN_IN, CoveredSystem.FEEDBACK, branch.commune.pk, account_id=officer.pk),
    ):
        with pytest.raises(AccessDenied):
            services.report(branch.admin, said)
    plain = make.officer(branch.commune)
    with pytest.raises(AccessDenied):
        services.report(plain, branch.missing())


def test_an_officer_asks_for_the_refused_right_once_and_confirms_it_themselves(branch: Branch) -> None:
    officer = make.officer(branch.commune, "Kiều Anh Tuấn")
    wanted = Wanted("dossier.receive", branch.commune.pk)

    asked = services.request_right(officer, wanted)
    assert services.request_right(officer, wanted).pk == asked.pk
    assert services.request_right(officer, Wanted("payment.view", branch.commune.pk)).system == "PAYMENT"

    assert (asked.kind, asked.system, asked.unit_id) == ("WRONG_RIGHT", "COORDINATION", branch.commune.pk)
    grant_role(branch.admin, officer.pk, Right("RECEPTION", branch.commune.pk), reason="Theo đề nghị")
    services.take_step(branch.admin, asked.pk, "resolve", words="Đã cấp quyền tiếp nhận")
    assert services.take_step(officer, asked.pk, "confirm").state == "CLOSED"
    with pytest.raises(Invalid):
        services.request_right(make.person(), wanted)
    with pytest.raises(Invalid):
        services.request_right(officer, Wanted("dossier.destroy"))


def test_an_account_that_only_reads_asks_for_nothing(branch: Branch) -> None:
    with pytest.raises(AccessDenied) as refused:
        services.request_right(make.holder("MONITOR", branch.commune), Wanted("dossier.receive", branch.commune.pk))

    assert refused.value.code == "READ_ONLY_ACCOUNT"
    assert not AccountDefect.objects.exists()


def test_the_officer_who_asks_themselves_takes_over_the_confirmation(branch: Branch) -> None:
    officer = make.officer(branch.commune)
    said = Report(DefectKind.CANNOT_SIGN_IN, CoveredSystem.FEEDBACK, branch.commune.pk, account_id=officer.pk)
    filed = services.report(branch.admin, said)
    assert not can(officer, rules.CONFIRM, filed)

    services.report(officer, said)

    assert can(officer, rules.CONFIRM, AccountDefect.objects.get())


@pytest.mark.requirement("ACC-11")
def test_the_register_covers_four_systems_and_one_card_shows_them_all(branch: Branch) -> None:
    officer = make.officer(branch.commune, "Cao Thị Nhung")
    for role in ("RECEPTION", "FINANCE_VIEW", "FBK_HANDLER", "UNIT_ADMIN"):
        make.grant(officer, role, branch.commune)
    cases = [
        (CoveredSystem.COORDINATION, DefectKind.SEES_NO_DOSSIER),
        (CoveredSystem.PAYMENT, DefectKind.WRONG_RIGHT),
        (CoveredSystem.PAYMENT, DefectKind.CANNOT_SIGN_IN),
        (CoveredSystem.FEEDBACK, DefectKind.CANNOT_SIGN_IN),
        (CoveredSystem.PORTAL_ADMIN, DefectKind.WRONG_RIGHT),
    ]
    for system, kind in cases:
        services.report(branch.admin, Report(kind, system, branch.commune.pk, account_id=officer.pk))
    services.report(branch.admin, Report(DefectKind.MISSING, CoveredSystem.PAYMENT, branch.commune.pk, "Trần Thị Mới"))
    outside = make.holder("UNIT_ADMIN", make.commune())
    services.report(outside, Report(DefectKind.MISSING, CoveredSystem.FEEDBACK, outside.unit_id, "Người nơi khác"))

    counted = {row.system: {kind: n for kind, n in row.open_by_kind.items() if n} for row in _counts(branch)}
    account, card = queries.card(branch.coordinator, officer.pk)

    assert counted == {
        CoveredSystem.COORDINATION: {DefectKind.SEES_NO_DOSSIER: 1},
        CoveredSystem.PAYMENT: {DefectKind.WRONG_RIGHT: 1, DefectKind.CANNOT_SIGN_IN: 1, DefectKind.MISSING: 1},
        CoveredSystem.FEEDBACK: {DefectKind.CANNOT_SIGN_IN: 1},
        CoveredSystem.PORTAL_ADMIN: {DefectKind.WRONG_RIGHT: 1},
    }
    assert account.pk == officer.pk
    assert [part.system for part in card] == list(CoveredSystem)
    named = {part.system: {right.split(" tại ")[0] for right, _actions in part.rights} for part in card}
    assert "Cán bộ tiếp nhận" in named[CoveredSystem.COORDINATION]
    assert {"Theo dõi tài chính", "Cán bộ tiếp nhận"} <= named[CoveredSystem.PAYMENT]
    assert named[CoveredSystem.FEEDBACK] == {"Xử lý phản ánh, kiến nghị"}
    assert "Quản trị đơn vị" in named[CoveredSystem.PORTAL_ADMIN]
    assert [len(part.defects) for part in card] == [1, 2, 1, 1]
    with pytest.raises(NotFound):
        queries.card(outside, officer.pk)


def _counts(branch: Branch) -> list[queries.SystemCounts]:
    return queries.counts_by_system(branch.coordinator)


def test_every_action_and_role_belongs_to_a_system() -> None:
    systems = {rules.system_of(action) for action in ACTIONS}

    assert systems == set(CoveredSystem)
    for role in ROLES:
        listed = [action for actions in rules.actions_by_system(role).values() for action in actions]
        assert sorted(listed) == sorted(ROLES[role].actions)


def test_the_register_costs_the_same_whatever_it_holds(branch: Branch) -> None:
    def statements() -> tuple[int, int, int]:
        counted = []
        for read in (queries.register, queries.counts_by_state, queries.counts_by_system):
            with CaptureQueriesContext(connection) as captured:
                read(branch.coordinator)
            counted.append(len(captured))
        return tuple(counted)  # type: ignore[return-value]

    services.report(branch.admin, branch.missing())
    few = statements()
    for number in range(60):
        services.report(branch.admin, branch.missing(f"Cán bộ số {number}"))
    first = queries.register(branch.coordinator)

    assert statements() == few == (2, 2, 2)
    assert len(first.rows) == queries.PAGE
    rest = queries.register(branch.coordinator, after=first.following)
    assert len(rest.rows) == 11
    assert rest.following is None
    names = Unit.objects.get(pk=branch.province.pk)
    assert len(queries.register(branch.desk, province_id=names.pk).rows) == queries.PAGE


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(verbs=st.lists(st.sampled_from([*rules.EDGES, "report"]), max_size=12))
def test_after_any_steps_the_state_is_the_last_step_s_and_nothing_is_lost(branch: Branch, verbs: list[str]) -> None:
    """Reports and steps in any order: one open defect at most, a step and an audit row for each accepted act."""
    with transaction.atomic():
        able = make.holder("CAT_ADMIN", branch.province)
        for role in ("UNIT_ADMIN", "ACCOUNT_DESK"):
            make.grant(able, role, branch.province)
        defect, accepted = services.report(able, branch.missing()), 1
        for verb in verbs:
            try:
                if verb == "report":
                    defect = services.report(able, branch.missing())
                else:
                    services.take_step(able, defect.pk, verb, words="Lý do", desk="D01")
            except Conflict:
                continue
            accepted += 1
            last = AccountDefectStep.objects.filter(defect=defect).latest("pk")
            assert AccountDefect.objects.get(pk=defect.pk).state == last.state
        assert AccountDefectStep.objects.count() == accepted
        assert AuditEntry.objects.filter(subject_kind="account_defect").count() == accepted
        assert AccountDefect.objects.exclude(state="CLOSED").count() <= 1
        transaction.set_rollback(True)
