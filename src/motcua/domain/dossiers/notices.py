"""What the applicant is told at each transition, by SMS: plain, short, nothing personal beyond the code (SEC-03).

Every edge of the rule table names its notice here or None on purpose; a shape test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from motcua.domain.dossiers import events
from motcua.foundation.date_words import short_moment
from motcua.foundation.events import EventBody

TEXTS: Mapping[str, str] = {
    "dossier.submitted": "Hồ sơ {code} đã nộp thành công. Cơ quan tiếp nhận sẽ trả lời trước {moment}.",
    "dossier.received": "Hồ sơ {code} đã được tiếp nhận. Hẹn trả kết quả: {moment}.",
    "dossier.intake_refused": "Hồ sơ {code} không được tiếp nhận. Xem lý do tại Cổng Dịch vụ công quốc gia.",
    "dossier.supplement_asked": "Hồ sơ {code} cần bổ sung trước {moment}. Xem nội dung trên Cổng.",
    "dossier.supplemented": "Đã nhận giấy tờ bổ sung của hồ sơ {code}.",
    "dossier.transferred": "Hồ sơ {code} đã được chuyển đến cơ quan có thẩm quyền giải quyết.",
    "dossier.payment_asked": "Hồ sơ {code} cần thực hiện nghĩa vụ tài chính. Xem và nộp trên Cổng.",
    "dossier.paused": "Hồ sơ {code} tạm dừng xử lý. Xem lý do tại Cổng Dịch vụ công quốc gia.",
    "dossier.resumed": "Hồ sơ {code} được tiếp tục xử lý.",
    "dossier.resolved": "Hồ sơ {code} đã có kết quả. Xem và tải kết quả tại Cổng Dịch vụ công quốc gia.",
    "dossier.refused": "Hồ sơ {code} bị từ chối giải quyết. Xem lý do tại Cổng Dịch vụ công quốc gia.",
    "dossier.returned": "Hồ sơ {code} đã trả kết quả. Mời Ông/Bà đánh giá mức độ hài lòng trên Cổng.",
    "dossier.withdrawn": "Hồ sơ {code} đã được rút theo đề nghị của Ông/Bà.",
}

NOTICE_OF: Mapping[type[EventBody], str] = {
    events.DossierSubmitted: "dossier.submitted",
    events.DossierReceived: "dossier.received",
    events.IntakeRefused: "dossier.intake_refused",
    events.SupplementAsked: "dossier.supplement_asked",
    events.Supplemented: "dossier.supplemented",
    events.DossierTransferred: "dossier.transferred",
    events.ObligationRequested: "dossier.payment_asked",
    events.DossierPaused: "dossier.paused",
    events.DossierResumed: "dossier.resumed",
    events.DossierResolved: "dossier.resolved",
    events.DossierRefused: "dossier.refused",
    events.ResultReturned: "dossier.returned",
    events.DossierWithdrawn: "dossier.withdrawn",
}

_MOMENT: Mapping[type[EventBody], Callable[[EventBody], object]] = {
    events.DossierReceived: lambda body: body.due_at,  # type: ignore[attr-defined]
    events.SupplementAsked: lambda body: body.answer_by,  # type: ignore[attr-defined]
}


def parameters(body: EventBody, receive_by: object) -> dict[str, str]:
    """The values of a notice's named parameters."""
    moment = _MOMENT.get(type(body), lambda _body: receive_by)(body)
    return {"code": body.code, "moment": short_moment(moment)}  # type: ignore[attr-defined, arg-type]
