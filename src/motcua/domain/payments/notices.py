"""The messages of this room, in Vietnamese; they are sent without diacritics."""

from __future__ import annotations

PAID = "payment.paid"
TEXTS = {
    PAID: "Đã ghi nhận thanh toán khoản nộp của hồ sơ {code}. Biên lai xem tại Cổng Dịch vụ công quốc gia.",
}
