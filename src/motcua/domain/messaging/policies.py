"""Settings of the messaging room."""

from __future__ import annotations

from motcua.foundation.outbound import Limits
from motcua.foundation.partner_policies import PartnerPolicies
from motcua.foundation.policies import Policy

GATEWAY = PartnerPolicies(
    "messaging.gateway",
    "cổng tin nhắn thương hiệu",
    defaults=Limits(connect_seconds=3, read_seconds=8, total_seconds=10, attempts=1, breaker_failures=5),
)
MAX_TRIES = Policy(
    "messaging.max_tries",
    6,
    unit="lần",
    minimum=1,
    maximum=50,
    description="Số lần gửi một tin nhắn tới cổng trước khi ghi nhận thất bại do quá thời gian chờ",
)
FIRST_RETRY_SECONDS = Policy(
    "messaging.first_retry_seconds",
    30,
    unit="giây",
    minimum=1,
    maximum=3600,
    description="Thời gian chờ trước lần gửi lại đầu tiên; mỗi lần sau gấp đôi",
)
LONGEST_RETRY_SECONDS = Policy(
    "messaging.longest_retry_seconds",
    1800,
    unit="giây",
    minimum=1,
    maximum=86_400,
    description="Thời gian chờ dài nhất giữa hai lần gửi lại một tin nhắn",
)
VALID_HOURS = Policy(
    "messaging.valid_hours",
    24,
    unit="giờ",
    minimum=1,
    maximum=168,
    description="Tin nhắn chưa gửi được sau số giờ này thì không gửi nữa, trừ mẫu tin có thời hạn riêng",
)
MAX_SEGMENTS = Policy(
    "messaging.max_segments",
    3,
    unit="phần",
    minimum=1,
    maximum=4,
    description="Số phần tối đa mà nhà mạng tính cho một tin nhắn, không dấu",
)
LONGEST_POLL_MINUTES = Policy(
    "messaging.longest_poll_minutes",
    30,
    unit="phút",
    minimum=1,
    maximum=1440,
    description="Khoảng cách dài nhất giữa hai lần hỏi cổng về một tin nhắn đã tiếp nhận nhưng chưa xử lý",
)
UNPROCESSED_HOURS = Policy(
    "messaging.unprocessed_hours",
    24,
    unit="giờ",
    minimum=1,
    maximum=168,
    description="Tin nhắn đã được cổng tiếp nhận nhưng chưa xử lý sau số giờ này được đưa vào danh sách cần kiểm tra",
)
