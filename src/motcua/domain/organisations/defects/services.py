"""Commands on the register of account defects (ACC-06, ACC-09). Every step is kept with its author and audited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.access import Acting, Place, reads_only, require, require_any_change
from motcua.domain.organisations.defects.models import AccountDefect, AccountDefectStep
from motcua.domain.organisations.defects.rules import (
    CONFIRM,
    EDGES,
    MERGE,
    REPORT,
    STATE_NAMES,
    CoveredSystem,
    DefectKind,
    DefectState,
    Desk,
    kind_for,
    right_for,
    system_of,
)
from motcua.domain.organisations.models import Account, Field, Unit
from motcua.domain.organisations.rules import ACTIONS, AccountKind
from motcua.foundation import audit, clock
from motcua.foundation.actor import Actor
from motcua.foundation.errors import AccessDenied, Conflict, Invalid, NotFound
from motcua.foundation.text import fold, normalise, normalise_line

MOST_WORDS: Final = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """The right an officer lacks: the refused action, at which unit, in which field (None: whatever field)."""

    action: str
    unit_id: int | None = None
    field_id: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a unit says is wrong; `account_id` None: the officer `person_name` of the unit has no account."""

    kind: DefectKind
    system: CoveredSystem
    unit_id: int
    person_name: str = ""
    account_id: UUID | None = None
    wanted: Wanted | None = None
    words: str = ""


@transaction.atomic
def report(acting: Acting, said: Report) -> AccountDefect:
    """Opens a defect, or merges the report into the open one of the same person, kind, system and wanted right.

    Needs `account_defect.report` over the unit; everybody may report about their own staff account.
    Raises AccessDenied, Invalid (PERSON_REQUIRED, KIND_AND_ACCOUNT, UNKNOWN_ACTION), NotFound.
    """
    account = _account_of(said)
    actor = _reporter(acting, said, account)
    name = account.display_name if account else normalise_line(said.person_name)[:200]
    _check(said, name)
    wanted = said.wanted or Wanted("")
    now = clock.now()
    row = AccountDefect(
        kind=said.kind.value,
        system=said.system.value,
        unit_id=said.unit_id,
        account=account,
        person_name=name,
        person_key=f"account:{account.pk}" if account else f"unit:{said.unit_id}:{fold(name)}",
        requested_by_id=acting.account_id,
        wanted_action=wanted.action,
        wanted_unit_id=wanted.unit_id,
        wanted_field_id=wanted.field_id,
        reported_at=now,
        changed_at=now,
    )
    words = normalise(said.words).strip()[:MOST_WORDS]
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "one_open_account_defect_of_a_person" not in str(error):
            raise
        return _merge(acting, actor, row, words)
    _step(row, REPORT, actor, acting, words)
    return row


def request_right(acting: Acting, wanted: Wanted, *, words: str = "") -> AccountDefect:
    """An officer asks for the right that a page has just refused them: one click on the refusal (ACC-09).

    Raises Invalid (UNKNOWN_ACTION, NO_STAFF_ACCOUNT), NotFound, AccessDenied READ_ONLY_ACCOUNT: an account that only
    reads stays so, and its unit's administrator asks in its place (ACC-05).
    """
    if reads_only(acting):
        require_any_change(acting)
    account = Account.objects.filter(pk=acting.account_id).first()
    if account is None or account.kind != AccountKind.STAFF or account.unit_id is None:
        raise Invalid("NO_STAFF_ACCOUNT", _("Chỉ tài khoản cán bộ mới đề nghị cấp quyền nghiệp vụ."))
    if wanted.action not in ACTIONS:
        raise Invalid("UNKNOWN_ACTION", _("Không có chức năng này."), field="action")
    system = system_of(wanted.action)
    said = Report(kind_for(wanted.action), system, account.unit_id, account_id=account.pk, wanted=wanted, words=words)
    return report(acting, said)


@transaction.atomic
def take_step(acting: Acting, defect_id: int, verb: str, *, words: str = "", desk: str = "") -> AccountDefect:
    """Moves a defect along the rule table: consolidate, forward, resolve, refuse, confirm, reopen.

    Raises NotFound, AccessDenied, Conflict ILLEGAL_STEP, Invalid (WORDS_REQUIRED, DESK_REQUIRED).
    """
    defect = AccountDefect.objects.select_for_update(of=("self",)).filter(pk=defect_id).first()
    if defect is None:
        raise NotFound("ACCOUNT_DEFECT_NOT_FOUND", _("Không tìm thấy vướng mắc tài khoản."))
    state = DefectState(defect.state)
    edge = EDGES.get(verb)
    if edge is None:
        raise NotFound("STEP_UNKNOWN", _("Không có bước xử lý này."))
    right = right_for(state, verb)
    if right is None:
        require(acting, next(iter(edge.rights.values())), defect)
        raise Conflict(
            "ILLEGAL_STEP",
            _("Không thực hiện được bước này khi vướng mắc ở trạng thái “%(state)s”.") % {"state": STATE_NAMES[state]},
            details={"current_state": state.value, "verb": verb},
        )
    actor = require(acting, right, defect)
    _refuse_own_answer(acting, defect, right)
    said = normalise(words).strip()[:MOST_WORDS]
    if edge.needs_words and not said:
        raise Invalid("WORDS_REQUIRED", _("Phải ghi nội dung trả lời hoặc lý do."), field="words")
    if edge.needs_desk and desk not in list(Desk):
        raise Invalid("DESK_REQUIRED", _("Phải chọn nơi nhận: C12 hoặc D01."), field="desk")
    defect.state = edge.target.value
    defect.desk = desk if edge.needs_desk else defect.desk
    if edge.target in (DefectState.DONE, DefectState.REFUSED):
        defect.answer = said
    defect.changed_at = clock.now()
    defect.closed_at = defect.changed_at if edge.target is DefectState.CLOSED else None
    defect.save()
    _step(defect, verb, actor, acting, said)
    return defect


def _refuse_own_answer(acting: Acting, defect: AccountDefect, right: str) -> None:
    """Whoever answered does not confirm for the unit that it helped; the requester always may."""
    if right != CONFIRM or defect.requested_by_id == acting.account_id:
        return
    answered = defect.steps.filter(verb__in=["resolve", "refuse"]).order_by("-pk").first()
    if answered is not None and answered.by_id == acting.account_id:
        words = _("Người đã trả lời không tự xác nhận thay đơn vị đề nghị.")
        raise AccessDenied("OWN_ANSWER", words, details={"action": CONFIRM, "subject": ["account_defect", defect.pk]})


def _account_of(said: Report) -> Account | None:
    if said.account_id is None:
        return None
    account = Account.objects.filter(pk=said.account_id).exclude(kind=AccountKind.PERSON.value).first()
    if account is None:
        raise NotFound("ACCOUNT_NOT_FOUND", _("Không tìm thấy tài khoản."))
    return account


def _reporter(acting: Acting, said: Report, account: Account | None) -> Actor:
    """Who reports: the officer concerned, about their own unit, or whoever reports for the unit."""
    if account is not None and account.pk == acting.account_id and account.unit_id == said.unit_id:
        if not account.is_active:
            raise AccessDenied("ACCOUNT_SUSPENDED", _("Tài khoản đang bị tạm ngừng sử dụng."))
        return acting.actor()
    if not Unit.objects.filter(pk=said.unit_id).exists():
        raise NotFound("UNIT_NOT_FOUND", _("Không tìm thấy đơn vị."))
    if account is not None:
        require(acting, "account_defect.report", account)
    return require(acting, "account_defect.report", Place(said.unit_id))


def _check(said: Report, name: str) -> None:
    if not name:
        raise Invalid("PERSON_REQUIRED", _("Phải ghi họ và tên cán bộ."), field="person_name")
    if (said.kind is DefectKind.MISSING) == (said.account_id is not None):
        words = _("Cán bộ thiếu tài khoản thì ghi họ tên; vướng mắc khác thì chọn tài khoản của cán bộ.")
        raise Invalid("KIND_AND_ACCOUNT", words, field="kind")
    wanted = said.wanted
    if wanted is None:
        return
    if wanted.action and wanted.action not in ACTIONS:
        raise Invalid("UNKNOWN_ACTION", _("Không có chức năng này."), field="action")
    if wanted.unit_id is not None and not Unit.objects.filter(pk=wanted.unit_id).exists():
        raise NotFound("UNIT_NOT_FOUND", _("Không tìm thấy đơn vị."))
    if wanted.field_id is not None and not Field.objects.filter(pk=wanted.field_id).exists():
        raise NotFound("FIELD_NOT_FOUND", _("Không tìm thấy lĩnh vực."))


def _merge(acting: Acting, actor: Actor, again: AccountDefect, words: str) -> AccountDefect:
    """Counts the report at the open defect; the officer concerned, once they ask themselves, is who confirms."""
    defect = AccountDefect.objects.select_for_update(of=("self",)).exclude(state=DefectState.CLOSED.value).get(
        person_key=again.person_key,
        kind=again.kind,
        system=again.system,
        wanted_action=again.wanted_action,
        wanted_unit=again.wanted_unit_id,
        wanted_field=again.wanted_field_id,
    )  # fmt: skip
    defect.times_reported += 1
    defect.changed_at = again.changed_at
    if defect.account_id == acting.account_id:
        defect.requested_by_id = acting.account_id
    defect.save()
    _step(defect, MERGE, actor, acting, words)
    return defect


def _step(defect: AccountDefect, verb: str, actor: Actor, acting: Acting, words: str) -> None:
    AccountDefectStep.objects.create(
        defect=defect,
        verb=verb,
        state=defect.state,
        by_id=acting.account_id,
        by_unit=actor.unit,
        words=words,
        at=defect.changed_at,
    )
    details = {"kind": defect.kind, "system": defect.system, "state": defect.state}
    audit.record(actor, f"account_defect.{verb}", ("account_defect", str(defect.pk)), details=details)
