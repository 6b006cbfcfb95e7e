"""Field faults of dossiers as queries that must return nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import connection
from django.db.models import F

from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.queries import RUNNING
from motcua.domain.dossiers.rules import EDGES, State
from motcua.domain.dossiers.unattended import unattended
from motcua.domain.organisations.models import Unit
from motcua.domain.organisations.rules import ACTIONS
from motcua.foundation import clock
from motcua.foundation.detectors import detector

MARKING_LAG = timedelta(minutes=5)


def _codes(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]


@detector("dossiers.history", fault="F-13")
def every_dossier_has_its_whole_history() -> Iterable[tuple[str, str]]:
    """A dossier whose version and event stream differ."""
    sql = (
        "SELECT dossier.code FROM dossiers_dossier AS dossier LEFT JOIN foundation_event AS event "
        "ON event.aggregate_id = dossier.id GROUP BY dossier.id HAVING count(event.seq) <> dossier.version LIMIT 100"
    )
    for code in _codes(sql):
        yield code, "Số sự kiện của hồ sơ không khớp với phiên bản"


@detector("dossiers.holder", fault="F-20")
def every_open_dossier_has_one_holder() -> Iterable[tuple[str, str]]:
    """A dossier at work that nobody holds, or a finished one that somebody still holds."""
    sql = (
        "SELECT dossier.code FROM dossiers_dossier AS dossier LEFT JOIN dossiers_task AS task "
        "ON task.dossier_id = dossier.id AND task.closed_at IS NULL "
        "WHERE (task.id IS NULL) <> (dossier.state IN ('INTAKE_REFUSED', 'WITHDRAWN', 'RETURNED', 'CLOSED')) LIMIT 100"
    )
    for code in _codes(sql):
        yield code, "Hồ sơ không có đúng một người đang giữ"


@detector("dossiers.absent_officer", fault="F-69")
def open_work_lies_with_officers_who_may_do_it() -> Iterable[tuple[str, str]]:
    """A dossier whose open step is in the hands of an account that may not act (ACC-14)."""
    sql = (
        "SELECT dossier.code FROM dossiers_task AS task JOIN organisations_account AS account "
        "ON account.id = task.assignee_id AND NOT account.is_active "
        "JOIN dossiers_dossier AS dossier ON dossier.id = task.dossier_id WHERE task.closed_at IS NULL LIMIT 100"
    )
    for code in _codes(sql):
        yield code, "Hồ sơ đang do tài khoản đã ngừng hoạt động giữ"


@detector("dossiers.reception_late", fault="F-20")
def submitted_dossiers_are_received_in_time() -> Iterable[tuple[str, str]]:
    """Submitted, and not received by the time the law gives."""
    late = Dossier.objects.filter(state=State.SUBMITTED.value, receive_by__lt=clock.now()).order_by("receive_by")
    for code in late.values_list("code", flat=True)[:100]:
        yield code, "Hồ sơ quá hạn tiếp nhận"


@detector("dossiers.overdue_unmarked", fault="F-18")
def overdue_dossiers_are_marked() -> Iterable[tuple[str, str]]:
    """Past the due date for five minutes and not yet marked."""
    late = Dossier.objects.filter(
        state__in=RUNNING, overdue_at__isnull=True, due_at__lt=clock.now() - MARKING_LAG
    ).order_by(F("due_at"))
    for code in late.values_list("code", flat=True)[:100]:
        yield code, "Hồ sơ quá hạn chưa được đánh dấu"


@detector("dossiers.reasons", fault="F-19")
def refusals_and_pauses_have_reasons() -> Iterable[tuple[str, str]]:
    """A pause whose dossier is not paused, or a paused dossier without an open pause (F-22)."""
    sql = (
        "SELECT dossier.code FROM dossiers_dossier AS dossier LEFT JOIN dossiers_pause AS pause "
        "ON pause.dossier_id = dossier.id AND pause.ended_at IS NULL "
        "WHERE (pause.id IS NULL) <> (dossier.paused_since IS NULL) LIMIT 100"
    )
    for code in _codes(sql):
        yield code, "Trạng thái tạm dừng và khoảng tạm dừng của hồ sơ không khớp"


@detector("dossiers.unattended", fault="F-68")
def every_open_dossier_has_an_entitled_officer() -> Iterable[tuple[str, str]]:
    """Dossiers whose next step no active officer may take, by unit and step."""
    places = unattended()[:100]
    names = dict(
        Unit.objects.filter(pk__in={unit for place in places for unit in place.unit_ids}).values_list("pk", "name")
    )
    for place in places:
        where = ", ".join(names[unit] for unit in place.unit_ids)
        what = ACTIONS[EDGES[place.verb].action].words
        yield place.first_code, f"{where}: {place.dossiers} hồ sơ không có cán bộ hoạt động được quyền {what}"
