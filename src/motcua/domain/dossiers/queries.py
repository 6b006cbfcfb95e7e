"""Reads of dossiers for faces: each scoped by who asks first, each with a bounded number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from motcua.domain.catalogue.definition import ServiceDefinition
from motcua.domain.catalogue.queries import definition_of
from motcua.domain.dossiers.calendars import calendar_of, cut_off, time_limit
from motcua.domain.dossiers.deadlines import Times, times
from motcua.domain.dossiers.models import (
    Attachment,
    Dossier,
    DossierAlias,
    Draft,
    Pause,
    Result,
    SupplementRequest,
    Task,
)
from motcua.domain.dossiers.rules import PAUSED_STATES, STATE_NAMES, State
from motcua.domain.organisations.access import Acting
from motcua.foundation import clock
from motcua.foundation.codes import DossierCode
from motcua.foundation.errors import Invalid, NotFound
from motcua.foundation.text import fold, normalise_line
from motcua.foundation.working_calendar import Interval

TABS: Mapping[str, tuple[State, ...]] = {
    "to_receive": (State.SUBMITTED,),
    "in_process": (State.RECEIVED, State.IN_PROCESS, State.TRANSFERRED),
    "waiting": (State.WAIT_SUPPLEMENT, State.WAIT_PAYMENT, State.STOPPED),
    "to_return": (State.RESOLVED, State.REFUSED),
    "done": (State.RETURNED, State.INTAKE_REFUSED, State.WITHDRAWN, State.CLOSED),
}
"""The worklist's tabs: every state stands in exactly one (DPH-03)."""

TAB_NAMES = {
    "to_receive": _("Chờ tiếp nhận"),
    "in_process": _("Đang xử lý"),
    "waiting": _("Đang chờ"),
    "to_return": _("Chờ trả kết quả"),
    "done": _("Đã xong"),
    "overdue": _("Quá hạn"),
    "unassigned": _("Chờ phân công"),
}
RUNNING = [State.RECEIVED.value, State.IN_PROCESS.value, State.TRANSFERRED.value]
TAB_ORDER = {
    "to_receive": "receive_by",
    "waiting": "submitted_at",
    "done": "submitted_at",
    "unassigned": "submitted_at",
}
"""What a tab is ordered by; the others by the legal due date. Each order has an index of its own (`models`)."""
PAGE = 50
COUNTED = 1_000
_LIST_COLUMNS = (
    "id", "code", "version", "state", "service_revision__name", "owner_name", "holding_unit__name", "submitted_at",
    "receive_by", "due_at", "finished_at",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One line of a list."""

    id: UUID
    code: str
    version: int
    state: State
    service_name: str
    owner_name: str
    unit_name: str
    submitted_at: datetime
    due_at: datetime | None
    finished_at: datetime | None
    overdue: bool

    @property
    def state_name(self) -> str:
        return str(STATE_NAMES[self.state])


@dataclass(frozen=True)
class Page:
    """A page of a list with the cursor of the next one (None at the end)."""

    rows: Sequence[Row]
    following: str | None


def _rows(dossiers: QuerySet[Dossier], now: datetime) -> list[Row]:
    """The lines of a list, read as plain columns: making models of them took longer than finding them."""
    return [_row(now, *columns) for columns in dossiers.values_list(*_LIST_COLUMNS)]


def _row(
    now: datetime,
    pk: UUID,
    code: str,
    version: int,
    state: str,
    service_name: str,
    owner_name: str,
    unit_name: str,
    submitted_at: datetime,
    receive_by: datetime,
    due_at: datetime | None,
    finished_at: datetime | None,
) -> Row:
    """One line; what an officer has to keep is reception before acceptance, the legal due date afterwards."""
    due = receive_by if state == State.SUBMITTED.value else due_at
    running = state == State.SUBMITTED.value or state in RUNNING
    return Row(
        id=pk,
        code=code,
        version=version,
        state=State(state),
        service_name=service_name,
        owner_name=owner_name,
        unit_name=unit_name,
        submitted_at=submitted_at,
        due_at=due,
        finished_at=finished_at,
        overdue=running and due is not None and due < now,
    )


def worklist(acting: Acting, tab: str, *, search: str = "", after: str | None = None, size: int = PAGE) -> Page:
    """One tab of the account's worklist, most urgent first, keyset-paginated (DPH-03). Two statements.

    `after` is the cursor of the page before; `search` a dossier code or a name, without diacritics.
    The page's keys are found first, in the order of a tab's own index; only its rows are then read whole
    (docs/decisions/0020).
    """
    now = clock.now()
    dossiers = Dossier.objects.visible_to(acting).filter(_in_tab(tab, now))
    if search.strip():
        dossiers = dossiers.filter(matching(search))
    key = TAB_ORDER.get(tab, "due_at")
    if after:
        start, identifier = _cursor(after)
        dossiers = dossiers.filter(Q(**{f"{key}__gt": start}) | Q(pk__gt=identifier), **{f"{key}__gte": start})
    keys = dossiers.order_by(key, "pk").values("pk")[: size + 1]
    rows = _rows(Dossier.objects.filter(pk__in=keys).order_by(key, "pk"), now)
    following = None
    if len(rows) > size:
        last = rows[size - 1]
        place = last.submitted_at if key == "submitted_at" else last.due_at
        following = f"{place.isoformat()}_{last.id}" if place else None
    return Page(rows[:size], following)


def _in_tab(tab: str, now: datetime) -> Q:
    """The condition of a tab. Raises NotFound for one that does not exist."""
    if tab == "overdue":
        return Q(state__in=RUNNING, due_at__lt=now)
    if tab == "unassigned":
        return _laid_down()
    if tab not in TABS:
        raise NotFound("TAB_UNKNOWN", _("Không có danh sách này"))
    return Q(state__in=[state.value for state in TABS[tab]])


def _laid_down() -> Q:
    """Dossiers whose officer left, moved or was suspended, and which nobody has taken up since (ACC-14)."""
    return Q(pk__in=Task.objects.filter(closed_at__isnull=True, released_at__isnull=False).values("dossier_id"))


def is_laid_down(dossier_id: UUID) -> bool:
    """Whether the dossier waits for an officer to take it up (ACC-14). One statement."""
    waiting = Task.objects.filter(dossier_id=dossier_id, closed_at__isnull=True, released_at__isnull=False)
    return waiting.exists()


def first_of(tab: str) -> UUID | None:
    """The most urgent dossier of a tab, whoever may see it: for the product's own checks. One statement."""
    states = [state.value for state in TABS[tab]]
    in_order = Dossier.objects.filter(state__in=states).order_by(TAB_ORDER.get(tab, "due_at"), "pk")
    return in_order.values_list("pk", flat=True).first()


def _cursor(after: str) -> tuple[datetime, UUID]:
    """Reads back what `worklist` gave as `following`. Raises Invalid CURSOR for anything else."""
    moment, _separator, identifier = after.partition("_")
    try:
        return clock.to_local(datetime.fromisoformat(moment)), _identifier(identifier)
    except (ValueError, OverflowError):
        raise _no_such_place() from None


def _identifier(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _no_such_place() from None


def _no_such_place() -> Invalid:
    return Invalid("CURSOR", _("Vị trí trang trong danh sách không đúng"), field="after")


def matching(search: str) -> Q:
    """Condition for a dossier code (any case, an alias too) or a name without diacritics."""
    text = normalise_line(search)
    return (
        Q(code__iexact=text.upper())
        | Q(pk__in=DossierAlias.objects.filter(code__iexact=text).values("dossier_id"))
        | Q(owner_name_folded__startswith=fold(text))
        | Q(owner_name_folded__contains=f" {fold(text)}")
    )


def worklist_counts(acting: Acting) -> dict[str, int]:
    """How many dossiers stand in each tab, are overdue, are unassigned. Two statements.

    Counted up to COUNTED: a higher number only says that there are more, so that nobody waits for a count of the whole
    country.
    """
    now, dossiers = clock.now(), Dossier.objects.visible_to(acting)
    tabs = [*TABS, "overdue", "unassigned"]
    try:
        limited = [dossiers.filter(_in_tab(tab, now)).values("pk")[: COUNTED + 1] for tab in tabs]
        parts = [query.query.sql_with_params() for query in limited]
    except EmptyResultSet:  # no right anywhere: no statement can find anything
        return dict.fromkeys(tabs, 0)
    counts = ", ".join(f"(SELECT count(*) FROM ({text}) AS counted)" for text, _parameters in parts)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [value for _text, parameters in parts for value in parameters])
        row = cursor.fetchone()
    return dict(zip(tabs, row, strict=True))


def my_dossiers(acting: Acting, *, after: str | None = None, size: int = 20) -> Page:
    """Every dossier of the party the person acts for, newest first, whatever its origin (POR-06). One statement."""
    if acting.party_id is None:
        return Page([], None)
    dossiers = Dossier.objects.filter(owner_party_id=acting.party_id)
    if acting.service_codes is not None:
        dossiers = dossiers.filter(service_code__in=sorted(acting.service_codes))
    if after:
        dossiers = dossiers.filter(pk__lt=_identifier(after))
    rows = _rows(dossiers.order_by("-pk")[: size + 1], clock.now())
    return Page(rows[:size], str(rows[size - 1].id) if len(rows) > size else None)


def my_drafts(acting: Acting, size: int = 50) -> list[Draft]:
    """The person's unfinished applications of the present capacity, the last touched first. One statement."""
    drafts = Draft.objects.filter(account_id=acting.account_id, party_id=acting.party_id, assisted_at__isnull=True)
    drafts = drafts.select_related("service")
    return list(drafts.order_by("-updated_at")[:size])


def get(acting: Acting, dossier_id: UUID) -> Dossier:
    """One dossier that `acting` may see. Raises NotFound: who may not see it does not learn that it exists."""
    dossiers = Dossier.objects.visible_to(acting).select_related("holding_unit", "receiving_unit", "locality", "field")
    dossier = dossiers.filter(pk=dossier_id).first()
    if dossier is None:
        raise NotFound(
            "DOSSIER_NOT_FOUND", _("Không tìm thấy hồ sơ hoặc tài khoản của Ông/Bà không được xem hồ sơ này")
        )
    return dossier


def id_of(code: str) -> UUID:
    """The id behind a dossier code or an alias. Raises Invalid for a malformed code, NotFound for an unknown one."""
    text = normalise_line(code)
    known = Dossier.objects.filter(Q(code=text.upper()) | Q(aliases__code=text)).values_list("pk", flat=True).first()
    if known is None:
        DossierCode.parse(code)
        raise NotFound("DOSSIER_NOT_FOUND", _("Không tìm thấy hồ sơ có mã này"), field="code")
    return known


def for_diagnosis(code: str) -> Dossier:
    """The dossier behind a code, whoever asks: for the question why an account does not see it, and nothing else.

    Raises Invalid for a malformed code, NotFound for an unknown one. Two statements.
    """
    return Dossier.objects.select_related("field", "receiving_unit", "holding_unit").get(pk=id_of(code))


@dataclass(frozen=True)
class Detail:
    """A dossier with everything its pages show besides payments; seven statements whatever its size."""

    dossier: Dossier
    definition: ServiceDefinition
    tasks: Sequence[Task]
    pauses: Sequence[Pause]
    attachments: Sequence[Attachment]
    supplement_requests: Sequence[SupplementRequest]
    result: Result | None
    times: Times | None

    @property
    def state(self) -> State:
        return State(self.dossier.state)

    @property
    def state_name(self) -> str:
        return str(STATE_NAMES[self.state])

    @property
    def holder(self) -> Task | None:
        """The open task: who holds the dossier now, since when, until when (DOS-13)."""
        return next((task for task in self.tasks if task.closed_at is None), None)

    @property
    def open_request(self) -> SupplementRequest | None:
        return next((item for item in self.supplement_requests if item.answered_at is None), None)

    @property
    def paused(self) -> bool:
        return self.state in PAUSED_STATES


def detail(acting: Acting, dossier_id: UUID) -> Detail:
    """Everything about one dossier that `acting` may see."""
    dossier = get(acting, dossier_id)
    definition = definition_of(dossier.service_revision_id)
    pauses = list(dossier.pauses.order_by("started_at"))
    return Detail(
        dossier=dossier,
        definition=definition,
        tasks=list(dossier.tasks.select_related("unit", "assignee").order_by("opened_at", "pk")),
        pauses=pauses,
        attachments=list(dossier.attachments.select_related("file").order_by("component_code", "version", "pk")),
        supplement_requests=list(dossier.supplement_requests.order_by("number")),
        result=Result.objects.select_related("file").filter(dossier=dossier).first(),
        times=times_of(dossier, definition, pauses),
    )


def times_of(dossier: Dossier, definition: ServiceDefinition, pauses: Sequence[Pause]) -> Times | None:
    """The four times; None before reception, when no clock runs yet."""
    if dossier.received_at is None or dossier.due_at is None:
        return None
    return times(
        calendar_of(dossier.receiving_unit_id),
        limit=time_limit(definition),
        cut_off=cut_off(definition),
        received_at=dossier.received_at,
        due_at=dossier.due_at,
        pauses=[Interval(item.started_at, item.ended_at) for item in pauses if item.started_at >= dossier.received_at],
        finished_at=dossier.finished_at,
        now=clock.now(),
    )
