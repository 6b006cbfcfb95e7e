"""What the administration offers: one entry a subject, shown to who holds one of its actions somewhere.

A further subject adds a line to `ENTRIES`, in the order of the screen.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from motcua.faces.administration import registers_navigation
from motcua.faces.administration.entries import EVERY_OFFICER, Entry

ENTRIES: list[Entry] = [
    Entry(
        _("Cây đơn vị"),
        _("Xem đơn vị theo từng cấp, lịch sử tên gọi và trực thuộc, quyền đã cấp tại đơn vị."),
        "administration:units",
        frozenset({"unit.view"}),
    ),
    Entry(
        _("Tài khoản và quyền"),
        _("Tìm, mở, tạm khóa tài khoản; cấp, thu hồi quyền; rà soát định kỳ."),
        "administration:accounts",
        frozenset({"account.view"}),
    ),
    Entry(
        _("Yêu cầu chờ quyết định"),
        _("Yêu cầu cấp tài khoản và đề nghị cấp quyền quản trị cần người thứ hai xác nhận."),
        "administration:requests",
        frozenset({"account.create", "account.grant"}),
    ),
    Entry(
        _("Nhật ký kiểm toán"),
        _("Tìm ai đã làm gì, trên hồ sơ hay tài khoản nào, lúc nào."),
        "administration:audit",
        frozenset({"audit.view"}),
    ),
    Entry(
        _("An toàn thông tin"),
        _("Xem số lần đăng nhập không thành công, giả mạo bị phát hiện, tấn công bị chặn."),
        "administration:security",
        frozenset({"security.handle"}),
    ),
    Entry(
        _("Sai khác dữ liệu định danh"),
        _("Thông tin người nộp khai khác dữ liệu VNeID, dữ liệu dân cư: theo dõi, báo cáo, kết xuất."),
        "administration:differences",
        frozenset({"identity_difference.view"}),
    ),
    Entry(
        _("Nhật ký khai thác dữ liệu dân cư"),
        _("Ai đã khai thác dữ liệu dân cư, khi nào, cho hồ sơ nào, vì sao, những thông tin nào."),
        "administration:population_queries",
        frozenset({"audit.view"}),
    ),
]


def entries_for(held: frozenset[str]) -> Sequence[Entry]:
    """The entries that these actions open, and those of every officer."""
    entries = [*ENTRIES, *registers_navigation.ENTRIES]
    return [entry for entry in entries if entry.actions == EVERY_OFFICER or entry.actions & held]
