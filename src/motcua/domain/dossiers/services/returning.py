"""The end of the way: hand the result over, withdraw, rate."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.dossiers import events, reasons
from motcua.domain.dossiers.models import (
    RECEIVER_LENGTH,
    TRACKING_LENGTH,
    Dossier,
    Rating,
    ResultReturn,
    SupplementRequest,
)
from motcua.domain.dossiers.rules import PAUSED_STATES, ReturnMethod, State
from motcua.domain.dossiers.transition import end_pause, locked, moved, opened, require_owner
from motcua.domain.organisations.access import Acting
from motcua.foundation import audit, clock
from motcua.foundation.errors import Conflict, FieldError, Invalid
from motcua.foundation.events import Append, append
from motcua.foundation.text import normalise_line


@transaction.atomic
def return_result(
    acting: Acting,
    dossier_id: UUID,
    *,
    method: str,
    receiver_name: str = "",
    receiver_signed: bool = False,
    tracking_code: str = "",
    expected_version: int | None = None,
) -> Dossier:
    """Records how the result reached the applicant (DOS-08).

    Online needs nothing more; at the counter the receiver is named and has signed; by post there is a tracking code.
    """
    change = opened(acting, dossier_id, "return_result", expected_version=expected_version)
    proof = _proof(method, normalise_line(receiver_name), receiver_signed, normalise_line(tracking_code))
    change.dossier.returned_at = change.now
    ResultReturn.objects.create(
        dossier=change.dossier, returned_at=change.now, returned_by_id=acting.account_id, **proof
    )
    return moved(change, events.ResultReturned(**change.moved_fields, method=method), details={"method": method})


def _proof(method: str, receiver: str, signed: bool, tracking: str) -> dict[str, object]:
    errors: list[FieldError] = []
    if method not in set(ReturnMethod):
        errors.append(FieldError("method", "METHOD", _("Chọn cách trả kết quả")))
    if method == ReturnMethod.COUNTER and not (receiver and signed):
        errors.append(FieldError("receiver_name", "RECEIVER", _("Ghi tên người nhận và xác nhận đã ký nhận")))
    if method == ReturnMethod.POSTAL and not tracking:
        errors.append(FieldError("tracking_code", "TRACKING_CODE", _("Ghi mã vận đơn bưu chính")))
    if len(receiver) > RECEIVER_LENGTH:
        errors.append(FieldError("receiver_name", "TOO_LONG", _("Tên người nhận quá dài")))
    if len(tracking) > TRACKING_LENGTH:
        errors.append(FieldError("tracking_code", "TOO_LONG", _("Mã vận đơn quá dài")))
    if errors:
        raise Invalid("HAND_OVER_UNPROVED", _("Chưa đủ căn cứ trả kết quả"), errors=errors)
    return {"method": method, "receiver_name": receiver, "receiver_signed": signed, "tracking_code": tracking}


@transaction.atomic
def withdraw(acting: Acting, dossier_id: UUID, *, reason_text: str, expected_version: int | None = None) -> Dossier:
    """The applicant takes the dossier back before a decision is issued (Đ21 NĐ 118/2025/NĐ-CP)."""
    reason = reasons.checked("APPLICANT_REQUEST", reason_text)
    change = opened(acting, dossier_id, "withdraw", expected_version=expected_version)
    if change.before in PAUSED_STATES:
        end_pause(change)
    if change.before is State.WAIT_SUPPLEMENT:
        open_request = SupplementRequest.objects.filter(dossier=change.dossier, answered_at__isnull=True)
        open_request.update(answered_at=change.now)
    event = events.DossierWithdrawn(**change.moved_fields, reason_code=reason.code.value, reason_text=reason.text)
    return moved(change, event, reason=reason)


@transaction.atomic
def rate(acting: Acting, dossier_id: UUID, *, score: int, comment: str = "") -> Rating:
    """The applicant's satisfaction with a finished dossier, once."""
    dossier = locked(dossier_id)
    require_owner(acting, dossier)
    if dossier.returned_at is None:
        raise Conflict("NOT_RETURNED", _("Chỉ đánh giá được sau khi đã trả kết quả"))
    if not 1 <= score <= 5:
        raise Invalid("SCORE", _("Chọn mức hài lòng từ 1 đến 5"), field="score")
    if Rating.objects.filter(dossier=dossier).exists():
        raise Conflict("ALREADY_RATED", _("Ông/Bà đã đánh giá hồ sơ này"))
    rating = Rating.objects.create(
        dossier=dossier, score=score, comment=normalise_line(comment)[:1000], rated_at=clock.now()
    )
    dossier.version += 1
    dossier.save(update_fields=["version"])
    body = events.DossierRated(code=dossier.code, score=score)
    append([Append(dossier.pk, dossier.version - 1, [body], dossier_id=dossier.pk)], actor=acting.actor())
    audit.record(acting.actor(), "dossier.rate", ("dossier", str(dossier.pk)), details={"score": score})
    return rating
