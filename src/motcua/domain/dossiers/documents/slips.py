"""Acknowledgement of a submission, reception slip (form 01), supplement request (form 02), refusal (form 03).

Made on demand from what is stored, so a paper can never differ from the dossier (TT 03/2025/TT-VPCP, Annex I; SUB-12).
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from motcua.domain.dossiers.documents.typesetting import Paper, typeset
from motcua.domain.dossiers.models import SupplementRequest
from motcua.domain.dossiers.queries import Detail
from motcua.domain.dossiers.rules import REASON_NAMES, ReasonCode
from motcua.foundation.clock import to_local
from motcua.foundation.date_words import short_moment
from motcua.foundation.errors import Conflict

_FOOTER = "Tra cứu hồ sơ theo mã trên Cổng Dịch vụ công quốc gia. Tổng đài hỗ trợ: 1800.1096"


def acknowledgement(detail: Detail) -> bytes:
    """Says that the system has the dossier since when, and by when reception has to follow."""
    dossier = detail.dossier
    facts = (
        *_who_and_what(detail),
        ("Hệ thống nhận lúc", short_moment(dossier.submitted_at)),
        ("Phải tiếp nhận hoặc yêu cầu bổ sung trước", short_moment(dossier.receive_by)),
    )
    paragraphs = ("Giấy này xác nhận hệ thống đã nhận hồ sơ; thời hạn giải quyết tính từ khi hồ sơ được tiếp nhận.",)
    return _paper(detail, "Xác nhận đã nộp hồ sơ", dossier.submitted_at, facts, paragraphs=paragraphs)


def reception_slip(detail: Detail) -> bytes:
    """Form 01: receipt and appointment. Raises Conflict NOT_RECEIVED before reception."""
    dossier = detail.dossier
    if dossier.received_at is None or dossier.due_at is None:
        raise Conflict(
            "NOT_RECEIVED",
            _("Hồ sơ chưa được tiếp nhận; phải tiếp nhận trước %(moment)s")
            % {"moment": short_moment(dossier.receive_by)},
        )
    receiver = next((task for task in detail.tasks if task.outcome == "receive"), None)
    facts = (
        *_who_and_what(detail),
        (
            "Thời hạn giải quyết",
            f"{detail.definition.time_limit.amount} {_UNITS[detail.definition.time_limit.unit.value]}",
        ),
        ("Nhận hồ sơ lúc", short_moment(dossier.received_at)),
        ("Hẹn trả kết quả lúc", short_moment(dossier.due_at)),
        ("Nơi trả kết quả", dossier.receiving_unit.name),
        ("Cán bộ tiếp nhận", _receiver_name(detail)),
    )
    names = _component_names(detail)
    items = tuple(names[item.component_code] for item in detail.attachments if item.version == 1)
    moment = receiver.closed_at if receiver and receiver.closed_at else dossier.received_at
    return _paper(
        detail,
        "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
        moment,
        facts,
        number=f"{dossier.code}/TNHS",
        items_title="Giấy tờ đã nộp:",
        items=items,
        left="Người nộp hồ sơ",
        right="Người tiếp nhận hồ sơ",
        signer=_receiver_name(detail),
    )


def supplement_request(detail: Detail, request: SupplementRequest) -> bytes:
    """Form 02: everything to complete, once, with the reason."""
    names = _component_names(detail)
    items = tuple(f"{names[point['component']]}: {point['what']}".rstrip(": ") for point in request.items)
    facts = (
        *_who_and_what(detail),
        ("Lý do", f"{REASON_NAMES[ReasonCode(request.reason_code)]}. {request.reason_text}"),
        ("Bổ sung trước", short_moment(request.answer_by)),
    )
    return _paper(
        detail,
        "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
        request.requested_at,
        facts,
        number=f"{detail.dossier.code}/PBS",
        items_title="Ông/Bà bổ sung, hoàn thiện những nội dung sau:",
        items=items,
        right="Người hướng dẫn",
    )


def refusal(detail: Detail) -> bytes:
    """Form 03: refusal with the specific reason. Raises Conflict NOT_REFUSED."""
    dossier = detail.dossier
    if not _was_refused(detail):
        raise Conflict("NOT_REFUSED", _("Hồ sơ không bị từ chối"))
    reason = f"{REASON_NAMES[ReasonCode(dossier.reason_code)]}. {dossier.reason_text}"
    title = "Phiếu từ chối tiếp nhận giải quyết hồ sơ"
    facts = (*_who_and_what(detail), ("Lý do từ chối", reason))
    return _paper(detail, title, dossier.finished_at or dossier.submitted_at, facts, number=f"{dossier.code}/PTC")


def _was_refused(detail: Detail) -> bool:
    """Whether the dossier ended with a refusal, at the desk or after examination, wherever it stands since."""
    return any(task.outcome in {"refuse_intake", "refuse"} for task in detail.tasks)


_UNITS = {"WORKING_DAY": "ngày làm việc", "DAY": "ngày", "HOUR": "giờ làm việc", "MONTH": "tháng"}


def _who_and_what(detail: Detail) -> tuple[tuple[str, str], ...]:
    return (
        ("Mã hồ sơ", detail.dossier.code),
        ("Người nộp hồ sơ", detail.dossier.owner_name),
        ("Nội dung yêu cầu giải quyết", f"{detail.definition.name} ({detail.dossier.service_code})"),
    )


def _component_names(detail: Detail) -> dict[str, str]:
    return {component.code: component.name for component in detail.definition.components}


def _receiver_name(detail: Detail) -> str:
    actor = next((task for task in detail.tasks if task.outcome == "receive"), None)
    return actor.assignee.display_name if actor and actor.assignee else ""


def _paper(
    detail: Detail,
    title: str,
    moment: datetime,
    facts: tuple[tuple[str, str], ...],
    *,
    number: str = "",
    items_title: str = "",
    items: tuple[str, ...] = (),
    paragraphs: tuple[str, ...] = (),
    left: str = "",
    right: str = "",
    signer: str = "",
) -> bytes:
    return typeset(
        Paper(
            unit=detail.dossier.receiving_unit.name,
            title=title,
            code=detail.dossier.code,
            day=to_local(moment).date(),
            place=detail.dossier.locality.name,
            facts=facts,
            number=number,
            items_title=items_title,
            items=items,
            paragraphs=paragraphs,
            left_signature=left,
            right_signature=right,
            signer=signer,
            footer=_FOOTER,
        )
    )
