"""The navigation entries of the registers of account defects, coverage and systems, and of the diagnostic."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from motcua.faces.administration.entries import EVERY_OFFICER, Entry

ENTRIES = [
    Entry(
        _("Độ phủ tài khoản cấp xã"),
        _("Xã, phường nào còn thiếu tài khoản cho chức năng nào; tỷ lệ hoàn thành của từng tỉnh, thành phố."),
        "administration:coverage",
        frozenset({"account.view"}),
    ),
    Entry(
        _("Hồ sơ chưa có cán bộ xử lý"),
        _("Hồ sơ đang mở mà không cán bộ hoạt động nào được quyền làm bước tiếp theo."),
        "administration:unattended",
        frozenset({"account.view"}),
    ),
    Entry(
        _("Số lượng tài khoản cần có"),
        _("Số tài khoản từng đơn vị cần có theo vai trò, so với số đang hoạt động."),
        "administration:staffing",
        frozenset({"account.view"}),
    ),
    Entry(
        _("Tài khoản trên hệ thống chuyên ngành"),
        _("Tài khoản giám sát, quản trị Bộ, ngành đã cấp cho địa phương; cán bộ còn thiếu tài khoản."),
        "administration:systems",
        frozenset({"system_account.view"}),
    ),
    Entry(
        _("Vướng mắc tài khoản"),
        _("Thiếu tài khoản, sai quyền, không đăng nhập được, không thấy hồ sơ: từ khi ghi nhận đến khi xong."),
        "administration:defects",
        EVERY_OFFICER,
    ),
    Entry(
        _("Chẩn đoán quyền"),
        _("Tài khoản được hay không được làm một việc, theo quyền nào, còn thiếu gì và ai cấp được."),
        "administration:diagnosis",
        EVERY_OFFICER,
    ),
]
