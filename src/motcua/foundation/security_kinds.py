"""The kinds of security event, in words and in the groups that the officer's view sums up (SEC-01)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class SecurityKind(StrEnum):
    """What was refused, forged or out of the ordinary."""

    FAILED_SIGN_ON = "FAILED_SIGN_ON"
    LOCK_OUT = "LOCK_OUT"
    FORGED_CALLBACK = "FORGED_CALLBACK"
    FORGED_CREDENTIAL = "FORGED_CREDENTIAL"
    PARTNER_REFUSED = "PARTNER_REFUSED"
    CSRF = "CSRF"
    ENUMERATION = "ENUMERATION"
    HOST = "HOST"
    MALWARE = "MALWARE"
    PROBE = "PROBE"
    RATE_LIMITED = "RATE_LIMITED"
    REDIRECT = "REDIRECT"
    SUSPICIOUS = "SUSPICIOUS"
    DENIED = "DENIED"
    BREAK_GLASS = "BREAK_GLASS"
    EMERGENCY_SIGN_ON = "EMERGENCY_SIGN_ON"


KIND_NAMES: Final[dict[SecurityKind, Words]] = {
    SecurityKind.FAILED_SIGN_ON: _("Đăng nhập không thành công"),
    SecurityKind.LOCK_OUT: _("Tạm chặn đăng nhập vì sai nhiều lần"),
    SecurityKind.FORGED_CALLBACK: _("Thông báo giả mạo gửi đến Cổng"),
    SecurityKind.FORGED_CREDENTIAL: _("Mã truy cập giả mạo hoặc hết hiệu lực"),
    SecurityKind.PARTNER_REFUSED: _("Lời gọi của hệ thống kết nối bị từ chối"),
    SecurityKind.CSRF: _("Biểu mẫu giả mạo"),
    SecurityKind.ENUMERATION: _("Dò mã hồ sơ"),
    SecurityKind.HOST: _("Tên máy chủ lạ"),
    SecurityKind.MALWARE: _("Tệp chứa mã độc"),
    SecurityKind.PROBE: _("Dò quét địa chỉ"),
    SecurityKind.RATE_LIMITED: _("Vượt giới hạn số lần truy cập"),
    SecurityKind.REDIRECT: _("Chuyển hướng ra ngoài Cổng"),
    SecurityKind.SUSPICIOUS: _("Yêu cầu bất thường"),
    SecurityKind.DENIED: _("Thao tác ngoài quyền hạn"),
    SecurityKind.BREAK_GLASS: _("Mở khẩn cấp hồ sơ ngoài phạm vi"),
    SecurityKind.EMERGENCY_SIGN_ON: _("Đăng nhập khẩn cấp"),
}


class SecurityGroup(StrEnum):
    """How the view sums the kinds up."""

    SIGN_ON = "SIGN_ON"
    FORGED = "FORGED"
    BLOCKED = "BLOCKED"
    WATCHED = "WATCHED"


GROUP_NAMES: Final[dict[SecurityGroup, Words]] = {
    SecurityGroup.SIGN_ON: _("Đăng nhập không thành công"),
    SecurityGroup.FORGED: _("Giả mạo bị phát hiện"),
    SecurityGroup.BLOCKED: _("Tấn công bị chặn"),
    SecurityGroup.WATCHED: _("Việc cần theo dõi"),
}

GROUPS: Final[dict[SecurityGroup, tuple[SecurityKind, ...]]] = {
    SecurityGroup.SIGN_ON: (SecurityKind.FAILED_SIGN_ON, SecurityKind.LOCK_OUT),
    SecurityGroup.FORGED: (
        SecurityKind.FORGED_CALLBACK,
        SecurityKind.FORGED_CREDENTIAL,
        SecurityKind.PARTNER_REFUSED,
    ),
    SecurityGroup.BLOCKED: (
        SecurityKind.CSRF,
        SecurityKind.ENUMERATION,
        SecurityKind.HOST,
        SecurityKind.MALWARE,
        SecurityKind.PROBE,
        SecurityKind.RATE_LIMITED,
        SecurityKind.REDIRECT,
        SecurityKind.SUSPICIOUS,
    ),
    SecurityGroup.WATCHED: (
        SecurityKind.DENIED,
        SecurityKind.BREAK_GLASS,
        SecurityKind.EMERGENCY_SIGN_ON,
    ),
}
"""Every kind stands in exactly one group."""
