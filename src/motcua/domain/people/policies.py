"""The numbers of this room that an operator may set."""

from __future__ import annotations

from motcua.foundation.partner_policies import PartnerPolicies
from motcua.foundation.policies import Policy

VNEID = PartnerPolicies("vneid", "VNeID")

SIGN_ON_MINUTES = Policy(
    "sign_on.minutes",
    10,
    unit="phút",
    minimum=1,
    maximum=60,
    description="Thời gian tối đa từ khi bấm đăng nhập đến khi VNeID trả kết quả",
)
SIGN_ONS_PER_MINUTE = Policy(
    "sign_on.per_minute",
    120,
    unit="lượt/phút",
    minimum=0,
    maximum=1_000_000,
    description="Số lượt bắt đầu đăng nhập tối đa từ một địa chỉ mạng; 0: không giới hạn",
)
CLOCK_SKEW_SECONDS = Policy(
    "sign_on.clock_skew_seconds",
    60,
    unit="giây",
    minimum=0,
    maximum=600,
    description="Độ lệch đồng hồ với VNeID còn được chấp nhận khi kiểm tra thẻ định danh",
)
DISCOVERY_MINUTES = Policy(
    "sign_on.discovery_minutes",
    60,
    unit="phút",
    minimum=1,
    maximum=1440,
    description="Thời gian giữ cấu hình và khóa công khai của VNeID trước khi đọc lại",
)
KEY_RENEWAL_SECONDS = Policy(
    "sign_on.key_renewal_seconds",
    10,
    unit="giây",
    minimum=0,
    maximum=3600,
    description="Khoảng cách tối thiểu giữa hai lần đọc lại khóa công khai của VNeID vì gặp khóa lạ",
)
LOGOUT_TOKEN_MINUTES = Policy(
    "sign_on.logout_token_minutes",
    10,
    unit="phút",
    minimum=1,
    maximum=1440,
    description="Tuổi tối đa của thông báo đăng xuất từ VNeID còn được nhận",
)
STAFF_MINIMUM_LEVEL = Policy(
    "sign_on.staff_minimum_level",
    2,
    unit="mức độ",
    minimum=1,
    maximum=2,
    description="Mức độ định danh tối thiểu của cán bộ khi đăng nhập",
)
SESSION_IDLE_MINUTES = Policy(
    "session.idle_minutes",
    60,
    unit="phút",
    minimum=5,
    maximum=720,
    description="Phiên làm việc kết thúc khi không thao tác quá thời gian này (SES-01)",
)
SESSION_WARNING_MINUTES = Policy(
    "session.warning_minutes",
    2,
    unit="phút",
    minimum=1,
    maximum=30,
    description="Cảnh báo trước khi phiên kết thúc (SES-01)",
)
TOKEN_DAYS = Policy(
    "access_token.days",
    90,
    unit="ngày",
    minimum=1,
    maximum=730,
    description="Thời hạn của khóa truy cập API khi cấp mới",
)
DELEGATION_DAYS = Policy(
    "delegation.days",
    730,
    unit="ngày",
    minimum=1,
    maximum=3650,
    description="Thời hạn dài nhất khi người đại diện tổ chức phân quyền cho cá nhân (IDN-08)",
)
SIGN_ON_RECORD_DAYS = Policy(
    "sign_on.record_days",
    2,
    unit="ngày",
    minimum=1,
    maximum=90,
    description="Thời gian giữ lượt đăng nhập đã kết thúc (không tính thống kê lỗi)",
)
EVIDENCE_LETTERS = Policy(
    "identity_difference.evidence_letters",
    15,
    unit="chữ cái",
    minimum=5,
    maximum=200,
    description="Số chữ cái tối thiểu của căn cứ khi cán bộ ghi nhận đã đính chính sai khác dữ liệu (IDN-11)",
)
STAFF_SESSIONS = Policy(
    "session.staff_concurrent",
    5,
    unit="phiên",
    minimum=0,
    maximum=100,
    description="Số phiên đăng nhập cùng lúc tối đa của một tài khoản cán bộ; vượt quá thì phiên lâu không dùng nhất "
    "kết thúc; 0: không giới hạn (SES-04)",
)
STAFF_SESSION_HOURS = Policy(
    "session.staff_absolute_hours",
    0,
    unit="giờ",
    minimum=0,
    maximum=72,
    description="Sau thời gian này kể từ khi đăng nhập, cán bộ phải đăng nhập lại dù đang làm việc; 0: không áp dụng",
)
RECENT_SIGN_ON_MINUTES = Policy(
    "session.recent_sign_on_minutes",
    30,
    unit="phút",
    minimum=1,
    maximum=1440,
    description="Việc nhạy cảm chỉ làm được trong thời gian này kể từ khi đăng nhập; quá thì đăng nhập lại",
)
SESSION_RECORD_DAYS = Policy(
    "session.record_days",
    90,
    unit="ngày",
    minimum=7,
    maximum=730,
    description="Thời gian giữ danh sách phiên đăng nhập đã kết thúc",
)
PARTNER_KEY_DAYS = Policy(
    "partner_key.days",
    365,
    unit="ngày",
    minimum=1,
    maximum=730,
    description="Thời hạn của khóa kết nối khi cấp mới (SEC-04)",
)
PARTNER_CLOCK_SECONDS = Policy(
    "partner_key.clock_seconds",
    300,
    unit="giây",
    minimum=10,
    maximum=900,
    description="Độ lệch tối đa của thời điểm ký trong lời gọi của hệ thống kết nối (SEC-04)",
)
POPULATION = PartnerPolicies("population", "Cơ sở dữ liệu quốc gia về dân cư")
POPULATION_REASON_LETTERS = Policy(
    "population.reason_letters",
    15,
    unit="chữ cái",
    minimum=5,
    maximum=200,
    description="Số chữ cái tối thiểu của lý do khai thác dữ liệu dân cư (IDN-12)",
)
POPULATION_QUERIES_AN_HOUR = Policy(
    "population.queries_an_hour",
    30,
    unit="lần",
    minimum=1,
    maximum=1000,
    description="Số lần một cán bộ được khai thác dữ liệu dân cư trong một giờ (IDN-12)",
)
