"""Settings of the dossiers room."""

from __future__ import annotations

from motcua.foundation.policies import Policy

CENTRAL_SYSTEM_AGENCY = Policy(
    "dossiers.central_system_agency",
    "G01",
    description="Mã định danh cấp 1 của cơ quan sở hữu hệ thống tập trung, lấy hai chữ số cho mã hồ sơ",
)
RECEPTION_HOURS = Policy(
    "dossiers.reception_working_hours",
    8,
    unit="giờ làm việc",
    minimum=1,
    maximum=80,
    description="Thời hạn tiếp nhận hoặc yêu cầu bổ sung một hồ sơ nộp trực tuyến, kể từ khi hệ thống nhận được",
)
DUE_SOON_HOURS = Policy(
    "dossiers.due_soon_working_hours",
    8,
    unit="giờ làm việc",
    minimum=1,
    maximum=80,
    description="Hồ sơ còn ít hơn số giờ này được đánh dấu sắp đến hạn",
)
CLOSE_AFTER_DAYS = Policy(
    "dossiers.close_after_days",
    30,
    unit="ngày",
    minimum=1,
    maximum=365,
    description="Hồ sơ đã trả kết quả, bị từ chối tiếp nhận hoặc đã rút được kết thúc sau số ngày này",
)
MAX_FILES = Policy(
    "dossiers.max_files_per_dossier",
    60,
    unit="tệp",
    minimum=1,
    maximum=500,
    description="Số tệp tối đa của một hồ sơ",
)
LOOKUPS_PER_MINUTE = Policy(
    "lookup.anonymous_per_minute",
    300,
    unit="lượt/phút",
    minimum=0,
    maximum=1_000_000,
    description="Số lượt tra cứu hồ sơ không đăng nhập tối đa từ một địa chỉ; 0: không giới hạn",
)
LOOKUP_MISSES_PER_MINUTE = Policy(
    "lookup.unknown_codes_per_minute",
    60,
    unit="lượt/phút",
    minimum=0,
    maximum=1_000_000,
    description="Số mã hồ sơ không tồn tại được tra cứu tối đa từ một địa chỉ, chống dò mã; 0: không giới hạn",
)
