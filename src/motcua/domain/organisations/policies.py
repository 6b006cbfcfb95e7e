"""The numbers of this room that an operator may set."""

from __future__ import annotations

from motcua.foundation.policies import Policy

DORMANT_DAYS = Policy(
    "accounts.dormant_days",
    90,
    unit="ngày",
    minimum=7,
    maximum=730,
    description="Tài khoản cán bộ không đăng nhập quá số ngày này được đánh dấu để rà soát (ACC-03)",
)
INSPECTION_MOST_DAYS = Policy(
    "accounts.inspection_most_days",
    31,
    unit="ngày",
    minimum=1,
    maximum=180,
    description="Thời hạn dài nhất của một tài khoản kiểm tra, khảo sát (ACC-13)",
)
