"""What histories call each event of a dossier and of what it owes."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVENT_NAMES: dict[str, str | Promise] = {
    "dossier.submitted": _("Hồ sơ được nộp"),
    "dossier.received": _("Hồ sơ được tiếp nhận"),
    "dossier.intake_refused": _("Hồ sơ bị từ chối tiếp nhận"),
    "dossier.supplement_asked": _("Cơ quan yêu cầu bổ sung"),
    "dossier.supplemented": _("Người nộp đã bổ sung"),
    "dossier.processing_started": _("Bắt đầu xử lý"),
    "dossier.task_laid_down": _("Chờ phân công cán bộ khác"),
    "dossier.task_taken_up": _("Cán bộ khác nhận xử lý"),
    "dossier.transferred": _("Chuyển cơ quan xử lý"),
    "dossier.payment_asked": _("Cơ quan thông báo nghĩa vụ tài chính"),
    "dossier.payment_complete": _("Đã thực hiện nghĩa vụ tài chính"),
    "dossier.paused": _("Tạm dừng xử lý"),
    "dossier.resumed": _("Tiếp tục xử lý"),
    "dossier.result_proposed": _("Trình phê duyệt kết quả"),
    "dossier.sent_back": _("Trả lại để xử lý thêm"),
    "dossier.resolved": _("Có kết quả giải quyết"),
    "dossier.refused": _("Từ chối giải quyết"),
    "dossier.returned": _("Đã trả kết quả"),
    "dossier.withdrawn": _("Người nộp rút hồ sơ"),
    "dossier.closed": _("Hồ sơ kết thúc"),
    "dossier.overdue": _("Quá hạn giải quyết"),
    "dossier.rated": _("Người nộp đánh giá"),
    "payment.obligation_created": _("Phát sinh khoản phải nộp"),
    "payment.obligation_cancelled": _("Hủy khoản phải nộp"),
    "payment.started": _("Bắt đầu một lần thanh toán"),
    "payment.ended": _("Lần thanh toán kết thúc, chưa nhận được tiền"),
    "payment.obligation_paid": _("Đã nộp khoản phải nộp"),
    "payment.surplus_received": _("Nhận tiền thừa, mở yêu cầu hoàn"),
    "payment.receipt_issued": _("Phát hành biên lai"),
}


def event_name(event: str) -> str:
    """The event in words; an event that has no name yet is told by its code, never left out."""
    return str(EVENT_NAMES.get(event, event))
