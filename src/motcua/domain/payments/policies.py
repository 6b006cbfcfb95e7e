"""Settings of the payments room: every time-out and limit that the notices leave open."""

from __future__ import annotations

from motcua.foundation.policies import Policy

QR_VALIDITY = Policy(
    "payments.qr_validity_minutes",
    15,
    unit="phút",
    minimum=1,
    maximum=120,
    description="Thời gian một mã QR còn hiệu lực để quét (PAY-05)",
)
INITIATION_TIMEOUT = Policy(
    "payments.initiation_timeout_seconds",
    10,
    unit="giây",
    minimum=1,
    maximum=60,
    description="Thời gian chờ ngân hàng trả mã QR khi khởi tạo giao dịch (PAY-04, PAY-06)",
)
INITIATION_LIMIT = Policy(
    "payments.initiation_limit_seconds",
    60,
    unit="giây",
    minimum=5,
    maximum=600,
    description="Giao dịch chưa có mã QR quá thời gian này là thất bại, người nộp được tạo giao dịch mới (PAY-13)",
)
INQUIRY_AFTER = Policy(
    "payments.inquiry_after_seconds",
    120,
    unit="giây",
    minimum=5,
    maximum=3600,
    description="Giao dịch chưa có kết quả cuối sau thời gian này thì tra soát tại ngân hàng, rồi lặp lại (PAY-10)",
)
EXPIRY_GRACE = Policy(
    "payments.expiry_grace_seconds",
    20,
    unit="giây",
    minimum=0,
    maximum=600,
    description="Chờ thêm sau khi mã QR hết hạn để tra soát trước khi ghi nhận hết thời gian quét (PAY-05)",
)
PROCESSING_LIMIT = Policy(
    "payments.processing_limit_minutes",
    30,
    unit="phút",
    minimum=1,
    maximum=1440,
    description="Giao dịch đang xử lý quá thời gian này là thất bại, nghĩa vụ thanh toán lại được (PAY-10, PAY-13)",
)
LATE_INQUIRY_HOURS = Policy(
    "payments.late_inquiry_hours",
    72,
    unit="giờ",
    minimum=1,
    maximum=720,
    description="Sau khi giao dịch kết thúc vẫn tra soát tiền đến muộn trong thời gian này (PAY-11)",
)
RECEIPT_LIMIT = Policy(
    "payments.receipt_limit_minutes",
    5,
    unit="phút",
    minimum=1,
    maximum=1440,
    description="Biên lai chưa phát hành quá thời gian này thì cảnh báo (RCP-01)",
)
NOTIFICATION_LIMIT = Policy(
    "payments.notification_limit_minutes",
    5,
    unit="phút",
    minimum=1,
    maximum=1440,
    description="Thông báo của ngân hàng chưa xử lý quá thời gian này thì cảnh báo (PAY-09)",
)
SIGNATURE_WINDOW = Policy(
    "payments.signature_window_seconds",
    300,
    unit="giây",
    minimum=30,
    maximum=3600,
    description="Chênh lệch giờ tối đa của thông báo có chữ ký từ ngân hàng (PAY-09)",
)
